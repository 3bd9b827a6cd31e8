"""What a function of the terminal is; the table of all of them is in `functions`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vega_terminal.domain.navigation import Area


class Code(StrEnum):
    """What is typed before GO."""

    LOGIN = "LOGIN"
    TOK = "TOK"
    ACCT = "ACCT"
    DASH = "DASH"
    AUD = "AUD"
    LOG = "LOG"
    DOC = "DOC"
    W = "W"
    PORT = "PORT"
    OMON = "OMON"
    GP = "GP"
    DES = "DES"
    GEN = "GEN"
    VER = "VER"
    THEME = "THEME"
    HELP = "HELP"
    LAST = "LAST"
    QUIT = "QUIT"


class Argument(StrEnum):
    """What a function takes beside its code."""

    NOTHING = ""
    INSTRUMENT = "INSTRUMENT"
    THEME = "NAME"


@dataclass(frozen=True, slots=True)
class Function:
    """One function.

    Attributes:
        code: what is typed.
        name: for title band and palette.
        summary: one sentence for completion and help.
        label: its name in the footer and in menus.
        keys: the keys that call it without the command line, as Textual writes them.
        shown_key: the key as people know it.
        screen: `module:Class` of its screen; None for what only does something.
        place: the function on whose screen it stands, when that is another one; `focus` tells where.
        focus: the widget on that screen which takes the keys.
        area: whose rule decides whether it is open now (contract section 7); None: always open.
        takes: what may be typed beside the code.
        aliases: other words for it.
        footer: whether the footer shows it.
    """

    code: Code
    name: str
    summary: str
    label: str
    keys: tuple[str, ...] = ()
    shown_key: str = ""
    screen: str | None = None
    place: Code | None = None
    focus: str | None = None
    area: Area | None = None
    takes: Argument = Argument.NOTHING
    aliases: tuple[str, ...] = ()
    footer: bool = False

    @property
    def mode(self) -> Code | None:
        """The function whose screen is shown; None for what only does something."""
        return self.place or (self.code if self.screen else None)
