"""Texts of data inside sentences: short, and of characters that a terminal only shows."""

from __future__ import annotations

LONGEST = 80


def printable(text: str) -> str:
    """The text with control characters, and bytes that are no UTF-8, written as escapes.

    A backslash stays as it is; what a terminal would act on, or not show, does not.
    """
    return "".join(
        character if character.isprintable() else _escape(character) for character in text
    )


def shown(text: str) -> str:
    """The text for a sentence: printable, and cut where it is long."""
    plain = printable(text[: LONGEST + 1])
    return plain if len(text) <= LONGEST else f"{plain[:LONGEST]}…"


def _escape(character: str) -> str:
    code = ord(character)
    # Python's stand-in for a byte of a file name that is no UTF-8
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
