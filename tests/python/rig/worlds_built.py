"""Random worlds, each built once a session by those who ask for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import oracle
from oracle.compare import differences
from worlds import LandedFile, make_world

from .lives import batches_of
from .marts import Marts
from .site import CONCIERGE, EVERYTHING, LIVEPERSON, ONE_TO_ONE, Bench, Site

#: The file that worlds of several seeds share.
SETTINGS = "accounts.csv"
#: Worlds that are kept: their rows are in memory.
KEPT = 2
#: Marts that promise fewer digits: the bounds of experiment_lift come from fitted polynomials.
RELATIVE = {"experiment_lift": 1e-7}


@dataclass(frozen=True)
class Built:
    """A world, the site it was built on in one go, and its marts. Build on a copy of the site."""

    files: list[LandedFile]
    site: Site
    marts: Marts

    def __repr__(self) -> str:
        return f"the world of {self.site.folder}"


class WorldsBuilt:
    """The worlds of a session; the last few are kept."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.known: dict[tuple[Any, ...], Built] = {}

    def get(self, seed: int, accounts: int = 0, attentive: int = 0, one_to_one: int = 0) -> Built:
        """A world of the seed, with so many accounts of each vendor; of one alone, its models."""
        key = (seed, accounts, attentive, one_to_one)
        if key not in self.known:
            files = make_world(seed, accounts, attentive=attentive, one_to_one=one_to_one)
            alone = {LIVEPERSON: accounts, CONCIERGE: attentive, ONE_TO_ONE: one_to_one}
            chosen = [models for models, number in alone.items() if number]
            site = self.bench.site(chosen[0] if len(chosen) == 1 else EVERYTHING)
            site.land(files)
            self.keep(key, Built(files, site, site.build()))
        return self.known[key]

    def keep(self, key: tuple[Any, ...], built: Built) -> None:
        """Have a world ready for who asks next, and let go the one before the last."""
        while len(self.known) >= KEPT:
            del self.known[next(iter(self.known))]
        self.known[key] = built

    def together(self, *parts: tuple[int, int, int, int]) -> Built:
        """Several worlds of all vendors, each of a seed and so many accounts, on one site."""
        if parts not in self.known:
            files = side_by_side(
                [make_world(seed, n, attentive=a, one_to_one=o) for seed, n, a, o in parts]
            )
            site = self.bench.site(EVERYTHING)
            site.land(files)
            self.keep(parts, Built(files, site, site.build()))
        return self.known[parts]


def side_by_side(worlds: list[list[LandedFile]]) -> list[LandedFile]:
    """Worlds with accounts of their own below one landing root, each in folders of its own."""
    found, told = [], []
    for number, files in enumerate(worlds):
        for file in files:
            if file.path == SETTINGS:
                told.append(file.content)
                continue
            below = file.path.removeprefix(f"{file.feed}/")
            found.append(replace(file, path=f"{file.feed}/world-{number}/{below}"))
    rows = [text.split(b"\n", 1) for text in told]
    settings = b"\n".join([rows[0][0], *(text for _, text in rows)])
    return [*found, LandedFile("", SETTINGS, settings)]


def oracle_differences(built: Built) -> list[str]:
    """What the marts say otherwise than the oracle; a mart that was not built has to be empty."""
    return [
        f"{mart}: {line}"
        for mart, rows in oracle.compute(built.site.landing).items()
        if rows or mart in built.marts
        for line in differences(
            oracle.GRAIN[mart],
            rows,
            built.marts[mart].records(),
            frozenset({"raw_line"}),
            RELATIVE.get(mart, 1e-9),
        )
    ]


def live(site: Site, built: Built, seed: int, count: int, keep: bool) -> Marts:
    """Deliver a world in batches, with a build after each; the marts of the last."""
    for batch in batches_of(built.files, count, seed):
        site.land(batch)
        marts = site.build()
        if not keep:
            for file in batch:
                if file.path != SETTINGS:
                    (site.landing / file.path).unlink()
    return marts
