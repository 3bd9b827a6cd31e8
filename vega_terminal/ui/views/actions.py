"""What the operator can do now, and why the rest must wait: disabled things stay visible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vega_terminal.domain.failure import NEEDS_CORRECTION
from vega_terminal.domain.navigation import Area
from vega_terminal.ui.views.desk_view import DeskView, Phase


@dataclass(frozen=True, slots=True)
class Choice:
    """One key with what it does; `blocked` tells why it does nothing now."""

    key: str
    label: str
    blocked: str | None = None


def choices(view: DeskView) -> tuple[Choice, ...]:
    """Every action and screen in fixed order, so that nothing jumps."""
    return (
        _generate(view),
        Choice("v", "Verify tokens", view.why_no_verify),
        Choice("1", "Login screen", view.why_closed(Area.LOGIN)),
        Choice("2", "Account screen", view.why_closed(Area.ACCOUNT)),
        Choice("d 3", "Enter dashboard", view.why_closed(Area.DASHBOARD)),
    )


def _generate(view: DeskView) -> Choice:
    """The key asks for a person's word first when sign-ins are spent, so it does something then."""
    if view.spent:
        return Choice("g", "Allow sign-ins again")
    return Choice("g", "Generate tokens", view.generate_blocked)


def blocked_by_key(view: DeskView) -> dict[str, str]:
    """The keys that do nothing now, each with the reason."""
    return {key: choice.blocked for choice in choices(view) if choice.blocked for key in choice.key.split()}


def hint(view: DeskView, area: Area) -> str:
    """One line: what to do now, for somebody who looks at `area`."""
    if view.phase is not Phase.RUNNING:
        return _PHASE_HINTS[view.phase]
    if view.status.running:
        open_already = " The dashboard is open: d." if view.status.ready(view.now) else ""
        return f"A run is under way. Answer what it asks; Esc stops it cleanly.{open_already}"
    if view.status.ready(view.now):
        return _LOOKING if area is Area.DASHBOARD else _ready_hint(view)
    return _closed_hint(view)


def _closed_hint(view: DeskView) -> str:
    if view.spent:
        who = ", ".join(view.spent)
        return f"Sign-ins of {who} stopped short of the broker's block. Check the credentials, then press g."
    if view.generate_blocked is not None:
        return f"Nothing to do but wait; it goes on by itself. {view.generate_blocked}"
    if any(slot.failure and slot.failure.kind in NEEDS_CORRECTION for slot in view.status.slots):
        return "Correct what the broker refused before you press g: five refusals block the account."
    return "Press g: what is missing or refused is generated, after you said yes."


def _ready_hint(view: DeskView) -> str:
    if view.status.all_valid(view.now):
        return "All tokens are valid. Press d to enter the dashboard."
    if all(slot.proven and slot.holds_token(view.now) for slot in view.status.slots):
        return "All tokens are valid; some wait for the database, safely. Press d to enter the dashboard."
    if view.generate_blocked is not None:
        return f"PRIMARY is valid: press d to enter the dashboard. {view.generate_blocked}"
    return "PRIMARY is valid: press d to enter the dashboard, or g to generate the rest."


_LOOKING: Final = "Asked anew every 5 s while you look. Esc goes back to LOGIN."

_PHASE_HINTS: Final = {
    Phase.STARTING: "Starting: opening the database and reading what is stored.",
    Phase.FAILED: "The engine could not start; the messages say why. ctrl+q leaves.",
    Phase.CLOSING: "Closing: ending the run and the browser cleanly. ctrl+q again leaves at once.",
}
