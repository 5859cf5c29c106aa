"""Engine gate: what only one engine understands is written in macros/engine, and nowhere else."""

from __future__ import annotations

import re

from gates.project import ROOT, Project

# Functions and syntax of DuckDB for which macros/engine has a dispatched macro.
WORDS = (
    "arg_max",
    "epoch_ms",
    "flatten",
    "from_json",
    "generate_series",
    "generate_subscripts",
    "isfinite",
    "json_exists",
    "json_extract",
    "json_extract_string",
    "json_keys",
    "list_filter",
    "list_sum",
    "list_transform",
    "make_timestamp_ms",
    "md5",
    "regexp_extract",
    "regexp_matches",
    "starts_with",
    "struct_pack",
    "timezone",
    "try_cast",
    "unnest",
)
# What is known and allowed for now: several engines have it, though not all.
TOLERATED = ("bool_or",)
PATTERNS = {
    **{word: re.compile(rf"(?<![\w.'\"]){word}\s*\(") for word in WORDS},
    "bool_or": re.compile(r"\bbool_or\s*\("),
    "exclude": re.compile(r"\*\s+exclude\b"),
    "lambda": re.compile(r"\blambda\s+\w+\s*:"),
}
COMMENT = re.compile(r"{#.*?#}|--[^\n]*", re.S)


def violations(project: Project) -> list[str]:
    found = []
    for model in project.models() + project.nodes("analysis"):
        code = COMMENT.sub("", model["raw_code"])
        if "target.type" in code:
            found.append(f"{model['name']} asks for target.type; write a dispatched macro")
        found += [f"{model['name']} uses {word}" for word in _words(code)]
    engine = ROOT / "macros/engine"
    for macro in project.macros():
        path = ROOT / macro["original_file_path"]
        # an implementation for one engine may use its words wherever its dispatcher belongs
        if not path.is_relative_to(engine) and not macro["name"].startswith("duckdb__"):
            code = COMMENT.sub("", macro["macro_sql"])
            found += [f"macro {macro['name']} uses {word}" for word in _words(code)]
    return found


def _words(code: str) -> list[str]:
    return [
        word for word, pattern in PATTERNS.items() if word not in TOLERATED and pattern.search(code)
    ]
