"""From a landed field to a panel: the models between them, as a graph and as a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx

from parley.catalogue.metrics import Metric
from parley.landing.files import FEEDS

SETTINGS = "accounts.csv"
#: Every model reads which files came and which accounts there are; drawn, that would hide the rest.
PLUMBING = ("staging/landing/", "staging/accounts/", "intermediate/accounts/")
#: Rows for distinct counts over any range, which panels of fixed dates need not read.
FACTS = "marts/facts/"
#: Every delivered version of a record, the step before its current one.
DELIVERIES = "_deliveries"
#: What stands between a dashboard's datasets and its panels: all metrics pass through it.
BETWEEN = ("_facts", "_metrics")
#: The columns of the drawing.
LAYERS = ("feed", "staging", "intermediate", "dataset", "panel")
# The drawing's measures, in pixels.
WIDTH, HEIGHT, GAP, MARGIN = 180, 38, 8, 28
#: Characters of a name that fit into a line.
FITTING = 27


@dataclass(frozen=True)
class Box:
    """A feed or model, and where it is drawn."""

    key: str
    text: str
    layer: str  # one of LAYERS
    link: str
    x: float
    y: float
    width: float = WIDTH
    height: float = HEIGHT

    @property
    def parts(self) -> tuple[str, ...]:
        """The text in lines that fit: a model's layer and vendor or subject, then the rest."""
        for mark in ("__", "/"):
            first, found, rest = self.text.partition(mark)
            if rest:
                return first + found, rest
        if len(self.text) <= FITTING:
            return (self.text,)
        cut = self.text.rindex("_", 0, FITTING) + 1
        return self.text[:cut], self.text[cut:]


@dataclass(frozen=True)
class Drawing:
    """Boxes, the lines between them as SVG paths, and the size of it all."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: float
    height: float


class Lineage:
    """The models of a manifest, and what each metric's number passes through."""

    def __init__(self, manifest: Mapping[str, Any], metrics: Mapping[str, Metric]) -> None:
        """Read the manifest's models once for all metrics."""
        self.metrics = metrics
        self.nodes = {
            key: node
            for key, node in manifest["nodes"].items()
            if node["resource_type"] == "model" and not node["path"].startswith(PLUMBING)
        }
        feeds = {f"lines_{feed.replace('/', '_')}": feed for feed in FEEDS}
        self.feeds = {
            key: feeds[source["name"]]
            for key, source in manifest["sources"].items()
            if source["name"] in feeds
        }
        self.graph: nx.DiGraph[str] = nx.DiGraph()
        for key in self.nodes:
            for parent in manifest["parent_map"].get(key, ()):
                if parent in self.nodes or parent in self.feeds:
                    self.graph.add_edge(parent, key)
        for key in [key for key in self.graph if key.endswith((DELIVERIES, *BETWEEN))]:
            before, after = self.graph.predecessors(key), list(self.graph.successors(key))
            self.graph.add_edges_from([(parent, child) for parent in before for child in after])
            self.graph.remove_node(key)
        self.measured = {
            measure["name"]: model["depends_on"]["nodes"][0]
            for model in manifest["semantic_models"].values()
            for measure in model["measures"]
        }
        self.landed = {
            measure["name"]: model["config"]["meta"].get("landed", {})
            for model in manifest["semantic_models"].values()
            for measure in model["measures"]
        }
        self.marts = {node["name"]: key for key, node in self.nodes.items()}

    def leaves(self, metric: Metric) -> list[Metric]:
        """The simple metrics that a metric is made of, itself where it is one."""
        if not metric.inputs:
            return [metric]
        found = [leaf for name in metric.inputs for leaf in self.leaves(self.metrics[name])]
        return list({leaf.name: leaf for leaf in found}.values())

    def fields(self, metric: Metric) -> dict[str, list[str]]:
        """The landed fields that decide a metric, by feed: those of its facts and its own."""
        found: dict[str, dict[str, None]] = {}
        for leaf in self.leaves(metric):
            facts = self.landed[leaf.measure]
            for feed, names in [*facts.items(), *leaf.landed.items()]:
                found.setdefault(feed, {}).update(dict.fromkeys(names))
        return {feed: list(names) for feed, names in found.items()}

    def datasets(self, metric: Metric) -> list[str]:
        """The names of the datasets and facts that a metric is computed from."""
        keys = [self.measured[leaf.measure] for leaf in self.leaves(metric)]
        return [self.nodes[key]["name"] for key in dict.fromkeys(keys)]

    def of(self, metric: Metric, marts: Iterable[str]) -> nx.DiGraph[str]:
        """Feeds and models from the metric's landed fields to its datasets and panels."""
        landed = self.fields(metric)
        roots = [key for key, feed in self.feeds.items() if feed in landed]
        below = set(roots)
        for root in roots:
            below |= nx.descendants(self.graph, root)
        datasets = {self.marts[name] for name in self.datasets(metric)}
        kept = set(datasets)
        for dataset in datasets:
            kept |= nx.ancestors(self.graph, dataset) & below
        panels = {self.marts[mart] for mart in marts} - kept
        facts = {key for key in datasets if self.nodes[key]["path"].startswith(FACTS)}
        kept |= self._counted_beside(metric, facts, panels) & below
        # A panel that reads none of them reads a dataset's sister, made of the same rows.
        alone = {panel for panel in panels if not kept & set(self.graph.predecessors(panel))}
        kept |= self._counted_beside(metric, datasets, alone) & below
        part: nx.DiGraph[str] = self.graph.subgraph(kept | panels).copy()
        part = nx.transitive_reduction(part)
        part.add_nodes_from(kept | panels)
        return part

    def _counted_beside(
        self, metric: Metric, datasets: Iterable[str], panels: Iterable[str]
    ) -> set[str]:
        """What panels count the same rows by that datasets hold: their parents lead to both."""
        parents = {parent for dataset in datasets for parent in self.graph.predecessors(dataset)}
        beside = {
            dataset
            for panel in panels
            for dataset in self.graph.predecessors(panel)
            if parents & set(self.graph.predecessors(dataset))
        }
        counted = {leaf.measure for leaf in self.leaves(metric)}
        return {key for key in beside if counted & set(self.nodes[key]["columns"])} or beside

    def layer(self, key: str) -> str:
        """Which part of the way a feed or model is."""
        if key in self.feeds:
            return "feed"
        layer = str(self.nodes[key]["path"].split("/")[0])
        if layer != "marts":
            return layer
        is_dataset = key in self.measured.values() or "/datasets/" in self.nodes[key]["path"]
        return "dataset" if is_dataset else "panel"

    def draw(self, metric: Metric, marts: Iterable[str]) -> Drawing:
        """The graph from left to right, a column a layer; what reads another stands below it."""
        graph = self.of(metric, marts)
        depths: dict[str, int] = {}
        for key in nx.lexicographical_topological_sort(graph):
            depths[key] = 1 + max(
                (depths[parent] for parent in graph.predecessors(key)), default=-1
            )
        boxes: dict[str, Box] = {}
        rows = dict.fromkeys(LAYERS, 0)
        for key in sorted(depths, key=lambda k: (LAYERS.index(self.layer(k)), depths[k], k)):
            layer = self.layer(key)
            x, y = LAYERS.index(layer) * (WIDTH + MARGIN), rows[layer] * (HEIGHT + GAP)
            rows[layer] += 1
            boxes[key] = Box(key, self._name(key), layer, self._link(key), x, y)
        lines = [curve(boxes[start], boxes[end]) for start, end in sorted(graph.edges)]
        width = len(LAYERS) * (WIDTH + MARGIN) - MARGIN
        return Drawing(
            tuple(boxes.values()), tuple(lines), width, max(rows.values()) * (HEIGHT + GAP) - GAP
        )

    def _name(self, key: str) -> str:
        """A feed's folder; a model's name."""
        return self.feeds.get(key) or str(self.nodes[key]["name"])

    def _link(self, key: str) -> str:
        kind = "source" if key in self.feeds else "model"
        return f"static_index.html#!/{kind}/{key}"


def curve(start: Box, end: Box) -> str:
    """A line from one box's right side to another's left, as an SVG path; within a column a bow."""
    y1, y2 = start.y + start.height / 2, end.y + end.height / 2
    if start.x == end.x:
        side = start.x - MARGIN / 2
        return f"M{start.x:g} {y1:g}C{side:g} {y1:g} {side:g} {y2:g} {end.x:g} {y2:g}"
    x1 = start.x + start.width
    middle = (x1 + end.x) / 2
    return f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {end.x:g} {y2:g}"
