"""Changing landed lines before they go anywhere: the one place for it, between the file and everything else.

A rewriter is given blocks of whole lines and gives them back, the same number of lines in the same order.
What `as_landed` changes is changed for good: the quarantine keeps such a line as changed, too. What
`as_read` changes is what staging reads; the quarantine keeps the line before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Rewriter(Protocol):
    """Something that changes lines of some feeds."""

    def rewrites(self, feed: str) -> bool:
        """Whether lines of the feed may be changed at all; those of other feeds are not looked at."""

    def rewrite(self, feed: str, block: bytes) -> bytes:
        """The block's lines, changed; the very same object where no line is."""


@dataclass(frozen=True)
class Rewriting:
    """The rewriters of a reader, in the order in which they change a line."""

    as_landed: Sequence[Rewriter] = ()
    as_read: Sequence[Rewriter] = ()

    def of(self, feed: str) -> Rewriting:
        """Only the rewriters that change lines of the feed."""
        return Rewriting(
            [rewriter for rewriter in self.as_landed if rewriter.rewrites(feed)],
            [rewriter for rewriter in self.as_read if rewriter.rewrites(feed)],
        )


def rewritten(rewriters: Sequence[Rewriter], feed: str, block: bytes) -> bytes:
    """The block after all the rewriters; the very same object where no line is changed."""
    for rewriter in rewriters:
        block = rewriter.rewrite(feed, block)
    return block


def each_line(block: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The block with every line changed by itself, for rewriters that look at lines one by one."""
    lines = block.split(b"\n")
    changed = [change(line) if line else line for line in lines]
    return block if changed == lines else b"\n".join(changed)
