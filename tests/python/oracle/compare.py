"""Differences between what the oracle computes and what a mart holds."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]


def same(expected: Any, actual: Any, relative: float = 1e-9) -> bool:
    """Equality, with room for rounding where either side is no integer."""
    if expected is None or actual is None:
        return expected is actual
    if isinstance(expected, str) or isinstance(actual, str):
        return bool(expected == actual)
    try:
        return math.isclose(float(expected), float(actual), rel_tol=relative, abs_tol=1e-6)
    except TypeError:
        return bool(expected == actual)


def differences(
    keys: tuple[str, ...],
    expected: Iterable[Row],
    actual: Iterable[Row],
    ignore: frozenset[str] = frozenset(),
    relative: float = 1e-9,
) -> list[str]:
    """One line per missing row, extra row and differing value; columns are the oracle's."""
    wanted = {tuple(row[k] for k in keys): row for row in expected}
    found: dict[tuple[Any, ...], Row] = {}
    report = []
    for row in actual:
        key = tuple(row[k] for k in keys)
        if key in found:
            report.append(f"twice {key}")
        found[key] = row
    report += [f"missing {key}: {dict(wanted[key])}" for key in wanted if key not in found]
    report += [f"extra {key}: {dict(found[key])}" for key in found if key not in wanted]
    for key in wanted.keys() & found.keys():
        for name, value in wanted[key].items():
            if name in ignore:
                continue
            if name not in found[key]:
                report.append(f"no column {name}")
            elif not same(value, found[key][name], relative):
                report.append(f"{key} {name}: expected {value!r}, found {found[key][name]!r}")
    return sorted(set(report))
