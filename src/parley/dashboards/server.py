"""What `streamlit run` serves: the pages, and the documentation that `make docs` made beside them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from parley.hosts import is_named

#: Where dbt and the catalogue write, below the folder that the command is started in.
TARGET = Path("target")
DOCUMENTS = ("metrics.html", "static_index.html")


def document(name: str) -> Callable[[Request], Response]:
    """One of the documentation's pages, or the sentence that it is not there."""

    def respond(request: Request) -> Response:
        # Streamlit asks for the name where figures are, which is its own connection
        if not is_named(request.headers.get("host"), st.get_option("server.allowedHosts")):
            return PlainTextResponse("These pages do not answer by this name.\n", 403)
        path = TARGET / name
        if path.is_file():
            return FileResponse(path)
        return PlainTextResponse(f"There is no {path} yet; `make docs` makes it.\n", 404)

    return respond


def failed(error: Exception) -> bool:
    """Tell the reader in a sentence, and whoever runs the pages in their log."""
    logging.getLogger("parley.dashboards").error("A page failed", exc_info=error)
    st.error(
        "This page could not be put together; the others may work. Why is in the log of "
        "`make dashboards`. After an update, build and publish once with the new version."
    )
    return True


app = st.App(
    Path(__file__).with_name("app.py"),
    routes=[Route(f"/docs/{name}", document(name)) for name in DOCUMENTS],
    on_script_error=failed,
)
