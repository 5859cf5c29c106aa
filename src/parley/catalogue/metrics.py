"""Published metrics as the project defines them.

Their data is in models/semantic, their texts are the docs blocks of models/docs/metrics. A metric is
read either from these files or from dbt's manifest; both write it alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

FILES = "models/semantic/metrics"
TEXTS = "models/docs/metrics"
BEYOND = "_metrics__beyond_documents.yml"
#: libyaml's loader, which is many times faster, where PyYAML has it.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
#: The first words of a text's paragraphs after the definition, and what each paragraph is.
LEADS = {
    "How": "how",
    "For example": "example",
    "Beware": "beware",
    "In the semantic layer": "asking",
    "The document": "says",
    "The vendor": "vendor",
}
BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.S)
REFERENCE = re.compile(r"{{ doc\('(\w+)'\) }}")
#: What a unit is called where the metric says nothing more precise.
UNITS = {
    "currency": "the account's currency, as delivered, never converted",
    "per_hour": "count an hour",
    "ratio": "ratio (1 is the whole)",
}


@dataclass(frozen=True)
class Example:
    """A number worked out by hand, and the dbt unit test that expects it."""

    text: str
    unit_test: str
    value: float


@dataclass(frozen=True)
class Metric:
    """What is said of a metric. Texts that a metric does not have are empty."""

    name: str
    label: str
    definition: str
    kind: str  # simple, ratio or derived
    inputs: tuple[str, ...]  # metrics it is made of; none for a simple one
    measure: str  # what a simple metric aggregates
    expression: str  # how a derived one is computed from its inputs
    surface: str
    section: str
    panels: tuple[str, ...]
    formula: str
    how: str
    unit: str
    where_nothing: str
    time_base: str
    additivity: str
    source: str
    unit_note: str = ""
    beware: str = ""
    asking: str = ""
    says: str = ""  # the source document, in its own words
    vendor: str = ""
    also: tuple[str, ...] = ()  # short and other names in the documents
    defined_in: str = ""  # model.column that holds the definition of what is counted
    example: Example | None = None
    landed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_published(self) -> bool:
        """Shown by a dashboard; else only a part of metrics that are."""
        return bool(self.panels)

    @property
    def unit_text(self) -> str:
        """The unit in words."""
        return self.unit_note or UNITS.get(self.unit, self.unit)

    @property
    def numerator(self) -> str:
        """The metric above the line of a ratio, else nothing."""
        return self.inputs[0] if self.kind == "ratio" else ""

    @property
    def denominator(self) -> str:
        """The metric below the line of a ratio, else nothing."""
        return self.inputs[1] if self.kind == "ratio" else ""

    @staticmethod
    def read(node: Mapping[str, Any]) -> Metric:
        """A metric as the YAML files or dbt's manifest write it."""
        kind, parts = node["type"], node["type_params"]
        meta = node.get("config", {}).get("meta", {})
        inputs: tuple[str, ...] = ()
        if kind == "ratio":
            inputs = (name_of(parts["numerator"]), name_of(parts["denominator"]))
        elif kind == "derived":
            inputs = tuple(name_of(part) for part in parts["metrics"])
        definition, texts = paragraphs(node["description"])
        example = meta.get("example")
        return Metric(
            name=node["name"],
            label=node["label"],
            definition=definition,
            kind=kind,
            inputs=inputs,
            measure=name_of(parts["measure"]) if kind == "simple" else "",
            expression=parts["expr"] if kind == "derived" else "",
            surface=meta.get("surface", ""),
            section=meta.get("section", ""),
            panels=tuple(meta.get("panels", ())),
            formula=meta.get("formula", ""),
            how=texts.get("how", "").removesuffix(".") or meta.get("formula", ""),
            unit=meta.get("unit", ""),
            where_nothing=meta.get("where_nothing", ""),
            time_base=meta.get("time_base", ""),
            additivity=meta.get("additivity", ""),
            source=meta.get("source", ""),
            unit_note=meta.get("unit_note", ""),
            beware=texts.get("beware", ""),
            asking=texts.get("asking", ""),
            says=texts.get("says", ""),
            vendor=texts.get("vendor", ""),
            also=tuple(meta.get("also", ())),
            defined_in=meta.get("defined_in", ""),
            example=Example(texts["example"], **example) if example else None,
            landed={feed: tuple(fields) for feed, fields in meta.get("landed", {}).items()},
        )


def name_of(part: Any) -> str:
    """The name of a metric or measure, which may stand alone or with what is said of it."""
    return str(part["name"] if isinstance(part, Mapping) else part)


def paragraphs(description: str) -> tuple[str, dict[str, str]]:
    """A metric's definition, and the paragraphs after it by what each says."""
    definition, *others = [" ".join(part.split()) for part in description.strip().split("\n\n")]
    texts = {}
    for other in others:
        lead, _, text = other.partition(": ")
        if lead not in LEADS:
            raise ValueError(
                f"A metric's paragraph begins with none of {', '.join(LEADS)}: {other}"
            )
        texts[LEADS[lead]] = text
    return definition, texts


def read_texts(root: Path) -> dict[str, str]:
    """The docs blocks of metrics below a project's folder, by name."""
    files = (root / TEXTS).glob("*.md")
    return dict(
        found for file in files for found in BLOCK.findall(file.read_text(encoding="utf-8"))
    )


def read_files(root: Path, paths: Iterable[Path]) -> dict[str, Metric]:
    """The metrics of YAML files by name, in the order of the files and in them."""
    texts = read_texts(root)
    found: dict[str, Metric] = {}
    for path in paths:
        text = path.read_text(encoding="utf-8")
        for node in yaml.load(text, Loader=LOADER).get("metrics", []):
            told = REFERENCE.sub(lambda match: texts[match.group(1)], node["description"])
            found[node["name"]] = Metric.read({**node, "description": told})
    return found


def read_published(root: Path) -> dict[str, Metric]:
    """The published metrics below a project's folder, in the order of the files."""
    return read_files(root, sorted((root / FILES).glob("*.yml")))


def read_components(root: Path) -> dict[str, Metric]:
    """The metrics that are only parts of published ones."""
    return read_files(root, sorted((root / FILES).parent.glob("_metrics__components_*.yml")))


def read_beyond(root: Path) -> dict[str, Metric]:
    """The metrics that no source document has; they are in the semantic layer and on no panel."""
    return read_files(root, [(root / FILES).parent / BEYOND])


def read_manifest(manifest: Mapping[str, Any]) -> dict[str, Metric]:
    """The metrics of dbt's manifest by name, published ones and their parts."""
    return {node["name"]: Metric.read(node) for node in manifest["metrics"].values()}
