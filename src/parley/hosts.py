"""By which names a server on this machine answers.

A page from elsewhere whose name leads to this machine for the moment (DNS rebinding) is of the same origin as
the server, to a browser. The name that it asks under gives it away.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

#: Names by which a browser of this machine calls it.
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def is_local(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def names_at(host: str) -> tuple[str, ...]:
    """By which names a server answers that listens at an address; none where it does at all addresses."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        own = host
    else:
        if address.is_unspecified:
            return ()
        own = str(address)
    return (*LOCAL_NAMES, own) if is_local(host) else (own,)


def is_named(host: str | None, names: Collection[str]) -> bool:
    """Whether a request's Host is one of the names, or of `*.` and a name; where there are none, all are."""
    try:
        asked = (urlsplit(f"//{host or ''}").hostname or "").rstrip(".")
    except ValueError:
        return False
    lower = [name.strip().lower().rstrip(".") for name in names]
    return (
        not lower
        or "*" in lower
        or any(asked.endswith(name[1:]) if name[:2] == "*." else asked == name for name in lower)
    )
