"""The questions that the terminal asks about the operator's own wishes; each for as long as it matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from vega_terminal.ui.views.desk_view import DeskView


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be answered with yes or no.

    Attributes:
        title: stands on the frame.
        text: what yes would do.
        matters: whether it still has to be asked.
        word: what has to be typed for a yes; empty where a key is enough.
    """

    title: str
    text: str
    matters: Callable[[DeskView], bool]
    word: str = ""


def _a_run_is_under_way(view: DeskView) -> bool:
    return view.status.running


def _a_cooldown_is_under_way(view: DeskView) -> bool:
    return view.status.cooldown_remaining(view.now) > 0


def _tokens_are_held(view: DeskView) -> bool:
    return view.status.pending_persist > 0


def _sign_ins_are_spent(view: DeskView) -> bool:
    return bool(view.spent)


STOP_RUN: Final = Question(
    "STOP THE RUN?", "The login under way ends here. Tokens that exist are kept.", _a_run_is_under_way
)
LEAVE_RUN: Final = Question(
    "LEAVE?", "A run is under way. It is ended in order. Tokens that exist are kept.", _a_run_is_under_way
)
LEAVE_HELD: Final = Question(
    "LEAVE?",
    "Tokens wait in the journal for the database. They are safe there, and are saved at the next start.",
    _tokens_are_held,
)
LEAVE_COOLDOWN: Final = Question(
    "LEAVE?",
    "A cooldown is under way. When it is over, the login goes on by itself, but only while VEGA Terminal"
    " runs. If you leave now, it goes on after the next start.",
    _a_cooldown_is_under_way,
)
REARM: Final = Question(
    "ALLOW SIGN-INS AGAIN?",
    "Four sign-ins in a row failed. After the fifth the broker blocks the account. Look at the mobile"
    " number, the PIN and the authenticator first. Only when they are right: allow it.",
    _sign_ins_are_spent,
    word="REARM",
)
