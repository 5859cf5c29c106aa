"""Worlds in which values of many lines are replaced by what no vendor documents and every vendor sends."""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from worlds import LandedFile

#: What identifies an account stays: the accounts of a world are told apart by it. So does what the contract
#: leaves open: sequence numbers, whose spellings ("08", "8.0") the oracle takes for one key and the marts, as
#: text, for several; and a widget's agents, whose name on a survey without their id counts for the oracle only.
KEPT = frozenset(
    ("entity", "accountId", "brandId", "company_id", "account_id", "sequenceNumber", "agent_id")
)
ANYWHERE: tuple[Any, ...] = (
    *("-1", -1, -1.0, "null", "undefined", "NA", "", None),
    *(True, False, "true", {}, [], [{}], [None], {"x": 1}, "0", 0, -0.0, "-0", "NULL", 1.25),
)
NUMBERS: tuple[Any, ...] = (
    *(946_684_800_000, 946_684_799_999, 4_102_444_800_000, "4102444799999", 253_402_300_799_999),
    *(9_007_199_254_740_993, 10**18, 10**18 - 1, 10**22, "1e0", "1,299.00", 3, 11, -2),
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of a value, at any depth."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, (dict, list)):
            yield from places(inner)


def another(dice: random.Random, value: Any) -> Any:
    """Something in a value's place."""
    pool = [*ANYWHERE]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        pool += [*NUMBERS, str(value), float(value), str(float(value)), -value, value * 1000]
        pool += [value // 1000, str(value // 1000), f"{value}.000", value + 1]
    elif isinstance(value, str):
        pool += [value.lower(), value.upper(), value + "é", value * 2, value[:1], value + "\0b"]
        pool += [int(value), float(value), "0" + value] if value.isdecimal() else []
    elif isinstance(value, list):
        pool += [value + value, value[::-1], [None, *value], [5, "a", [], *value], value[:1]] * 3
    elif isinstance(value, dict):
        pool += [None, [value], json.dumps(value), dict(reversed(value.items()))] * 3
    return copy.deepcopy(dice.choice(pool))


def mutated_line(dice: random.Random, line: bytes) -> bytes:
    """The line with a few values replaced or gone; what is no object stays."""
    try:
        record = json.loads(line)
    except ValueError:
        return line
    if not isinstance(record, dict):
        return line
    for _ in range(dice.randint(2, 5)):
        found = list(places(record))
        if not found:
            break
        holder, key = dice.choice(found)
        if key in KEPT:
            continue
        if dice.random() < 0.1 and isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = another(dice, holder[key])
    return json.dumps(record).encode()


def mutated(files: list[LandedFile], seed: int) -> list[LandedFile]:
    """The files of a world, of which half of all lines are changed; accounts.csv, the first, stays."""
    dice = random.Random(f"mutated/{seed}")
    accounts, *others = files
    changed = []
    for file in others:
        is_packed = file.path.endswith(".gz")
        try:
            content = gzip.decompress(file.content) if is_packed else file.content
        except (OSError, EOFError):
            changed.append(file)
            continue
        lines = [
            mutated_line(dice, line) if line.strip() and dice.random() < 0.5 else line
            for line in content.split(b"\n")
        ]
        content = b"\n".join(lines)
        changed.append(replace(file, content=gzip.compress(content) if is_packed else content))
    return [accounts, *changed]
