"""The account screen: who, and every slot in full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from vega_terminal.domain.slots import Roster
from vega_terminal.domain.status import SlotStatus
from vega_terminal.domain.token import Verdict
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.columns import heading, indented, row
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.market import Fact, profile_facts
from vega_terminal.ui.views.slots import SIGNS, slot_note
from vega_terminal.ui.views.times import NOTHING, ist_stamp, ist_time

_TITLES: Final = ("SLOT", "VERDICT", "SIGN-IN", "GENERATED IST", "EXPIRES IST", "CHECKED", "SAVED")
_ALL_COLUMNS_FROM: Final = 100


@dataclass(frozen=True, slots=True)
class SlotDetail:
    """One slot in full.

    Attributes:
        name: the slot.
        verdict: of its token.
        cells: sign-in, generated, expires, checked, saved.
        note: what goes on, why it failed (in full) or what it needs; None when all is well.
        note_tone: how the note is meant.
    """

    name: str
    verdict: Verdict
    cells: tuple[str, ...]
    note: str | None
    note_tone: Tone


def slot_details(view: DeskView) -> tuple[SlotDetail, ...]:
    """Every slot in full, in order of importance."""
    return tuple(_detail(slot, view) for slot in view.status.slots)


def _detail(slot: SlotStatus, view: DeskView) -> SlotDetail:
    verdict = slot.verdict_at(view.now)
    note, tone = slot_note(slot, view.now)
    return SlotDetail(
        name=slot.name,
        verdict=verdict,
        cells=(
            _identity(slot.name, view.roster),
            ist_stamp(slot.generated_at),
            ist_stamp(slot.expires_at),
            ist_time(slot.checked_at),
            _saved(slot),
        ),
        note=None if verdict is Verdict.VALID and tone is Tone.MUTED else note,
        note_tone=tone,
    )


def _identity(name: str, roster: Roster | None) -> str:
    return NOTHING if roster is None else safe_text(roster[name].identity.label, 12)


def _saved(slot: SlotStatus) -> str:
    if slot.verdict is Verdict.PENDING_PERSIST:
        return "held"
    return "yes" if slot.persisted else "no"


def detail_lines(details: tuple[SlotDetail, ...], width: int) -> tuple[Content, ...]:
    """A heading, a line a slot, and beneath it what is wrong, unabridged."""
    wide = width >= _ALL_COLUMNS_FROM
    widths = (18, 19, 10 if wide else 0, 15, 15, 10 if wide else 0, 6)
    lines = [heading(_TITLES, widths)]
    for detail in details:
        lines.append(row(_cells(detail), widths))
        if detail.note is not None:
            lines += indented(detail.note, detail.note_tone, 2, width)
    return tuple(lines)


def _cells(detail: SlotDetail) -> tuple[Content, ...]:
    sign = SIGNS[detail.verdict]
    return (
        Content.styled(detail.name, Tone.STRONG),
        Content.styled(f"{sign.glyph} {detail.verdict.value}", sign.tone),
        *(Content.styled(cell, Tone.VALUE) for cell in detail.cells),
    )


def account_facts(view: DeskView) -> tuple[Fact, ...]:
    """The profile as far as it is known, and where everything lies."""
    profile = view.dashboard.profile.value
    known = profile_facts(profile) if profile else (("User", "known once the dashboard was open"),)
    host = view.facts.broker_host if view.facts else view.info.host
    return (
        *known,
        ("Broker", f"{view.info.broker.value}, {safe_text(host, 48)}"),
        ("Data", safe_text(view.info.data_folder, 60)),
        ("Vault key", safe_text(view.facts.vault_key if view.facts else NOTHING, 90)),
        ("Version", view.info.version),
    )
