"""Messages that widgets send up to the App."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from vega_terminal.ui.functions import Function


@dataclass
class Call(Message):
    """A function is wanted, by key, menu, click or command line.

    Attributes:
        function: which.
        argument: what was typed beside it.
    """

    function: Function
    argument: str | None = None
