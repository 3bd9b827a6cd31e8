"""What a benchmark hands back: samples, goals, tables. Timings are in milliseconds."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Samples:
    """Repetitions of one measurement, in milliseconds and in the order in which they were taken."""

    name: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def percentile(self, share: float) -> float:
        """The smallest sample that at least `share` (0 to 1) of all do not exceed."""
        ordered = sorted(self.values)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit and what was measured against it; missing it changes no exit code."""

    what: str
    measured: float
    limit: float
    unit: str

    @property
    def met(self) -> bool:
        return self.measured <= self.limit

    def __str__(self) -> str:
        verdict = "met" if self.met else "MISSED"
        return (
            f"{self.what}: {self.measured:.2f}{self.unit}, goal at most {self.limit:g}{self.unit}: {verdict}"
        )


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; the first column names, the others are figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One benchmark, ready to be shown."""

    title: str
    tables: tuple[Table, ...]
    goals: tuple[Goal, ...] = ()
    facts: tuple[str, ...] = ()


SPREAD_COLUMNS = ("", "min", "median", "max", "runs")


def spread_row(samples: Samples) -> tuple[str, ...]:
    """Minimum, median and maximum in words, for a table with `SPREAD_COLUMNS`."""
    low, high = min(samples.values), max(samples.values)
    return (samples.name, span(low), span(samples.median), span(high), str(len(samples.values)))


def span(milliseconds: float) -> str:
    """Such as `812 ms` or `4.31 s`."""
    if milliseconds >= 1000:
        return f"{milliseconds / 1000:.2f} s"
    return f"{milliseconds:.0f} ms" if milliseconds >= 100 else f"{milliseconds:.1f} ms"


def ratios(ours: Samples, other: Samples) -> tuple[float, ...]:
    """Ours divided by the other one, pair by pair: both halves of a pair saw the same machine."""
    return tuple(a / b for a, b in zip(ours.values, other.values, strict=True))


def median_ratio(ours: Samples, other: Samples) -> float:
    """The median over the pairs."""
    return statistics.median(ratios(ours, other))


def ratio_row(label: str, pairs: Sequence[float]) -> tuple[str, ...]:
    """The spread of the pairs' ratios, for a table with `SPREAD_COLUMNS`."""
    figures = (min(pairs), statistics.median(pairs), max(pairs))
    return (label, *(f"{figure:.2f} x" for figure in figures), str(len(pairs)))
