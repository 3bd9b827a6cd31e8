"""The base of screens about one instrument: the one that was named last, on whichever of them."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType

from vega_terminal.domain.instruments import INSTRUMENTS, UnknownInstrument, find
from vega_terminal.domain.market import Quote
from vega_terminal.ui.functions import Code
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.screens.asking import AskingScreen
from vega_terminal.ui.session import Session

T = TypeVar("T")


class InstrumentScreen(AskingScreen[T]):
    """Follows the present instrument of the terminal; `o`, `p` and `i` show it in another way."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("i", "show_on('DES')", "Description", id="instrument.quote", show=False),
        Binding("o", "show_on('OMON')", "Options", id="instrument.options", show=False),
        Binding("p", "show_on('GP')", "Graph", id="instrument.graph", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.instrument = session.security

    def take(self, argument: str) -> str | None:
        """Show another instrument; the sentence of what is unknown when there is none of that name."""
        try:
            wanted = find(argument)
        except UnknownInstrument as unknown:
            return str(unknown)
        if wanted.key != self.session.security.key:
            self.session.security = wanted
        if self.is_mounted and self.follow():
            self.ask_anew()
        return None

    def on_screen_resume(self) -> None:
        """Another screen may have changed the instrument."""
        self.follow()

    def follow(self) -> bool:
        """Turn to the present instrument; True when it is another one."""
        before, self.instrument = self.instrument, self.session.security
        if before.key == self.instrument.key:
            return False
        self.forget()
        return True

    def learn_name(self, quote: Quote) -> None:
        """Call what is not listed as the exchange does, on all screens."""
        one = self.instrument
        if one not in INSTRUMENTS and quote.symbol and self.session.security.key == one.key:
            self.instrument = self.session.security = replace(one, symbol=quote.symbol, name=one.key)

    def action_show_on(self, code: str) -> None:
        """The same instrument on another screen."""
        if code != self.CODE:
            self.call(Code(code), self.instrument.key)

    def heading(self) -> str:
        """Symbol and full name, or the key of what is not listed."""
        one = self.instrument
        name = one.name if one.name.casefold() != one.symbol.casefold() else one.key
        return f"{safe_text(one.symbol, 24)} · {safe_text(name, 40)}"
