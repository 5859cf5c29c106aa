"""The publication that a page is put together from: opened once, and kept until the next publish."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from parley.dashboards.publication import Publication, identity_of, open_publication

#: Publications kept open: the newest, and the one that pages in the making still read.
KEPT = 2
_lock = threading.Lock()
_kept: OrderedDict[str, Publication] = OrderedDict()


def current(path: Path) -> Publication:
    """The newest publication. A page asks everything of the one that it got here."""
    with _lock:
        kept = _kept.get(identity_of(path))
        if kept is None:
            kept = open_publication(path)
            _kept[kept.identity] = kept
            while len(_kept) > KEPT:
                _kept.popitem(last=False)  # closed when the last page lets go of it
        return kept
