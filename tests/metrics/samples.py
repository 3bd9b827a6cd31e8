"""An exposition, read back with the library's own parser."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families


def families(exposition: bytes) -> dict[str, Metric]:
    """Every metric by its name, without suffixes."""
    return {family.name: family for family in text_string_to_metric_families(exposition.decode())}


def value(exposition: bytes, name: str, labels: Mapping[str, str] | None = None) -> float | None:
    """One sample; None when it is not there."""
    for family in text_string_to_metric_families(exposition.decode()):
        for sample in family.samples:
            if sample.name == name and sample.labels == (labels or {}):
                return sample.value
    return None


def label_values(exposition: bytes) -> dict[tuple[str, str], set[str]]:
    """What each label of each metric takes, the bounds of buckets left out."""
    found: dict[tuple[str, str], set[str]] = {}
    for family in text_string_to_metric_families(exposition.decode()):
        for sample in family.samples:
            for label, text in sample.labels.items():
                if label != "le":
                    found.setdefault((family.name, label), set()).add(text)
    return found
