"""The start page: what is landed, whose it is, which dates are final, and where everything is."""

from __future__ import annotations

from typing import Any

import streamlit as st

from parley.dashboards.formats import NONE, day
from parley.dashboards.publication import Publication
from parley.dashboards.registry import boards
from parley.dashboards.tables import html_table

LANDED = """
    select
        feed,
        max(delivered_at) as newest,
        count(*) as files,
        sum(lines_delivered)::bigint as lines,
        sum(lines_accepted)::bigint as accepted,
        sum(lines_superseded)::bigint as superseded,
        sum(lines_quarantined)::bigint as quarantined
    from marts.landing_audit
    group by feed
    order by feed
"""
UNREAD = """
    select reason, path, bytes, count(*) over () as number
    from marts.unread_files order by reason, path limit 50
"""
ACCOUNTS = """
    with days as (
        select account_id, 'business' as board, min(date_day) as first, max(date_day) as last
        from marts.business_dashboard_brand group by account_id
        union all
        select account_id, 'concierge', min(date_day), max(date_day)
        from marts.concierge_performance group by account_id
        union all
        select account_id, 'one_to_one', min(date_day), max(date_day)
        from marts.one_to_one_daily group by account_id
    )
    select
        accounts.account_name as name,
        accounts.account_id as id,
        accounts.currency,
        accounts.time_zone,
        days.board,
        days.first,
        days.last,
        case when days.board = 'business' then accounts.first_open_date end as first_open
    from marts.accounts as accounts
    left join days on accounts.account_id = days.account_id
    order by days.board, accounts.account_name = 'unknown', accounts.account_name, accounts.account_id
"""
EXPERIMENT = "The randomised answer: visitors held back by chance beside those who can be invited, by campaign."
NUMBERS = ("files", "lines", "accepted", "superseded", "quarantined")
PLACES = """
- **What each metric means**: the [metric catalogue](/docs/metrics.html). *Definition and SQL* below every chart
  and table leads to its entries.
- **Tables and columns**: the [documentation](/docs/static_index.html) of all models, with their lineage.
- **The figures themselves**: schema `marts` of the published file `{path}`.
- **Lines set aside**: the table `marts.quarantined_records`, with file, line number and reason.
"""


def count(value: Any) -> str:
    """A number for reading."""
    return NONE if value is None else f"{value:,}"


def landed(publication: Publication) -> None:
    """What was delivered, by feed, and what could not be used of it."""
    feeds = publication.records(LANDED)
    if not feeds:
        st.info("No files have been landed yet.")
        return
    newest = max(row["newest"] for row in feeds if row["newest"])
    sums = {name: sum(row[name] or 0 for row in feeds) for name in NUMBERS}
    unread = publication.records(UNREAD)
    number = unread[0]["number"] if unread else 0
    st.markdown(
        f"Newest delivery **{newest:%d %b %Y, %H:%M} UTC** · **{sums['lines']:,}** lines in "
        f"**{sums['files']:,}** files · **{sums['quarantined']:,}** lines quarantined · "
        f"**{number:,}** {'file' if number == 1 else 'files'} not read"
    )
    heads = [
        ("Feed", False),
        ("Newest delivery (UTC)", False),
        *((n.capitalize(), True) for n in NUMBERS),
    ]
    rows = [
        [
            row["feed"],
            f"{row['newest']:%Y-%m-%d %H:%M}" if row["newest"] else NONE,
            *(count(row[name]) for name in NUMBERS),
        ]
        for row in feeds
    ]
    st.html(html_table("Landed lines by feed", heads, rows))
    if unread:
        heads = [("Reason", False), ("File", False), ("Bytes", True)]
        rows = [[r["reason"].replace("_", " "), r["path"], count(r["bytes"])] for r in unread]
        first = f": the first {len(unread)} of {number:,}" if number > len(unread) else ""
        st.html(html_table(f"Files that are not read{first}", heads, rows))


def accounts(publication: Publication) -> None:
    """The accounts that figures are of, and which of their dates are final."""
    titles = {board.id: board.title for board in boards()}
    heads = [
        (name, False)
        for name in ("Account", "Id", "Dashboard", "Currency", "Time zone", "Dates", "Final")
    ]
    rows = []
    for row in publication.records(ACCOUNTS):
        about = [row["name"], row["id"]]
        if row["board"] is None:
            rows.append([*about, NONE, row["currency"], row["time_zone"], "none yet", "none yet"])
            continue
        opened = row["first_open"]
        final = "always" if row["board"] != "business" else "none yet"
        if opened and opened > row["first"]:
            final = f"before {day(opened)}"
        board = titles[row["board"]]
        if row["board"] == "business":
            board = "Business, Performance"
        dates = f"{day(row['first'])} to {day(row['last'])}"
        rows.append([*about, board, row["currency"], row["time_zone"], dates, final])
    if rows:
        st.html(html_table("Accounts and their dates", heads, rows))


def start(publication: Publication) -> None:
    """Draw the page."""
    st.title("Parley")
    st.caption("The dashboards of the source documents, over the published marts.")
    with st.container(key="tiles_boards"):
        for page, about in st.session_state["cards"]:
            with st.container(border=True, key=f"board_{page.url_path}"):
                st.page_link(page, label=f"**{page.title}**", icon=page.icon)
                st.caption(about)
    st.header("What is landed")
    landed(publication)
    st.header("Accounts")
    accounts(publication)
    st.header("Where things are")
    st.markdown(PLACES.format(path=publication.path))
