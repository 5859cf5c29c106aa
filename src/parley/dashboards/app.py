"""The pages, as Streamlit runs them: once for each view of each reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from parley.dashboards import experiment
from parley.dashboards.opening import current
from parley.dashboards.publication import Publication, PublicationError
from parley.dashboards.registry import Board, boards
from parley.dashboards.shell import page
from parley.dashboards.start import EXPERIMENT, start
from parley.files import published_path, warehouse_path

STYLE = Path(__file__).parent / "page.css"
SCRIPT = Path(__file__).parent / "page.html"
ICON = Path(__file__).parent / "icon.svg"


def opened(show: Callable[[Publication], None]) -> Callable[[], None]:
    """A page over one publication; where it cannot be opened, the sentence why."""

    def run() -> None:
        try:
            publication = current(published_path(warehouse_path()))
        except PublicationError as error:
            st.error(str(error))
            return
        show(publication)

    return run


def dashboard(board: Board) -> st.Page:
    """The page of a dashboard."""
    return st.Page(
        opened(lambda publication: page(publication, board)),
        title=board.title,
        icon=board.icon,
        url_path=board.id,
    )


def main() -> None:
    """Navigation, style, and the page that the address names."""
    st.set_page_config(page_title="Parley", page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    st.html(SCRIPT.read_text(encoding="utf-8"), unsafe_allow_javascript=True)
    first = st.Page(opened(start), title="Start", icon=":material/home:", default=True)
    lift = st.Page(
        opened(experiment.page),
        title=experiment.TITLE,
        icon=experiment.ICON,
        url_path="experiment",
    )
    cards = [*((dashboard(board), board.about) for board in boards()), (lift, EXPERIMENT)]
    st.session_state["cards"] = cards
    st.navigation([first, *(page for page, _ in cards)], expanded=True).run()


main()
