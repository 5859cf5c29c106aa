"""Where folders of Spark are, and the objects that stand for folders."""

from __future__ import annotations

import re
from pathlib import Path

from pyarrow import fs


def filesystem_of(location: str) -> tuple[fs.FileSystem, str]:
    """Where a folder or an object-store address is, and its path there."""
    if "://" in location:
        # S3 under the name that Hadoop gives it, which Arrow does not know
        filesystem, path = fs.FileSystem.from_uri(re.sub("^s3[an]://", "s3://", location))
        return filesystem, str(path)
    return fs.LocalFileSystem(), str(Path(location).absolute())
