"""The line of closes in dots. It loads numpy: GP alone imports it, and only when it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual_plot import HiResMode, PlotWidget
from textual_plot.axis_formatter import NumericAxisFormatter

from vega_terminal.ui.theme import rich_style
from vega_terminal.ui.views.graph import Graph
from vega_terminal.ui.views.market_numbers import rupees

_PRICES: Final = 13
"""Cells for the prices at the left."""


class PriceAxis(NumericAxisFormatter):
    """Prices as everywhere else."""

    def get_labels_for_ticks(self, ticks: Sequence[float]) -> list[str]:
        """Indian grouping and two decimals."""
        return [rupees(tick) for tick in ticks]


class TimeAxis(NumericAxisFormatter):
    """Labels that were worked out before.

    Args:
        labels: by candle number.
    """

    def __init__(self, labels: dict[float, str]) -> None:
        self._labels = labels

    def get_labels_for_ticks(self, ticks: Sequence[float]) -> list[str]:
        """The label of each candle."""
        return [self._labels.get(tick, "") for tick in ticks]


class PriceGraph(PlotWidget, can_focus=False, inherit_bindings=False):
    """Draws one `Graph`; an equal one is not drawn again, as a drawing costs about 100 ms."""

    def __init__(self) -> None:
        super().__init__(id="price-graph", allow_pan_and_zoom=False)
        self._graph: Graph | None = None

    def on_mount(self) -> None:
        """Room for prices and times alone; the line is drawn in colours of the theme."""
        self.margin_top, self.margin_bottom, self.margin_left = 0, 1, _PRICES
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._draw())

    def show(self, graph: Graph | None) -> None:
        """Draw this graph from now on; None draws nothing."""
        if graph != self._graph:
            self._graph = graph
            self._draw()

    def _draw(self) -> None:
        graph = self._graph
        self.clear()
        if graph is None:
            return
        labels = {float(number): label for number, label in graph.times}
        self.set_x_formatter(TimeAxis(labels))
        self.set_y_formatter(PriceAxis())
        self.set_xticks(tuple(labels))
        self.set_xlimits(0.0, float(len(graph.closes) - 1))
        self.set_ylimits(graph.low, graph.high)
        style = rich_style(graph.tone, self.app.theme_variables)
        self.plot(range(len(graph.closes)), graph.closes, line_style=style, hires_mode=HiResMode.BRAILLE)
