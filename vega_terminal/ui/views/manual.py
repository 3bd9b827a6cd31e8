"""The words of the manual, beside those of each screen and part in `help_topics`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.token import Verdict
from vega_terminal.ui.views.help_topics import Topic

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
            "stop everything until you type REARM: the broker blocks the account at five."
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
    ("1 2 3 4", "the screens that the title shows; {LAST} is the last one"),
    ("tab, arrows", "move between and inside the panels"),
    ("/", "filter a list; n and N are the next and the previous hit"),
    ("Enter", "everything about the marked line; yes in a question"),
    ("Esc", "back; on LOGIN it stops a run, after asking; never quits"),
    ("ctrl+p", "the palette: everything by name"),
    ("ctrl+q", "quit; asks while a login or a held token is live"),
)
"""Keys that are no function."""
