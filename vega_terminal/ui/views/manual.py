"""The words of help: what each screen and part is for, and the manual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.token import Verdict
from vega_terminal.ui.functions import Code


@dataclass(frozen=True, slots=True)
class Topic:
    """One piece of help: a heading, and a sentence or two each."""

    title: str
    text: tuple[str, ...]


PURPOSE: Final = Topic(
    "WHAT IT DOES",
    (
        (
            "The broker wants a new access token for each of your API apps every trading day; all of them "
            "die at 03:30 IST. This terminal checks them, signs in once in one visible browser for what "
            "is missing, proves every new token at the broker and saves it."
        ),
    ),
)

OF_SCREEN: Final[Mapping[Code, Topic]] = MappingProxyType(
    {
        Code.LOGIN: Topic(
            "LOGIN: the access tokens and where the login stands",
            (
                (
                    "Above, the lifecycle: the marked state is the present one, the amber one comes next. "
                    "In the middle one line a slot: verdict, when it was generated, how long it still "
                    "lives, and what goes on or why it failed. Below, what you can do now, and everything "
                    "that happened."
                ),
                (
                    "In the morning: look whether all are VALID. If not, press g, look at the question, "
                    "press y. The browser signs in; you are asked when a person is needed. Then d opens "
                    "the dashboard."
                ),
            ),
        ),
        Code.ACCT: Topic(
            "ACCT: who is logged in, and every slot in full",
            (
                (
                    "Opens with the first token. Enter on a slot shows its whole history, and a failure "
                    "with all its words. While PRIMARY is missing, this screen says what is still to "
                    "come."
                ),
            ),
        ),
        Code.DASH: Topic(
            "DASH: market and account",
            (
                (
                    "Opens when the broker itself confirmed PRIMARY, and closes when that ends: at 03:30 "
                    "IST, or when the broker refuses the token. Each panel carries the age of its data "
                    "and its own trouble; old data looks old. At night (00:00 to 05:30 IST) the broker "
                    "closes funds."
                ),
            ),
        ),
    }
)
"""What a screen is for; F1 begins with it."""

OF_PART: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        "TokenGrid": Topic(
            "The token grid",
            (
                (
                    "Up and down mark a slot, Enter tells everything about it. LEFT is the time until "
                    "03:30 IST. ▸ is at work, · waits for its turn, ‖ waits for a person at a CAPTCHA."
                ),
            ),
        ),
        "MessageList": Topic(
            "The messages",
            ("What happened, newest at the foot. Scroll up to read in peace; End follows again.",),
        ),
        "GoInput": Topic(
            "The command line",
            (
                (
                    "Type the code of a function and press Enter (GO), such as ACCT. Tab completes. A "
                    "number picks from the menu of the screen. Esc leaves the line."
                ),
            ),
        ),
    }
)
"""What a part of a screen is for, by the name of its widget."""

VERDICTS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.VALID: "the broker accepted it",
        Verdict.INVALID: "the broker refused it; only a sign-in helps",
        Verdict.EXPIRED: "03:30 IST has passed",
        Verdict.MISSING: "there is none",
        Verdict.UNKNOWN: "could not be checked; it stays, and nobody has to sign in",
        Verdict.PENDING_PERSIST: "held safely until the database takes it",
    }
)

RULES: Final = Topic(
    "WHAT IT NEVER DOES",
    (
        (
            "An OTP, a PIN or a code is sent once and never again. Four sign-ins that failed in a row "
            "stop everything until you say REARM: the broker blocks the account at five."
        ),
        (
            "After the broker throttled a sign-in nobody signs in for 11 minutes; the countdown is kept "
            "on disk, and the run goes on by itself. A CAPTCHA is solved by a person, in the browser's "
            "own window."
        ),
        "A token that could not be checked is UNKNOWN, never INVALID: it stays.",
    ),
)

HANDS: Final = (
    (":", "the command line; a capital letter begins it, too"),
    ("1 2 3 4", "the screens; - is the last one"),
    ("tab, arrows", "move between and inside the panels"),
    ("/", "filter a list; n and N are the next and the previous hit"),
    ("Enter", "everything about the marked line; yes in a question"),
    ("Esc", "back; on LOGIN it stops a run, after asking; never quits"),
    ("ctrl+p", "the palette: everything by name"),
    ("ctrl+q", "quit; asks while a login or a held token is live"),
)
"""Keys that are no function."""
