"""Spark sessions of dbt: the dialect of the models, our functions, the landing root.

dbt-spark has no plugins, so its cursor is replaced. A text of several statements is run statement by statement,
as on other engines; `parley.spark.macros` says what else of it changes.
"""

from __future__ import annotations

import fcntl
import os
import re
import sys
from argparse import Namespace
from pathlib import Path
from threading import Lock
from typing import Any

from dbt.adapters.spark import session as dbt_session
from dbt.flags import get_flags
from dbt_common.exceptions import DbtRuntimeError

from parley.files import CommandError, file_umask
from parley.landing.texts import shown
from parley.spark.formats import run, table_format, with_format
from parley.spark.macros import Macros, in_spark_words, statements

MACROS = Macros()
#: dbt-spark turns this off whatever the profile says; without it "name" is a text and no column.
DIALECT = {"spark.sql.ansi.enabled": "true"}
#: Settings that workers follow, and what they are where nobody sets them.
PLACES = {"PARLEY_LANDING_ROOT": "landing/demo", "PARLEY_SPARK_WAREHOUSE": "warehouse/spark"}
_LOCK = Lock()
_prepared: list[Any] = []
_held: list[int] = []


def target_settings() -> dict[str, Any]:
    """What profiles.yml says of the target `spark`, for who is not dbt."""
    from dbt.config.runtime import load_profile
    from dbt.flags import set_from_args
    from dbt_common.context import set_invocation_context

    folder = os.environ.get("DBT_PROFILES_DIR") or "."
    set_invocation_context(dict(os.environ))
    set_from_args(Namespace(PROFILES_DIR=folder, PROFILE=None, TARGET=None), None)
    settings: dict[str, Any] = load_profile(
        ".", {}, None, "spark"
    ).credentials.server_side_parameters
    return settings


def prepared(settings: dict[str, Any]) -> Any:
    """The one session of this process, with everything that our SQL expects in it."""
    with _LOCK:
        try:
            table_format()
        except CommandError as error:
            raise DbtRuntimeError(str(error)) from None
        if not _prepared:
            check_places(settings)
        if not _held and getattr(get_flags(), "WHICH", None) in ("run", "build"):
            hold(settings["spark.sql.catalog.parley.warehouse"])
        if not _prepared:
            # tables are their owner's alone, like a DuckDB warehouse; workers of this machine inherit it
            os.umask(file_umask())
            # workers read the landing root with the packages of this environment
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            said = (with_format(settings) | DIALECT).items()
            session = begun({name: str(value) for name, value in said if str(value)})
            register(session)
            # the catalog of a folder that is not there lists nothing, not even nothing
            session.sql("create schema if not exists parley_state")
            _prepared.append(session)
    return _prepared[0]


def check_places(settings: dict[str, Any]) -> None:
    """Raise a DbtRuntimeError of one sentence where a folder is told from here and workers are elsewhere."""
    master = str(settings["spark.master"])
    if re.fullmatch(r"local(\[.*\])?", master) and not os.environ.get("PARLEY_SPARK_REMOTE"):
        return
    for name, default in PLACES.items():
        place = os.environ.get(name) or default
        if "://" not in place and not Path(place).is_absolute():
            raise DbtRuntimeError(
                f"{name} is {shown(place)}, and the workers of Spark are in other folders than this one. "
                "Write the whole path of a folder that all of them see, or the address of an object store."
            )


def begun(settings: dict[str, str]) -> Any:
    """A session of this process, or with PARLEY_SPARK_REMOTE of a server that has its own catalogs and jars."""
    from pyspark.sql import SparkSession

    if address := os.environ.get("PARLEY_SPARK_REMOTE"):
        session = SparkSession.builder.remote(address).getOrCreate()
        for name, value in settings.items():
            if session.conf.isModifiable(name):
                session.conf.set(name, value)
        return session
    session = SparkSession.builder.config(map=settings).getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


def hold(warehouse: str) -> None:
    """Keep other builds out of a warehouse in a local folder, until this process ends, however it does."""
    if "://" in warehouse:
        return
    Path(warehouse).mkdir(parents=True, exist_ok=True)
    lock = os.open(Path(warehouse) / ".building", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise DbtRuntimeError(
            f"The warehouse {warehouse} is being written by another process. Wait until that build "
            "has ended, or set PARLEY_SPARK_WAREHOUSE to another folder."
        ) from None
    _held.append(lock)


def register(session: Any) -> None:
    """Give a session the Python side: the landing root and the functions that SQL does not have."""
    from parley.landing.keys import json_in_key_order
    from parley.spark.landing import LandingSource

    session.dataSource.register(LandingSource)
    session.udf.register("parley_json_in_key_order", json_in_key_order, "string")
    try:
        from parley.semantics.spark import register as register_semantics
    except ImportError:
        return
    register_semantics(session)


class Cursor(dbt_session.Cursor):
    """dbt-spark's cursor over the prepared session."""

    def fetchall(self) -> Any:
        """The rows of the last statement; none where it only told us a function."""
        return super().fetchall() if self._df is not None else []

    def execute(self, sql: str, *parameters: Any) -> None:
        """Run the statements of a text one after the other; the last one's rows can be fetched."""
        if parameters:
            sql = sql % parameters
        session = prepared(self.server_side_parameters)
        self._rows = None
        self._df = None
        for statement in statements(sql):
            if MACROS.learn(statement):
                continue
            try:
                self._df = run(session, in_spark_words(MACROS.expand(statement)))
            except Exception as error:
                raise DbtRuntimeError(_without_stack(str(error))) from None


class Connected(dbt_session.SessionConnectionWrapper):
    """dbt-spark's connection, whose seeds keep empty cells and quotation marks."""

    @classmethod
    def _fix_binding(cls, value: Any) -> Any:
        if value is None:
            return "null"
        return super()._fix_binding(value.replace("'", "''") if isinstance(value, str) else value)


def _without_stack(text: str) -> str:
    """What an error says, without where in Spark it was said."""
    said = text.split("JVM stacktrace")[0].splitlines()
    return "\n".join(line for line in said if not line.lstrip().startswith(("at ", "... ")))


def extend_sessions() -> None:
    """From here on dbt-spark works with our cursor and connection."""
    dbt_session.Cursor = Cursor
    dbt_session.SessionConnectionWrapper = Connected
