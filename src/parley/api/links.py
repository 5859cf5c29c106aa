"""The metadata of a page: how much was found, and where the pages beside it are."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from parley.api.request import Paging


def metadata(address: str, paging: Paging, count: int, returned: int) -> dict[str, Any]:
    """The container `_metadata`. A page may end before its limit, so the next begins where it ends."""

    def link(rel: str, offset: int) -> dict[str, str]:
        query = paging.model_copy(update={"offset": offset}).model_dump(exclude_unset=True)
        pages = {"offset": offset, "limit": paging.limit}
        return {"rel": rel, "href": f"{address}?{urlencode(query | pages)}"}

    found: dict[str, Any] = {"count": count, "self": link("self", paging.offset)}
    if returned and paging.offset + returned < count:
        found["next"] = link("next", paging.offset + returned)
    if paging.offset > 0:
        found["prev"] = link("prev", max(0, paging.offset - paging.limit))
    return found | {"shardsStatusResult": {"partialResult": False}}
