"""The last events in words, newest at the foot."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import takewhile

from rich.text import Text
from textual import events
from textual.widgets import RichLog

from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone, rich_style
from vega_terminal.ui.views.message import Message
from vega_terminal.ui.views.times import ist_time

Messages = tuple[Message, ...]
MOST_LINES = 600


class MessageList(RichLog):
    """Follows the newest message unless somebody scrolled up; writes only what is new."""

    def __init__(self) -> None:
        super().__init__(
            id="messages",
            classes="panel",
            max_lines=MOST_LINES,
            min_width=1,
            wrap=True,
            highlight=False,
            markup=False,
            auto_scroll=False,
        )
        self.border_title = "MESSAGES"
        self._shown: Messages = ()
        self._wrapped_at = 0
        self._follows = True

    def on_mount(self) -> None:
        """What is written keeps its colours, so another theme needs all of it written anew."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._rewrite())

    def show(self, messages: Messages) -> None:
        """Show these messages; the oldest may have gone since."""
        self._write_all(_new_ones(messages, self._shown))
        self._shown = messages

    def on_resize(self, event: events.Resize) -> None:
        """Another width wraps everything anew."""
        super().on_resize(event)
        if self._wrapped_at not in (0, event.size.width):
            self._rewrite()
        self._wrapped_at = event.size.width
        self._go_to_newest()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls up reads on in peace; back at the foot, the list follows again."""
        super().watch_scroll_y(old_value, new_value)
        self._follows = self.is_vertical_scroll_end

    def _rewrite(self) -> None:
        follows = self._follows
        self.clear()
        self._follows = follows
        self._write_all(self._shown)

    def _write_all(self, messages: Iterable[Message]) -> None:
        follows = self._follows
        muted = rich_style(Tone.MUTED, self.app.theme_variables)
        for message in messages:
            style = rich_style(message.tone, self.app.theme_variables)
            self.write(Text.assemble((f"{ist_time(message.at)} ", muted), (safe_text(message.text), style)))
        self._follows = follows
        self._go_to_newest()

    def _go_to_newest(self) -> None:
        if self._follows:
            self.scroll_end(animate=False, immediate=True, x_axis=False)


def _new_ones(messages: Messages, shown: Messages) -> Messages:
    """What came after the last message shown, which is found by identity: two may read the same."""
    if not shown:
        return messages
    fresh = list(takewhile(lambda message: message is not shown[-1], reversed(messages)))
    return tuple(reversed(fresh))
