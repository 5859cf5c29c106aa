"""Texts of data inside sentences are shown one way, whether Python or a macro writes the sentence."""

from __future__ import annotations

import pytest

from parley.landing.texts import printable
from rig.sql_macros import Macros


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("30 días, \U0001f600 \\", "30 días, \U0001f600 \\"),
        ("\x1b[31m\n\x7f\x85", r"\x1b[31m\x0a\x7f\x85"),
        ("\udc80\udcff", r"\x80\xff"),
        ("\u2028\ud800\udc7f\U000e0001", r"\u2028\ud800\udc7f\U000e0001"),
    ],
)
def test_what_a_terminal_does_not_show_is_written_as_escapes(text: str, shown: str) -> None:
    macros = Macros("macros/landing/settings.sql")
    assert printable(text) == shown
    assert macros("shown", text).strip() == f'"{shown}"'


def test_a_quotation_mark_ends_no_text() -> None:
    assert Macros("macros/landing/settings.sql")("shown", 'a"b').strip() == r'"a\"b"'
