"""What dbt gives to Jinja and sqlfluff does not: stand-ins, so that models are linted without dbt.

sqlfluff itself stands in for ref, source, var, this, return and is_incremental, and reads the
macros in macros/. Every name here is put beside them; a macro is rendered as dbt renders it while
parsing.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

ENGINE = "duckdb"


class Adapter:
    """Stands in for dbt's adapter."""

    @pass_context
    def dispatch(
        self, context: Context, macro_name: str, macro_namespace: str | None = None
    ) -> Callable[..., Any]:
        """The engine's own variant of a macro, else the default one."""
        del macro_namespace
        for name in (f"{ENGINE}__{macro_name}", f"default__{macro_name}"):
            macro: Callable[..., Any] | None = context.get(name)
            if macro is not None:
                return macro
        raise LookupError(f"no macro {ENGINE}__{macro_name} in macros/")


class Config:
    """Stands in for a model's config block, which says nothing while it is linted."""

    def __call__(self, *_: Any, **__: Any) -> str:
        """Render `{{ config(...) }}`: nothing."""
        return ""

    def get(self, _: str, default: Any = None) -> Any:
        """The default of a setting."""
        return default

    def require(self, name: str) -> str:
        """The name stands for its value."""
        return name


class Relation:
    """Stands in for what a reference gives: its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def include(self, **_: bool) -> Relation:
        """A relation with fewer parts to its name: the same one here."""
        return self

    def __str__(self) -> str:
        return self.name


def run_query(_: str) -> None:
    """No query is run."""


def env_var(_: str, default: str = "") -> str:
    """The default of an environment variable."""
    return default


adapter = Adapter()
builtins = SimpleNamespace(
    ref=lambda *names, **_: Relation(names[-1]), source=lambda *names, **_: Relation(names[-1])
)
config = Config()
execute = False
model = SimpleNamespace(columns={})
modules = SimpleNamespace(datetime=datetime, itertools=itertools, re=re)
flags = SimpleNamespace(WHICH="lint", FULL_REFRESH=False)
target = SimpleNamespace(name=ENGINE, type=ENGINE, schema="main", database="parley")
