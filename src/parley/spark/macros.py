"""Functions of our own in Spark's statements, expanded before Spark sees them.

Spark cannot call an SQL function inside a lambda, where most calls of ours stand. So the statement
``create or replace macro name(a, b) as expression`` is kept here, and later calls of that name are replaced
by the expression. An argument that it names more than once is computed once, as the element of an array.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

_TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|[A-Za-z_][A-Za-z_0-9]*|[0-9][\w.]*|\s+|.""",
    re.DOTALL,
)
_CREATED = re.compile(
    r"create\s+or\s+replace\s+macro\s+(\w+)\s*\(([^)]*)\)\s+as\s+(.*)", re.DOTALL | re.IGNORECASE
)
#: An argument that costs nothing to name twice: a column, a field of one, a constant.
_SIMPLE = re.compile(r"""\s*(?:[\w.`"]+|'(?:[^']|'')*')\s*""")


@dataclass(frozen=True)
class _Macro:
    parameters: list[str]
    tokens: list[str]


def _tokens(sql: str) -> list[str]:
    return _TOKEN.findall(sql)


def statements(sql: str) -> Iterator[str]:
    """The statements of a text, without comments; those that say nothing are left out."""
    found: list[str] = []
    for token in [*_tokens(sql), ";"]:
        if token == ";":
            if statement := "".join(found).strip():
                yield statement
            found = []
        elif not token.startswith(("--", "/*")):
            found.append(token)


def in_spark_words(sql: str) -> str:
    """A statement as Spark writes it: backslashes in texts twice, lists and structs as calls."""
    found: list[str] = []
    opened: list[str] = []
    tokens = _tokens(sql)
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else ""
        if token.startswith("'"):
            token = token.replace("\\", "\\\\")
        elif token == "[":
            # what follows a name or a bracket directly is a place in a list
            opened.append("[" if re.fullmatch(r"""[\w)\]"`]""", before[-1:]) else "array(")
            token = opened[-1]
        elif token == "{":
            opened.append("named_struct(")
            token = opened[-1]
        elif token in ("]", "}"):
            token = "]" if opened.pop() == "[" else ")"
        elif token == ":" and opened[-1:] == ["named_struct("] and before.startswith("'"):
            token = ","
        found.append(token)
    return "".join(found)


@dataclass
class Macros:
    """The functions that were created, by name."""

    _known: dict[str, _Macro] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def learn(self, statement: str) -> bool:
        """Keep a function that a statement creates; false where it is any other statement."""
        created = _CREATED.fullmatch(statement.strip())
        if created is None:
            return False
        name, parameters, body = created.groups()
        named = [parameter.strip() for parameter in parameters.split(",")]
        # functions of before are expanded here once, not in every call
        self._known[name] = _Macro(
            [one for one in named if one], _tokens(self.expand(body.strip()))
        )
        return True

    def expand(self, sql: str) -> str:
        """The statement with the calls of our functions replaced by what they say."""
        if not any(name in sql for name in self._known):
            return sql
        return "".join(self._expanded(_tokens(sql)))

    def _expanded(self, tokens: list[str]) -> Iterator[str]:
        place = 0
        while place < len(tokens):
            token = tokens[place]
            macro = self._known.get(token)
            if (
                macro is None
                or tokens[place + 1 : place + 2] != ["("]
                or tokens[place - 1 : place] == ["."]
            ):
                yield token
                place += 1
                continue
            arguments, place = _arguments(tokens, place + 2)
            yield self._called(
                token, macro, ["".join(self._expanded(argument)) for argument in arguments]
            )

    def _called(self, name: str, macro: _Macro, arguments: list[str]) -> str:
        if len(arguments) != len(macro.parameters):
            raise ValueError(
                f"{name} takes {len(macro.parameters)} arguments, not {len(arguments)}"
            )
        replaced: dict[str, str] = {}
        held: list[tuple[str, str]] = []
        for parameter, argument in zip(macro.parameters, arguments, strict=True):
            if _SIMPLE.fullmatch(argument) or macro.tokens.count(parameter) <= 1:
                replaced[parameter] = argument if _SIMPLE.fullmatch(argument) else f"({argument})"
            else:
                replaced[parameter] = f"held_{next(self._numbers)}"
                held.append((replaced[parameter], argument))
        parts = [
            replaced[token] if token in replaced and macro.tokens[at - 1 : at] != ["."] else token
            for at, token in enumerate(macro.tokens)
        ]
        text = f"({''.join(parts)})"
        for variable, argument in held:
            text = f"get(transform(array({argument}), {variable} -> {text}), 0)"
        return text


def _arguments(tokens: list[str], place: int) -> tuple[list[list[str]], int]:
    """The arguments of a call that was just opened, and the place behind it."""
    arguments: list[list[str]] = [[]]
    depth = 0
    while True:
        token = tokens[place]
        place += 1
        if depth == 0 and token == ")":
            break
        if depth == 0 and token == ",":
            arguments.append([])
            continue
        depth += (token in "([") - (token in ")]")
        arguments[-1].append(token)
    if len(arguments) == 1 and not "".join(arguments[0]).strip():
        return [], place
    return [
        [token for token in argument if not token.startswith("--")] for argument in arguments
    ], place
