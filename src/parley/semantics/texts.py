"""Texts of the semantic layer's queries: written by MetricFlow, kept until the metrics change.

MetricFlow needs a second to start and some hundredths of one a query, so it runs as a process of its
own, and only for queries that no earlier build asked of the same metrics.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from parley.files import CommandError, lock_of
from parley.semantics import metricflow

#: What of dbt's graph says nothing about a query.
UNSAID = frozenset(
    {
        "config",
        "created_at",
        "depends_on",
        "description",
        "fqn",
        "group",
        "label",
        "meta",
        "metadata",
        "original_file_path",
        "package_name",
        "path",
        "refs",
        "resource_type",
        "sources",
        "tags",
        "unique_id",
        "unrendered_config",
    }
)
#: A metric, what it is grouped by, and a condition in MetricFlow's words, which may be empty.
Asked = tuple[str, tuple[str, ...], str]


def essence(graph: Any) -> Any:
    """Semantic models and metrics of dbt's graph, without what changes no query.

    Relations are named without the database: the texts are for a copy of the marts.
    """
    if isinstance(graph, list):
        return [essence(one) for one in graph]
    if not isinstance(graph, dict):
        return graph
    if "relation_name" in graph and "alias" in graph:
        schema, alias = graph["schema_name"], graph["alias"]
        return {
            "alias": alias,
            "schema_name": schema,
            "relation_name": f'"{schema}"."{alias}"',
        }
    return {name: essence(value) for name, value in graph.items() if name not in UNSAID}


class Texts:
    """The texts of one state of the metrics, in a file that later builds read."""

    def __init__(self, graph: str, folder: Path) -> None:
        self.manifest = json.dumps(essence(json.loads(graph)), sort_keys=True)
        self.path = folder / f"{self._digest()}.json.gz"

    def _digest(self) -> str:
        digest = hashlib.sha256(self.manifest.encode())
        with suppress(PackageNotFoundError):
            digest.update(version("metricflow").encode())
        digest.update(Path(metricflow.__file__).read_bytes())
        return digest.hexdigest()[:24]

    def of(self, asked: Sequence[Asked]) -> list[str]:
        """The text of each query, in order."""
        known = self._known()
        if any(key_of(one) not in known for one in asked):
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with lock_of(self.path):
                    known = self._completed(asked)
            except OSError:  # a folder that cannot be written: write the texts anew each time
                known = compiled(self.manifest, asked)
        return [known[key_of(one)] for one in asked]

    def _completed(self, asked: Sequence[Asked]) -> dict[str, str]:
        """All texts, after those that are missing have been written and kept."""
        known = self._known()
        missing = [one for one in asked if key_of(one) not in known]
        if missing:
            known |= compiled(self.manifest, missing)
            private = self.path.with_name(f".{self.path.name}.partial")
            private.write_bytes(gzip.compress(json.dumps(known).encode()))
            private.replace(self.path)
        return known

    def _known(self) -> dict[str, str]:
        """The texts that were kept; a file that is broken holds none."""
        try:
            found: dict[str, str] = json.loads(gzip.decompress(self.path.read_bytes()))
        except (OSError, EOFError, ValueError):
            return {}
        return found


def key_of(asked: Asked) -> str:
    """A query as the kept file calls it."""
    metric, group_by, condition = asked
    return "\n".join((metric, ", ".join(group_by), condition))


def compiled(manifest: str, asked: Sequence[Asked]) -> dict[str, str]:
    """The texts as MetricFlow writes them."""
    print(
        f"Writing {len(asked):,} queries of the semantic layer; this takes about half a minute and is done "
        "again only when a metric changes",
        file=sys.stderr,
        flush=True,
    )
    done = subprocess.run(
        [sys.executable, "-m", "parley.semantics.metricflow"],
        input=json.dumps({"manifest": manifest, "asked": asked}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise CommandError(f"MetricFlow could not write the queries of the metrics: {said[-1]}")
    texts: list[str] = json.loads(done.stdout)
    return dict(zip(map(key_of, asked), texts, strict=True))
