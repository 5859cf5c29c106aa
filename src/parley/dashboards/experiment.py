"""The page "Does messaging cause sales?": the randomised answer of an account, with its doubts first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import streamlit as st

from parley.dashboards.details import file_buttons
from parley.dashboards.experiment_charts import interval_chart, interval_message
from parley.dashboards.experiment_tables import (
    beside_each_other,
    glance,
    health,
    over_time,
    results,
)
from parley.dashboards.experiment_words import (
    HEADLINES,
    LOOKS,
    PERIODS,
    VENDOR,
    Row,
    arm_counts,
    name_of,
    verdict_sentence,
)
from parley.dashboards.formats import escaped, text
from parley.dashboards.publication import Publication
from parley.dashboards.questions import Question, answer
from parley.dashboards.tables import SHOWN, html_table

ICON = ":material/science:"
TITLE = "Does messaging cause sales?"
ABOUT = (
    "Some visitors are held back by chance: they get no invitation to talk. What differs between them "
    "and everybody else by more than chance was caused by the invitations, because nothing else tells the "
    "two groups apart."
)
ACCOUNTS = """
select lift.account_id, lift.account_name, accounts.currency
from marts.experiment_lift as lift
inner join marts.accounts as accounts on lift.account_id = accounts.account_id
where lift.campaign_id = 'all' and lift.period = 'all'
order by lift.test_units + lift.control_units desc, lift.account_id
"""
LIFT = """
select * from marts.experiment_lift
where account_id = $account_id
order by campaign_id <> 'all', campaign_name, campaign_id, period, period_start
"""
READ = """
select * from marts.experiment_lift
where period = 'all' and verdict in ('more', 'less')
order by account_name, account_id, campaign_id <> 'all', campaign_name, campaign_id
"""
UNITS = """
select
    units.visitor_id, units.arm, units.arm_source, units.first_visit_id, units.first_visit_at,
    units.is_converted, units.revenue, units.is_crossover, units.is_reached, units.span_ends_at,
    units.is_open, visits.file_name as landed_file, visits.line_number as landed_line
from marts.experiment_units as units
left join marts.record_lines as visits
    on visits.record_kind = 'visit'
    and units.account_id = visits.account_id
    and units.first_visit_id = visits.record_id
where units.account_id = $account_id and units.campaign_id = $campaign_id and units.period = 'all'
order by units.first_visit_at, units.visitor_id
"""
ALL = "all"
UNREADABLE = ("sample_ratio_mismatch", "too_few_converters")


def chosen(label: str, parameter: str, names: Mapping[str, str], width: int) -> str:
    """What is chosen of a list; the address says it, and a value that it has not is said to be none."""
    said = st.query_params.get(parameter)
    (carried,) = st.session_state.get("carried", {}).get(parameter, [None])
    if said is None and carried in names:
        said = carried
    if said is not None and said not in names:
        st.warning(
            f"The address names the {parameter} {escaped(said)}, which is not here; another one is shown."
        )
    ids = list(names)
    place = ids.index(said) if said is not None and said in names else 0
    found = str(
        st.selectbox(label, ids, index=place, format_func=lambda name: names[name], width=width)
    )
    if st.query_params.get(parameter) != found:
        st.query_params[parameter] = found
    return found


def of_period(rows: Sequence[Row], period: str, campaign_id: str | None = None) -> list[Row]:
    """The rows that count one period's visitors, of a campaign or of each."""
    return [
        row for row in rows if row["period"] == period and campaign_id in (None, row["campaign_id"])
    ]


def vendors_figure(publication: Publication, account_id: str, campaign_id: str) -> float | None:
    """The vendor's incremental conversions of all dates, as the business dashboard has them."""
    filters: list[tuple[str, tuple[str, ...]]] = [("account", (account_id,))]
    if campaign_id != ALL:
        filters.append(("campaign", (campaign_id,)))
    found = answer(publication, Question("incremental_conversions", filters=tuple(filters)))
    if found.reason or not found.rows.num_rows:
        return None
    value = found.rows.column("incremental_conversions")[0].as_py()
    return None if value is None else float(value)


def files(name: str, table: pa.Table, key: str) -> None:
    """A table as files."""
    with st.container(horizontal=True, gap="small"):
        file_buttons(lambda: table, name, {}, key)


def plain_table(table: pa.Table, caption: str) -> None:
    """A table of texts."""
    rows = [[text(value) for value in row.values()] for row in table.to_pylist()]
    st.html(html_table(caption, [(name, False) for name in table.column_names], rows))


def shown_table(table: pa.Table, caption: str, name: str) -> None:
    """A table as text, and as files."""
    plain_table(table, caption)
    files(name, table, name)


def campaign_story(publication: Publication, rows: Sequence[Row], row: Row, currency: str) -> None:
    """One campaign: its health, the verdict in words, and what follows from the difference."""
    account_id, campaign_id = row["account_id"], row["campaign_id"]
    stem = f"experiment_{account_id}_{campaign_id}"
    st.header(f"{escaped(name_of(row))}: is the experiment sound?")
    shown_table(health(row), "Health checks", f"{stem}_health")
    broken = [
        escaped(name_of(other))
        for other in of_period(rows, ALL)
        if other["srm_flag"] and other is not row
    ]
    if campaign_id == ALL and row["srm_flag"] and broken:
        st.info(
            f"Of the campaigns, the split of {', '.join(broken)} is broken too, and is in this total. "
            "Read the other campaigns one by one."
        )
    st.header(HEADLINES[row["verdict"]])
    st.write(verdict_sentence(row))
    st.write(
        f"Converted: {arm_counts(row, 'test')} of those who can be invited, "
        f"{arm_counts(row, 'control')} of those held back."
    )
    st.caption(LOOKS)
    vendor = vendors_figure(publication, account_id, campaign_id)
    amounts = results(row, vendor, currency)
    if row["verdict"] in UNREADABLE:
        with st.expander("The figures all the same, not to be read as an answer"):
            shown_table(amounts, "What the difference would amount to", f"{stem}_results")
    else:
        shown_table(amounts, "What the difference amounts to", f"{stem}_results")
    st.caption(VENDOR)


def months(rows: Sequence[Row], row: Row) -> None:
    """The campaign over time: the randomised months, and the descriptive ones folded away."""
    campaign_id = row["campaign_id"]
    stem = f"experiment_{row['account_id']}_{campaign_id}"
    new = of_period(rows, "month_new", campaign_id)
    st.header(f"{escaped(name_of(row))} over time")
    st.caption(PERIODS["month_new"])
    st.altair_chart(
        interval_chart(new, "Month"),
        width="stretch",
        key="months",
        alt=interval_message(new, "Month"),
    )
    with st.expander("The months as a table"):
        shown_table(
            over_time(new), "Visitors by the month of their first visit", f"{stem}_month_new"
        )
    with st.expander("Everyone with a visit in the month (descriptive only)"):
        st.caption(PERIODS["month"])
        shown_table(
            over_time(of_period(rows, "month", campaign_id)), "Descriptive months", f"{stem}_month"
        )


def elsewhere(publication: Publication) -> None:
    """The campaigns of all accounts whose difference is more than chance, and the SQL of the page."""
    found = publication.records(READ)
    with st.expander(f"All accounts: {len(found)} answers that are more than chance"):
        table = glance(found).add_column(0, "Account", [[row["account_name"] for row in found]])
        shown_table(table, "Campaigns that change how many convert", "experiment_answers")
    with st.expander("Definitions and SQL"):
        st.markdown(
            "Every figure is a column of `marts.experiment_lift`, which describes it; a row per visitor "
            "is in `marts.experiment_units`. `make serve-docs` serves the descriptions, and "
            "DECISIONS.md gives the reasons with numbers worked by hand."
        )
        st.code(LIFT.strip(), language="sql")
        st.code(UNITS.strip(), language="sql")


def units(publication: Publication, row: Row) -> None:
    """The visitors that a row counts."""
    with st.expander(
        f"{escaped(name_of(row))}: the visitors behind it", on_change="rerun"
    ) as folder:
        if not folder.open:
            return
        table = publication.rows(
            UNITS, {"account_id": row["account_id"], "campaign_id": row["campaign_id"]}
        )
        st.caption(f"{table.num_rows:,} visitors, the first {SHOWN} below; the files have all.")
        plain_table(table.slice(0, SHOWN), "Visitors")
        files(f"experiment_{row['account_id']}_{row['campaign_id']}_visitors", table, "visitors")


def page(publication: Publication) -> None:
    """Draw the page."""
    st.title(TITLE)
    st.caption(ABOUT)
    accounts = {row["account_id"]: row for row in publication.records(ACCOUNTS)}
    if not accounts:
        st.info(
            "No visit carries a flag of a control group yet, so there is no experiment to read."
        )
        return
    with st.container(border=True, key="filter_bar"), st.container(horizontal=True, gap="small"):
        names = {name: row["account_name"] for name, row in accounts.items()}
        account_id = chosen("Account", "account", names, 280)
        st.session_state["carried"] = st.session_state.get("carried", {}) | {
            "account": [account_id]
        }
        rows: list[Row] = list(publication.records(LIFT, {"account_id": account_id}))
        campaigns = of_period(rows, ALL)
        campaign_id = chosen(
            "Campaign", "campaign", {row["campaign_id"]: name_of(row) for row in campaigns}, 320
        )
    stem = f"experiment_{account_id}"
    st.header("The campaigns at a glance")
    shown_table(glance(campaigns), "Split and answer of each campaign", f"{stem}_campaigns")
    row = next(row for row in campaigns if row["campaign_id"] == campaign_id)
    campaign_story(publication, rows, row, accounts[account_id]["currency"])
    st.header("The campaigns beside each other")
    st.caption("Where the line crosses zero, chance alone may have made the difference.")
    st.altair_chart(
        interval_chart(campaigns, "Campaign"),
        width="stretch",
        key="forest",
        alt=interval_message(campaigns, "Campaign"),
    )
    with st.expander("The campaigns as a table"):
        st.caption(
            "Of many campaigns one will look good by chance. Adjusted p values (Benjamini and Hochberg) "
            "take the number of campaigns into account."
        )
        shown_table(
            beside_each_other(campaigns), "Differences of all campaigns", f"{stem}_differences"
        )
    months(rows, row)
    units(publication, row)
    elsewhere(publication)
