"""Personal data gate: a column named, made or filled like one that holds personal data is marked as such.

Columns are marked by name, in the variable ``personal_columns`` of dbt_project.yml.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

import duckdb
import yaml

from gates.project import ROOT, Project

#: What a column of text is called that holds personal data, wherever it came from.
NAMED_LIKE = re.compile(
    r"(^|_)(phones?|e?mails?|visitor(_id|_key)?|consumer(_id)?|participant(_id)?|subscriber_id|customer(_id)?"
    r"|(agent|person|first|last|user|login)_name|address|text|texts|message_text|transcript|feedback|comment"
    r"|answer|answer_text|url|uri|referrer|raw_line|payload)$"
)
LEVELS = (ROOT / "macros" / "definitions" / "levels.sql").read_text(encoding="utf-8")
_MEMBERS = {f"{level}_name" for level in re.findall(r"'level': '(\w+)'", LEVELS)}
#: Made of a marked column, and none: names of members who are no persons, and agents' ids.
NOT_PERSONAL = _MEMBERS - {"agent_name"} | {"agent_id"}
_ALIAS = re.compile(r"\s*(.*?)\s*\bas (\w+),?$")
_COUNTED = re.compile(r"\b(count|sum|length)\s*\([^()]*\)|\S+ is (not )?null|\S+ (=|<>|in) \S+")


@cache
def marked() -> dict[str, str]:
    """Kinds of the marked columns."""
    project = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    found: dict[str, str] = project["vars"]["personal_columns"]
    return found


def named_like_one(project: Project) -> list[str]:
    """Columns of text that are called like one and are not marked."""
    return sorted(
        f"{table}.{column} is named like personal data and not marked"
        for table, columns in project.built_types.items()
        for column, data_type in columns.items()
        if "VARCHAR" in data_type
        and NAMED_LIKE.search(column)
        and column not in marked()
        and column not in NOT_PERSONAL
    )


def holding_one(project: Project) -> list[str]:
    """Columns of lists and records with a marked field that are not marked."""
    return sorted(
        f"{table}.{column} has a field {field} and is not marked"
        for table, columns in project.built_types.items()
        for column, data_type in columns.items()
        if column not in marked()
        for field in re.findall(r"(\w+) VARCHAR", data_type)
        if field in marked()
    )


def made_of_one(project: Project) -> list[str]:
    """Columns of text that a model's code makes of a marked column and that are not marked."""
    known = {*marked(), *NOT_PERSONAL}
    names = re.compile(rf"\b({'|'.join(marked())})\b(?!\.)")
    found = []
    for model in project.models():
        types = project.built_types.get(model["name"], {})
        for alias, code in _expressions(model["raw_code"]):
            expression = _COUNTED.sub("", re.sub(r"'[^']*'", "", code))
            is_known = alias in known or "VARCHAR" not in types.get(alias, "")
            if not is_known and names.search(expression):
                found.append(f"{model['name']}.{alias} is made of {expression!r} and not marked")
    return found


def _expressions(code: str) -> Iterator[tuple[str, str]]:
    """Columns of a model's select lists by alias, each with its line, or the lines of its case."""
    lines = code.splitlines()
    for place, line in enumerate(lines):
        if made := _ALIAS.fullmatch(line):
            expression, alias = made.groups()
            if expression == "end":
                begun = next(
                    (n for n in range(place, 0, -1) if lines[n].lstrip().startswith("case")), place
                )
                expression = "\n".join(lines[begun:place])
            yield alias, expression


def kept_for_ever(project: Project) -> list[str]:
    """Stored tables with texts of persons that retention does not pass through; a view shows what they hold."""
    retention = (ROOT / "macros" / "landing" / "retention.sql").read_text(encoding="utf-8")
    return sorted(
        f"{model['name']} stores {column} and is not in macros/landing/retention.sql"
        for model in project.models()
        if model["config"]["materialized"] != "view" and f"'{model['name']}'" not in retention
        for column in project.built_types.get(model["name"], {})
        if marked().get(column) == "free_text"
    )


def unused(project: Project) -> list[str]:
    """Marks of columns that no model has, and kinds that nobody explains."""
    built = {column for columns in project.built_types.values() for column in columns}
    landed = {"line", "landed_line"}
    lines = (ROOT / "seeds" / "personal_data_kinds.csv").read_text(encoding="utf-8").splitlines()
    kinds = {line.partition(",")[0] for line in lines[1:]}
    absent = [f"{name} is marked and no column" for name in marked() if name not in built | landed]
    return absent + [f"{kind} is no kind" for kind in {*marked().values()} - kinds]


#: Where the values of marked fields are first, each of which is of one person or by one.
_VALUES = """
create temp table personal_values as
select distinct value from (
    select phone as value from staging.stg_attentive__events
    union all select visitor_id from staging.stg_liveperson__web_sessions
    union all select visitor_id from staging.stg_one_to_one__events
    union all select participant_id from staging.stg_liveperson__consumer_participants
    union all select message_text from staging.stg_liveperson__messages
    where lower(sent_by) = 'consumer'
    union all select answer_text from staging.stg_liveperson__survey_answers where answer_number is null
    union all select feedback from staging.stg_one_to_one__events
    union all select page_url from staging.stg_one_to_one__events
) where length(value) > 4
"""


def filled_like_one(warehouse: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Unmarked columns most of whose values are those of marked ones; a few may be alike by chance."""
    warehouse.execute(_VALUES)
    tables = warehouse.execute(
        "select schema_name, table_name, list(column_name) from duckdb_columns() "
        "where data_type = 'VARCHAR' and schema_name in ('staging', 'intermediate', 'marts') group by all"
    ).fetchall()
    for schema, table, columns in sorted(tables):
        asked = [column for column in columns if column not in marked()]
        if not asked:
            continue
        counts = ", ".join(
            f"2 * count_if({name} in (select value from personal_values)) > count({name})"
            for name in map(json.dumps, asked)
        )
        row = warehouse.execute(f"select {counts} from {schema}.{table}").fetchone() or ()
        for column, is_filled in zip(asked, row, strict=True):
            if is_filled:
                yield f"{schema}.{table}.{column} holds values of a marked field and is not marked"
