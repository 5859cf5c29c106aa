"""Random worlds, each built once a session by those who ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from worlds import LandedFile, make_world

from .marts import Marts
from .site import ONE_TO_ONE, Bench, Site


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
        self.known: dict[tuple[int, int, int], Built] = {}

    def get(self, seed: int, accounts: int) -> Built:
        """A world of the seed, with so many LivePerson accounts."""
        return self._built((seed, accounts, 0))

    def one_to_one(self, seed: int, accounts: int) -> Built:
        """A world of the seed, with so many One-to-One accounts and nobody else."""
        return self._built((seed, 0, accounts), *ONE_TO_ONE)

    def _built(self, key: tuple[int, int, int], *arguments: str) -> Built:
        if key not in self.known:
            seed, accounts, one_to_one = key
            files = make_world(seed, accounts, one_to_one=one_to_one)
            site = self.bench.site()
            site.land(files)
            self.known[key] = Built(files, site, site.build(*arguments))
        return self.known[key]
