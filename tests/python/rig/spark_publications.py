"""Steps on a Spark warehouse that no build made: ``python -m rig.spark_publications STEPS.json``.

A step is a list of statements (``sql``), a publication (``publish``: its arguments), or a query (``ask``).
What came of each is written beside the steps, as ``done.json``: nothing, the exit code and what was said,
or the rows.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from parley import publish
from parley.spark.publishing import EXTENSIONS
from parley.spark.session import prepared, target_settings


def published(arguments: list[str]) -> dict[str, Any]:
    """Publish; the exit code, and what was said."""
    said = StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            code = publish.main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
    return {"code": code, "said": said.getvalue()}


def main(path: Path) -> None:
    """Do the steps."""
    done: list[Any] = []
    session = prepared(target_settings() | EXTENSIONS)
    for step in json.loads(path.read_text()):
        if "publish" in step:
            done.append(published(step["publish"]))
        elif "ask" in step:
            done.append([list(row) for row in session.sql(step["ask"]).collect()])
        else:
            for statement in step["sql"]:
                session.sql(statement)
            done.append(None)
    path.with_name("done.json").write_text(json.dumps(done, default=str))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
