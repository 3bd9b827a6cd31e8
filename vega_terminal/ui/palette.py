"""The functions in the command palette."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from vega_terminal.ui.functions import ALL, FUNCTIONS, Code, Function
from vega_terminal.ui.looks import CHOICES
from vega_terminal.ui.messages import Call
from vega_terminal.ui.views.actions import why_blocked

if TYPE_CHECKING:
    from vega_terminal.ui.app import VegaApp


class FunctionProvider(Provider):
    """Finds functions by code or name; one that does nothing now tells why."""

    async def discover(self) -> Hits:
        """All of them."""
        for function, words, told in self._entries():
            yield DiscoveryHit(_two_lines(Content(words), told), partial(self._call, function), words)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for function, words, told in self._entries():
            score = matcher.match(words)
            if score > 0:
                shown = _two_lines(matcher.highlight(words), told)
                yield Hit(score, shown, partial(self._call, function), words)

    def _entries(self) -> Iterator[tuple[Function, str, str]]:
        view = cast("VegaApp", self.app).session.view()
        for function in ALL:
            blocked = why_blocked(function, view)
            told = function.summary if blocked is None else f"✕ {blocked}"
            yield function, f"{function.code}  {function.name}", told

    def _call(self, function: Function) -> None:
        self.app.post_message(Call(function))


def _two_lines(words: Content, told: str) -> Content:
    """A hit above what it does, or why not: `help` of a hit would be taken for markup."""
    return Content.assemble(words, "\n", (told, "dim not bold"))


class LookProvider(Provider):
    """Finds the looks that THEME changes to."""

    async def search(self, query: str) -> Hits:
        """Those that match; the list of everything shows THEME itself."""
        matcher = self.matcher(query)
        for choice in CHOICES:
            words = f"{Code.THEME}  {choice.word}"
            score = matcher.match(words)
            if score > 0:
                yield Hit(
                    score, matcher.highlight(words), partial(self._choose, choice.word), help=choice.summary
                )

    def _choose(self, word: str) -> None:
        self.app.post_message(Call(FUNCTIONS[Code.THEME], word))
