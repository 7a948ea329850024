"""The dashboard asks for metrics that are there, by the names and labels that they have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from projections.checkpoint import Result
from streams.metrics import Metrics
from streams.worker_metrics import WorkerMetrics
from tests.unit.api.world import Platform
from tests.unit.streams.test_metrics import EVENT, told

DASHBOARD: Final = Path(__file__).parents[3] / "docs" / "grafana" / "recut.json"
EXPRESSIONS: Final = [
    target["expr"]
    for panel in json.loads(DASHBOARD.read_text())["panels"]
    if panel["type"] != "row"
    for target in panel["targets"]
]
LEGENDS: Final = {
    target["expr"]: re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])
    for panel in json.loads(DASHBOARD.read_text())["panels"]
    for target in panel.get("targets", ())
}


def exported(platform: Platform) -> dict[str, set[str]]:
    """Name of each sample -> its labels, of an API, a stream process and a worker that have seen something."""
    platform.client.get("/healthz")
    local = TestClient(platform.app, client=("127.0.0.1", 5000))
    streams = Metrics()
    streams.applied("feed", [EVENT], Result(1, 0, 0), 0.01)
    streams.healed("feed", 1)
    families = [*parse(local.get("/metrics").text), *parse(told(streams)), *parse(told(a_worker()))]
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


def a_worker() -> WorkerMetrics:
    metrics = WorkerMetrics()
    metrics.claimed("sketch", "free", 1.0)
    metrics.busy("sketch", 2, 1)
    metrics.ended("sketch", "sketch-1", "finished", 2.0)
    metrics.stage("sketch", "encode", 1.0)
    metrics.cancelled("sketch", 0.1)
    metrics.cold_start("sketch", 1.0)
    metrics.downgraded("sketch", "fewer_at_once")
    metrics.batch("sketch", "a bucket", 3, 4)
    metrics.step("sketch", "a bucket", 0.1)
    return metrics


def parse(text: str) -> list[Metric]:
    return list(text_string_to_metric_families(text))


def test_every_metric_of_the_dashboard_is_exported_with_its_labels(platform: Platform) -> None:
    there = exported(platform)
    for expression in EXPRESSIONS:
        names = re.findall(r"recut_\w+", expression)
        assert names
        for name in names:
            assert name in there, f"{name} is not exported"
            by = [label for found in re.findall(r"by \(([\w, ]+)\)", expression) for label in found.split(", ")]
            assert set(by) | set(LEGENDS[expression]) <= there[name] | {"le"}, expression


def test_every_metric_is_on_the_dashboard(platform: Platform) -> None:
    shown = {name for expression in EXPRESSIONS for name in re.findall(r"recut_\w+", expression)}
    families = {re.sub(r"_(bucket|sum|count|total)$", "", name) for name in shown}
    there = {re.sub(r"_(bucket|sum|count|total|created)$", "", name) for name in exported(platform)}
    assert there == families


def test_panels_have_a_place_of_their_own() -> None:
    panels = json.loads(DASHBOARD.read_text())["panels"]
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in panels}) == len(panels)
