"""What the operator can do now, and why the rest must wait: disabled things stay visible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.failure import NEEDS_CORRECTION
from vega_terminal.ui.functions import ALL, FUNCTIONS, Code, Function
from vega_terminal.ui.views.desk_view import DeskView, Phase
from vega_terminal.ui.views.times import ist_time


@dataclass(frozen=True, slots=True)
class Choice:
    """One function in a menu; `blocked` tells why it does nothing now."""

    function: Function
    label: str
    blocked: str | None = None

    @property
    def key(self) -> str:
        """The key that calls it without the command line, or its code where it has none."""
        function = self.function
        return function.shown_key or (function.keys[-1] if function.keys else function.code)


_LABELS: Final[Mapping[Code, str]] = MappingProxyType(
    {
        Code.GEN: "Generate tokens",
        Code.VER: "Verify tokens",
        Code.LOGIN: "Login screen",
        Code.ACCT: "Account screen",
        Code.DASH: "Enter dashboard",
    }
)
_MENUS: Final[Mapping[Code, tuple[Code, ...]]] = MappingProxyType(
    {
        Code.LOGIN: (Code.GEN, Code.VER, Code.ACCT, Code.DASH),
        Code.ACCT: (Code.GEN, Code.VER, Code.LOGIN, Code.DASH),
    }
)


def choices(view: DeskView, here: Code) -> tuple[Choice, ...]:
    """The menu of the screen `here`, always in the same order, so that nothing jumps."""
    keys = view.info.preferences.keys
    return tuple(_choice(keys.of(FUNCTIONS[code]), view) for code in _MENUS.get(here, ()))


def _choice(function: Function, view: DeskView) -> Choice:
    """Generating asks for a person's word first when sign-ins are spent, so it does something then."""
    label = _LABELS.get(function.code, function.name)
    if function.code is Code.GEN and view.spent:
        label = "Allow sign-ins again"
    return Choice(function, label, why_blocked(function, view))


def why_blocked(function: Function, view: DeskView) -> str | None:
    """Why a function does nothing now; None when it does something."""
    if function.code is Code.GEN:
        return None if view.spent else view.generate_blocked
    if function.code is Code.VER:
        return view.why_no_verify
    return None if function.area is None else view.why_closed(function.area)


def blocked_by_key(view: DeskView) -> dict[str, str]:
    """The keys that do nothing now, each with the reason."""
    blocked = ((function, why_blocked(function, view)) for function in ALL)
    keys = view.info.preferences.keys
    return {key: why for function, why in blocked if why is not None for key in keys.of(function).keys}


def hint(view: DeskView, here: Code) -> str:
    """One line: what to do now, for somebody who looks at the screen `here`."""
    if view.lost_since is not None:
        return f"Lost since {ist_time(view.lost_since)} IST, trying again by itself. {view.lost_because}"
    if view.phase is not Phase.RUNNING:
        return _PHASE_HINTS[view.phase]
    if view.status.running:
        ready = view.status.ready(view.now)
        open_already = f" The dashboard is open: {_key(view, Code.DASH)}." if ready else ""
        return f"A run is under way. Answer what it asks; Esc on LOGIN stops it cleanly.{open_already}"
    if view.status.ready(view.now):
        return _HINTS.get(here) or _ready_hint(view)
    return _closed_hint(view)


def _closed_hint(view: DeskView) -> str:
    if view.spent:
        who = ", ".join(view.spent)
        stopped = f"Sign-ins of {who} stopped short of the broker's block."
        return f"{stopped} Check the credentials, then press {_key(view, Code.GEN)}."
    if view.generate_blocked is not None:
        return f"Nothing to do but wait; it goes on by itself. {view.generate_blocked}"
    if any(slot.failure and slot.failure.kind in NEEDS_CORRECTION for slot in view.status.slots):
        key = _key(view, Code.GEN)
        refused = f"Correct what the broker refused before you press {key}"
        return f"{refused}: five refusals block the account; new settings need a restart."
    return f"Press {_key(view, Code.GEN)}: what is missing or refused is generated, after you said yes."


def _ready_hint(view: DeskView) -> str:
    enter, generate = _key(view, Code.DASH), _key(view, Code.GEN)
    if view.status.all_valid(view.now):
        return f"All tokens are valid. Press {enter} to enter the dashboard."
    if all(slot.proven and slot.holds_token(view.now) for slot in view.status.slots):
        kept = "some wait for the database, safely"
        return f"All tokens are valid; {kept}. Press {enter} to enter the dashboard."
    if view.generate_blocked is not None:
        return f"PRIMARY is valid: press {enter} to enter the dashboard. {view.generate_blocked}"
    return f"PRIMARY is valid: press {enter} to enter the dashboard, or {generate} to generate the rest."


def _key(view: DeskView, code: Code) -> str:
    """The key that calls a function here."""
    return view.info.preferences.keys.shown(code)


_HINTS: Final[Mapping[Code, str]] = MappingProxyType(
    {
        Code.DASH: "Asked anew every few seconds. tab: next panel, z: zoom, Esc: back.",
        Code.PORT: "s sorts, S turns the order, / filters, tab: other table, Enter: description, Esc: back.",
        Code.W: "Enter: description, o: options, p: price graph, Esc: back.",
        Code.OMON: "[ and ]: expiry, m: other columns, a: at the money, ← →: calls or puts, Esc: back.",
        Code.DES: "o: options, p: price graph, Esc: back.",
        Code.GP: "[ and ]: interval, i: description, o: options, Esc: back.",
    }
)

_PHASE_HINTS: Final = {
    Phase.STARTING: "Starting: opening the database and reading what is stored.",
    Phase.FAILED: "The engine could not start; the messages say why. ctrl+q leaves.",
    Phase.CLOSING: "Closing: ending the run and the browser cleanly. ctrl+q again leaves at once.",
}
