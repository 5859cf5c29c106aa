"""The frame that all pages share: the filter bar, what the address says, and the notes above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import streamlit as st

from parley.dashboards import facts, state
from parley.dashboards.formats import day, days, escaped
from parley.dashboards.grids import Context
from parley.dashboards.publication import Publication
from parley.dashboards.registry import Board, Panel
from parley.dashboards.render import compared_with, draw_section
from parley.dashboards.state import Choices, View

LABELS = {
    "agent_group": "Agent group",
    "initial_device": "Initial device",
    "goal_type": "Goal type",
    "source_type": "Source type",
    "subscriber": "Subscriber",
}


def address() -> dict[str, list[str]]:
    """The parameters of the page's address."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def write_address(view: View) -> None:
    """Write the view out in the address, where it says something else."""
    wanted = view.parameters()
    if address() != wanted:
        st.query_params.from_dict(wanted)


def named(names: Mapping[str, str]) -> Callable[[str], str]:
    """How an id is shown: by its name, with the id where the name is not its own."""
    shared = [name for name in names.values() if list(names.values()).count(name) > 1]
    return lambda key: f"{names[key]} ({key})" if names.get(key) in shared else names.get(key, key)


def presets(board: Board, choices: Choices) -> dict[str, tuple[date, date]]:
    """Ranges by name; the address has their dates."""
    first_view = choices.first_view()
    month = choices.last.replace(day=1)
    before = month - timedelta(days=1)
    ranges = {
        "Newest 30 final days"
        if board.finality and choices.newest
        else "Newest 30 days": first_view,
        "Last 7 days": (choices.last - timedelta(days=6), choices.last),
        "Last 30 days": (choices.last - timedelta(days=29), choices.last),
        "This month": (month, choices.last),
        "Month before": (before.replace(day=1), before),
        "All dates": (choices.first, choices.last),
    }
    return {
        name: (max(first, choices.first), last)
        for name, (first, last) in ranges.items()
        if last >= choices.first
    }


def take_over(view: View, board: Board) -> None:
    """Set the widgets to the view, where the address changed and not the widgets."""
    page = st.session_state
    if page.get("written") == (board.id, view):
        return
    page["account"] = view.account
    page["range"] = (view.first, view.last)
    page["panel"] = view.panel
    for name, ids in view.filters.items():
        page[f"filter_{name}"] = list(ids)
    for name, ids in view.members.items():
        page[f"in_{name}"] = list(ids)


def choose_preset(ranges: Mapping[str, tuple[date, date]]) -> None:
    """Take the dates of the chosen range."""
    chosen = st.session_state.get("preset")
    if chosen:
        st.session_state["range"] = ranges[str(chosen)]
    st.session_state["preset"] = None


def filter_bar(board: Board, choices: Choices, view: View) -> View:
    """The filters of a page, at the same place on each; returns what is chosen now."""
    ranges = presets(board, choices)
    with st.container(
        border=True, key="filter_bar", horizontal=True, gap="small", vertical_alignment="bottom"
    ):
        account = st.selectbox(
            "Provider" if board.scope == "provider" else "Account",
            list(choices.accounts),
            key="account",
            format_func=named(choices.accounts),
            help="Amounts are in the account's own currency and are never added over currencies.",
            width=240,
        )
        chosen = st.date_input("From and to", key="range", format="YYYY-MM-DD", width=245)
        st.selectbox(
            "Range",
            list(ranges),
            key="preset",
            index=None,
            placeholder="Choose a range",
            on_change=choose_preset,
            args=(ranges,),
            width=180,
        )
        filters = {
            name: tuple(
                st.multiselect(
                    LABELS[name],
                    list(options),
                    key=f"filter_{name}",
                    format_func=named(options),
                    placeholder="All",
                    width=190,
                )
            )
            for name, options in choices.filters.items()
        }
    first, last = view.first, view.last
    if isinstance(chosen, tuple) and len(chosen) == 2:
        first, last = chosen
    return View(account or view.account, first, last, view.panel, filters, view.members)


def panel_bar(board: Board, choices: Choices, view: View) -> View:
    """Which panel is shown, and the search box of its members."""
    titles = {panel.id: panel.title for panel in board.panels}
    shown, members = view.panel, dict(view.members)
    if len(titles) > 1:
        shown = (
            st.segmented_control(
                "Panel",
                list(titles),
                key="panel",
                format_func=lambda name: titles[name],
                label_visibility="collapsed",
                required=True,
            )
            or view.panel
        )
    panel = board.panel(shown)
    if panel.member and panel.id in choices.members:
        options = choices.members[panel.id]
        members[panel.id] = tuple(
            st.multiselect(
                f"Search {panel.title}: name or id",
                list(options),
                key=f"in_{panel.id}",
                format_func=lambda key: key if options[key] == key else f"{options[key]} ({key})",
                placeholder="All; filters this panel only",
            )
        )
    return View(view.account, view.first, view.last, shown, view.filters, members)


def standing(context: Context) -> None:
    """What the figures are of, until when there is data, and what may still change."""
    view, account = context.view, context.account
    said = [f"**{escaped(account.name)}**", days(view.first, view.last)]
    said.append(f"data until {day(account.until())}")
    if account.last > account.until():
        said[-1] += f", orders until {day(account.last)}"
    if account.currency:
        said.append(f"amounts in {account.currency}")
    said.append(compared_with(context))
    st.markdown(" · ".join(said))
    if not context.board.finality:
        return
    opened = account.first_open
    if opened is None:
        st.info("No date of this account is final yet: it has delivered no visit or conversation.")
    elif view.last >= opened:
        first, ends = max(opened, view.first), min(view.last, account.last)
        told = (
            f"Figures from {day(first)} on may still change, because a conversion is credited up to "
            f"{account.window} days back. {day(first)} is final once data of "
            f"{day(account.final_on(first))} is here"
        )
        if ends > first:
            told += f", and {day(ends)} once that of {day(account.final_on(ends))} is"
        st.info(f"{told}.")


def remember(board: Board, choices: Choices, view: View, is_replaced: bool) -> None:
    """Keep what the widgets show, to know next time whether the address was changed from outside.

    An address with a value that could not be used stays, with the note, until something is chosen.
    """
    st.session_state["written"] = (board.id, view)
    st.session_state["carried"] = view.carried(
        is_first=(view.first, view.last) == choices.first_view()
    )
    if not (is_replaced and all(name in st.query_params for name in state.WHOLE)):
        write_address(view)


def page(publication: Publication, board: Board) -> None:
    """A dashboard's page."""
    st.title(board.title)
    st.caption(board.about)
    accounts = facts.read_accounts(publication, board)
    if not accounts:
        st.info("Nothing that this dashboard shows has been delivered yet.")
        return
    notes: list[str] = []
    # a page that is opened without an address goes on from the last one
    said = address() or st.session_state.get("carried", {})
    account_id = state.read_account(said, accounts, notes)
    account = facts.read_account(publication, board, account_id)
    choices = facts.read_choices(publication, board, accounts, account)
    view = state.read_view(said, board, account_id, choices, notes)
    if not address():
        notes.clear()  # of what the last page showed and this one does not have
    take_over(view, board)
    chosen = panel_bar_and_filters(board, choices, view)
    if chosen.account != view.account:
        forget(chosen)
    for note in notes:
        st.warning(escaped(note))
    panel: Panel = board.panel(chosen.panel)
    members = tuple(choices.members.get(panel.id, ())) if panel.members_only else ()
    metrics = facts.read_metrics(publication)
    context = Context(publication, board, panel, chosen, account, metrics, members)
    standing(context)
    remember(board, choices, chosen, bool(notes) and chosen == view)
    with st.spinner("Reading the figures"):
        for section in panel.sections:
            draw_section(context, section)


def panel_bar_and_filters(board: Board, choices: Choices, view: View) -> View:
    """Both bars, the filters first."""
    return panel_bar(board, choices, filter_bar(board, choices, view))


def forget(chosen: View) -> None:
    """Another account: its own first view, with no members of the old one."""
    st.query_params.from_dict({"account": [chosen.account], "panel": [chosen.panel]})
    st.session_state.pop("written", None)
    st.rerun()
