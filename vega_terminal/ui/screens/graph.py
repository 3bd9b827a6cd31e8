"""GP: the price of one instrument over time."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container

from vega_terminal.domain.market import Candle
from vega_terminal.ui.facade import Engine
from vega_terminal.ui.functions import Code
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.screens.instrument import InstrumentScreen
from vega_terminal.ui.session import Session
from vega_terminal.ui.views.graph import LEAST, SCALES, drawn, graph_notes, graph_of
from vega_terminal.ui.views.market_panels import Note
from vega_terminal.ui.views.market_state import PanelFoot
from vega_terminal.ui.widgets.instrument_scales import ScaleLine

if TYPE_CHECKING:
    from vega_terminal.ui.widgets.price_graph import PriceGraph

Candles = tuple[Candle, ...]


class GraphScreen(InstrumentScreen[Candles]):
    """A line of closes; asked anew as often as the engine asks for candles."""

    CODE = Code.GP
    EVERY = 15.0
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "scale(-1)", "Shorter", id="graph.shorter", show=False),
        Binding("right_square_bracket", "scale(1)", "Longer", id="graph.longer", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._chosen = 1
        self._graph: PriceGraph | None = None

    async def ask(self, engine: Engine) -> Candles:
        """The candles of the chosen interval."""
        scale = SCALES[self._chosen]
        return await engine.candles(self.instrument.key, scale.interval, scale.days)

    def compose_content(self) -> ComposeResult:
        """The intervals above a place for the graph."""
        yield ScaleLine(self._chosen)
        yield Container(id="graph")

    def on_mount(self) -> None:
        """Bring the graph."""
        self._bring_graph()

    @work(group="graph", exclusive=True)
    async def _bring_graph(self) -> None:
        """Load what draws beside the running screen, as that takes a while."""
        module = await asyncio.to_thread(import_module, "vega_terminal.ui.widgets.price_graph")
        graph: PriceGraph = module.PriceGraph()
        await self.query_one("#graph").mount(graph)
        self._graph = graph
        self.show_again()

    def notes(self, answer: Candles) -> tuple[Note, ...]:
        """What the graph comes to."""
        return graph_notes(answer)

    def empty(self, answer: Candles) -> str:
        """What to say where no line can be drawn."""
        if len(drawn(answer)) >= LEAST:
            return ""
        symbol, interval = safe_text(self.instrument.symbol, 24), SCALES[self._chosen].interval.value
        return (
            f"The broker has no {interval} prices of {symbol} for the last {SCALES[self._chosen].days} days."
        )

    def show_answer(self, answer: Candles | None, foot: PanelFoot) -> None:  # noqa: ARG002 - the head tells
        """Draw the line, if there is one."""
        graph = graph_of(answer or ())
        self.query_one("#graph").display = graph is not None
        self.query_one(ScaleLine).show(self._chosen)
        if self._graph is not None:
            self._graph.show(graph)

    def action_scale(self, by: int) -> None:
        """A shorter or a longer interval."""
        chosen = min(max(0, self._chosen + by), len(SCALES) - 1)
        if chosen != self._chosen:
            self._chosen = chosen
            self.ask_anew()
