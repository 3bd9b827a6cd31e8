"""OMON: the option chain of one underlying and one expiry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from vega_terminal.domain.market import OptionChain
from vega_terminal.domain.token import IST
from vega_terminal.ui.facade import Engine
from vega_terminal.ui.functions import Code
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.screens.instrument import InstrumentScreen
from vega_terminal.ui.session import Session
from vega_terminal.ui.views.market_panels import Note
from vega_terminal.ui.views.market_state import PanelFoot
from vega_terminal.ui.views.option_columns import Preset
from vega_terminal.ui.views.options import (
    ChainBand,
    OptionSide,
    chain_notes,
    contract_key,
    option_rows,
    strike_key,
)
from vega_terminal.ui.widgets.option_chain_band import OptionChainBand
from vega_terminal.ui.widgets.option_chain_board import OptionChainBoard
from vega_terminal.ui.widgets.quote_board import QuoteBoard


@dataclass(frozen=True, slots=True)
class Seen:
    """What the broker said: the expiries, and the chain of one of them; None where there are no options."""

    expiries: tuple[date, ...]
    chain: OptionChain | None = None


class OptionsScreen(InstrumentScreen[Seen]):
    """`[` and `]` choose the expiry, `m` the columns, left and right the half that Enter describes."""

    CODE = Code.OMON
    EVERY = 3.0
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left_square_bracket", "expiry(-1)", "Earlier expiry", id="options.earlier", show=False),
        Binding("right_square_bracket", "expiry(1)", "Later expiry", id="options.later", show=False),
        Binding("m", "columns", "Columns", id="options.columns", show=False),
        Binding("a", "centre", "At the money", id="options.centre", show=False),
        Binding("left,h", "side('CALLS')", "Calls", id="options.calls", show=False),
        Binding("right,l", "side('PUTS')", "Puts", id="options.puts", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._band = ChainBand()
        self._boards = {preset: OptionChainBoard(preset) for preset in Preset}
        self._described: str | None = None
        self._centred: tuple[str, date] | None = None

    async def ask(self, engine: Engine) -> Seen:
        """The expiries, then the chain of the chosen one; the nearest when it is none of them."""
        key = self.instrument.key
        expiries = await engine.expiries(key)
        if not expiries:
            return Seen(())
        chosen = self._band.chosen if self._band.chosen in expiries else expiries[0]
        return Seen(expiries, await engine.option_chain(key, chosen))

    def compose_content(self) -> ComposeResult:
        """The band, then one board for each set of columns; one of them is seen."""
        yield OptionChainBand((self._band, self._today))
        yield from self._boards.values()

    def on_mount(self) -> None:
        """The chain takes the keys."""
        self._show_board()

    def follow(self) -> bool:
        """A contract that was described from here belongs to this chain: its underlying stays."""
        if self.session.security.key == self._described:
            return False
        self._described = None
        return super().follow()

    def forget(self) -> None:
        """Another underlying has other expiries."""
        super().forget()
        self._centred = None
        self._band = replace(self._band, expiries=(), chosen=None)

    # --- showing ------------------------------------------------------------------------------------

    def notes(self, answer: Seen) -> tuple[Note, ...]:
        """What the chain comes to."""
        return () if answer.chain is None else chain_notes(answer.chain)

    def empty(self, answer: Seen) -> str:
        """An instrument without options, or an expiry without strikes."""
        symbol = safe_text(self.instrument.symbol, 24)
        if answer.chain is None:
            return f"The broker names no options of {symbol}. Type another one, such as NIFTY OMON."
        return "" if answer.chain.rows else "This expiry has no strikes yet. Press ] for the next one."

    def show_answer(self, answer: Seen | None, foot: PanelFoot) -> None:
        """The band, and the board of the present columns."""
        chain = None if answer is None else answer.chain
        if answer is not None and chain is not None:
            self._band = replace(self._band, expiries=answer.expiries, chosen=chain.expiry)
        self.query_one(OptionChainBand).show((self._band, self._today))
        self._board.show(() if chain is None else option_rows(chain, self._band.preset, foot.rows_age))
        if chain is not None and self._centred != (chain.underlying_key, chain.expiry):
            self._centred = chain.underlying_key, chain.expiry
            self._centre_on(chain)

    def _centre_on(self, chain: OptionChain) -> None:
        if chain.at_the_money is not None:
            self._board.centre_on(strike_key(chain.at_the_money))

    def _show_board(self) -> None:
        """Show the board of the present columns, and no other one."""
        for board in self._boards.values():
            board.display = board is self._board
        self._board.focus()

    @property
    def _board(self) -> OptionChainBoard:
        return self._boards[self._band.preset]

    @property
    def _today(self) -> date:
        return self.session.clock.now().astimezone(IST).date()

    # --- keys ---------------------------------------------------------------------------------------

    def action_expiry(self, by: int) -> None:
        """An earlier or later expiry, as far as there is one."""
        expiries, chosen = self._band.expiries, self._band.chosen
        if chosen not in expiries:
            return
        wanted = expiries[min(max(0, expiries.index(chosen) + by), len(expiries) - 1)]
        if wanted != chosen:
            band = replace(self._band, chosen=wanted)
            self.ask_anew()
            self._band = band
            self.show_again()

    def action_columns(self) -> None:
        """The next set of columns; the cursor stays on its strike."""
        row = self._board.cursor_key
        self._band = replace(self._band, preset=self._band.preset.next)
        self._show_board()
        if row is not None:
            self._board.centre_on(row)
        self.show_again()

    def action_centre(self) -> None:
        """Back to the strike at the money."""
        answer = self.answer
        if answer is not None and answer.chain is not None:
            self._centre_on(answer.chain)

    def action_side(self, side: str) -> None:
        """Which half Enter describes."""
        self._band = replace(self._band, side=OptionSide(side))
        self.show_again()

    @on(QuoteBoard.RowSelected)
    def _describe(self, event: QuoteBoard.RowSelected) -> None:
        """Describe the contract under the cursor."""
        answer = self.answer
        chain = None if answer is None else answer.chain
        key = None if chain is None else contract_key(chain, event.key, self._band.side)
        if key is None:
            self.refuse(f"There is no contract of the {self._band.side.lower()} at this strike.")
        else:
            self._described = key
            self.call(Code.DES, key)
