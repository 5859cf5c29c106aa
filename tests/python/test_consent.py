"""What nobody shares has no influence: other texts, and every published cell is the same."""

from __future__ import annotations

import gzip
import json
from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from oracle import values as v
from oracle.landing import CONTAINERS, MESSAGING
from oracle.settings import read_settings
from parley.landing.files import parse_file_name
from rig import EVERYTHING, Bench, Marts, mart_differences, read_marts
from worlds import LandedFile, make_world

#: Questions whose answers are figures, inside their scales.
FIGURES = ("csat", "nps", "fcr")
SECRET = "SECRET 4111 1111 1111 1111"


def hide(value: Any, name: str) -> int:
    """Put the secret where a text stands, at any depth; how many there were."""
    if isinstance(value, list):
        return sum(hide(item, name) for item in value)
    if not isinstance(value, dict):
        return 0
    kind = str(v.scalar_text(v.unwrap(value.get("questionType")))).lower()
    if (
        name in value
        and kind not in FIGURES
        and isinstance(v.unwrap(value[name]), str | int | float)
    ):
        value[name] = SECRET
        return 1
    return sum(hide(item, name) for item in value.values())


def rewritten(content: bytes, shared: Collection[str] | None) -> tuple[bytes, int]:
    """The lines of a file, written anew, with other texts but for accounts that share theirs.

    Without accounts the texts stay: the two differ in nothing else.
    """
    lines, hidden = [], 0
    for line in content.split(b"\n"):
        try:
            # ids that are written as 1001.0 are whole numbers, which a float does not tell
            page = json.loads(line, parse_float=Decimal)
            records = page.get(CONTAINERS[MESSAGING], [page])
            for record in records if shared is not None else ():
                account = v.identifier(v.plain(record, "info", "brandId"))
                if isinstance(record, dict) and account not in (shared or ()):
                    hidden += hide(record.get("messageRecords"), "text")
                    hidden += hide(record.get("conversationSurveys"), "answer")
            lines.append(json.dumps(page, allow_nan=False, default=float).encode())
        except (ValueError, AttributeError, TypeError, RecursionError):
            lines.append(line)  # it is quarantined, or the same in both
    return b"\n".join(lines), hidden


def worlds(files: list[LandedFile], shared: Collection[str]) -> Iterator[list[LandedFile]]:
    """The world, and the same with other texts."""
    for chosen in (None, shared):
        found, hidden = [], 0
        for file in files:
            content = file.content
            # a file that is not read has no texts to hide, and its size is published
            if file.feed == MESSAGING and parse_file_name(Path(file.path).name):
                is_packed = file.path.endswith(".gz")
                content, number = rewritten(
                    gzip.decompress(content) if is_packed else content, chosen
                )
                hidden += number
                content = gzip.compress(content, mtime=0) if is_packed else content
            found.append(replace(file, content=content))
        assert chosen is None or hidden > 100
        yield found


def published(bench: Bench, files: list[LandedFile]) -> Marts:
    """What is published of a world."""
    site = bench.site(EVERYTHING)
    site.land(files)
    site.build()
    done = site.publish()
    assert done.code == 0, done.output
    return read_marts(site.published)


@pytest.mark.slow
def test_texts_that_are_not_shared_change_no_published_cell(bench: Bench, tmp_path: Any) -> None:
    files = make_world(17, 12)
    (settings,) = (file for file in files if file.path == "accounts.csv")
    (tmp_path / "accounts.csv").write_bytes(settings.content)
    told = read_settings(tmp_path)
    shared = {account for account, one in told.items() if one.transcript_sharing}
    assert 0 < len(shared) < len(told)
    before, after = (published(bench, world) for world in worlds(files, shared))
    messages = before["marketplace_messages"].records()
    assert {row["text"] is None for row in messages} == {True, False}
    assert mart_differences(before, after) == []
    assert SECRET not in repr(after)
