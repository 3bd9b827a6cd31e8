"""The dashboard and the alert rules ask for nothing that we do not tell."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest

from tests.engine.fake_clock import FakeClock
from tests.engine.rosters import SIX
from tests.notices.any_events import NOW
from tests.notices.watched import Watched
from vega_terminal.domain import events as ev
from vega_terminal.domain.progress import LoginStep
from vega_terminal.metrics.metrics import Metrics

from .samples import families, label_values

FOLDER: Final = Path(__file__).parents[2] / "docs" / "grafana"
NAME: Final = re.compile(r"\b(?:vega_|token_execution_|process_)\w+")
BY: Final = re.compile(r"\bby \(([^)]*)\)|\{\{(?:\$labels\.|\s*\$labels\.)?\s*(\w+)\s*\}\}")
MATCHER: Final = re.compile(r"(\w+)(?:=~|!=|=)\"([^\"]*)\"")
OF_THE_SCRAPE: Final = {"job", "instance", "le"}


def told() -> bytes:
    """An exposition in which every metric has a series."""
    watched = Watched(FakeClock(NOW))
    metrics = Metrics(watched.board, watched.clock)
    watched.begin()
    watched.have(*SIX)
    watched.tell(ev.StepReached(NOW, "PRIMARY", LoginStep.OTP), ev.SlotFinished(NOW, "PRIMARY"))
    watched.finish(0)
    return metrics.exposition()


@pytest.fixture(scope="module")
def exposition() -> bytes:
    return told()


def asked() -> list[str]:
    """Every query and every legend of the dashboard, and every rule."""
    dashboard = json.loads((FOLDER / "vega-terminal.json").read_text())
    targets = [target for panel in dashboard["panels"] for target in panel.get("targets", ())]
    legends = [target["legendFormat"] for target in targets]
    rules = re.findall(r"expr: (.+)", (FOLDER / "alerts.yml").read_text())
    assert len(targets) > 20
    assert len(rules) > 5
    return [target["expr"] for target in targets] + rules + legends


def test_every_metric_that_is_asked_for_is_told(exposition: bytes) -> None:
    names = {sample.name for family in families(exposition).values() for sample in family.samples}
    wanted = {name for query in asked() for name in NAME.findall(query)}
    assert wanted <= names
    ours = {name for name in families(exposition) if not name.startswith("process_")}
    shown = {name for name in ours if any(asked_for.startswith(name) for asked_for in wanted)}
    not_shown = {"vega_run_in_progress", "vega_token_remaining_seconds", "vega_last_run_timestamp_seconds"}
    assert ours - shown == not_shown


def test_every_label_that_is_asked_for_is_told(exposition: bytes) -> None:
    values: dict[str, set[str]] = {}
    for (_name, label), taken in label_values(exposition).items():
        values.setdefault(label, set()).update(taken)
    for query in asked():
        for by, legend in BY.findall(query):
            labels = {label.strip() for label in (by or legend).split(",")}
            assert labels <= values.keys() | OF_THE_SCRAPE, query
        for label, value in MATCHER.findall(query):
            assert label in OF_THE_SCRAPE or value in values[label], query
