"""The account screen: who, and every slot with everything that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from textual.content import Content

from vega_terminal.domain.failure import Failure
from vega_terminal.domain.slots import Roster
from vega_terminal.domain.status import SlotStatus
from vega_terminal.domain.token import Verdict
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import DeskView
from vega_terminal.ui.views.market_facts import Fact, profile_facts
from vega_terminal.ui.views.records import Column, Field, Record, both_times, field
from vega_terminal.ui.views.slots import SIGNS, slot_note
from vega_terminal.ui.views.times import NOTHING, ist_stamp, ist_time, span

COLUMNS: Final = (
    Column("SLOT", 17),
    Column("VERDICT", 12),
    Column("SIGN-IN", 10, seen_from=110),
    Column("GENERATED IST", 15, seen_from=96),
    Column("EXPIRES IST", 14),
    Column("CHECKED", 10, seen_from=96),
    Column("SAVED", 7, seen_from=70),
    Column("WHAT GOES ON", 0),
)


@dataclass(frozen=True, slots=True)
class SlotRecord:
    """One slot as a record of the list; equal as long as nothing about it has changed.

    Attributes:
        slot: its status.
        verdict: of its token, at the time of this view.
        identity: who signs in for it, as the operator knows them.
        note: what goes on, why it failed (in full), or what it needs.
        tone: how the note is meant.
    """

    slot: SlotStatus
    verdict: Verdict
    identity: str
    note: str
    tone: Tone

    @property
    def key(self) -> str:
        """Its name."""
        return self.slot.name

    @property
    def at(self) -> datetime | None:
        """When its token was generated, UTC."""
        return self.slot.generated_at

    @property
    def words(self) -> str:
        """Name, verdict, identity, note."""
        return f"{self.slot.name} {self.verdict} {self.identity} {self.note}".casefold()

    def cells(self, before: Record | None) -> tuple[Content, ...]:  # noqa: ARG002 - a slot stands for itself
        """One cell a column."""
        sign = SIGNS[self.verdict]
        values = (
            self.identity,
            ist_stamp(self.slot.generated_at),
            ist_stamp(self.slot.expires_at),
            ist_time(self.slot.checked_at),
            _saved(self.slot),
        )
        return (
            Content.styled(self.slot.name, Tone.STRONG),
            Content.styled(f"{sign.glyph} {sign.word}", sign.tone),
            *(Content.styled(value, Tone.VALUE) for value in values),
            Content.styled(self.note, self.tone),
        )

    def fields(self) -> tuple[Field, ...]:
        """Everything, the failure in full."""
        sign, slot = SIGNS[self.verdict], self.slot
        return (
            field("Slot", slot.name),
            field("Verdict", f"{sign.glyph} {self.verdict.value}"),
            field("What goes on", self.note),
            field("Sign-in", self.identity),
            ("Generated", _full_time(slot.generated_at)),
            ("Expires", _full_time(slot.expires_at)),
            ("Checked", _full_time(slot.checked_at)),
            field("Saved", _SAVED[_saved(slot)]),
            *(_failure_fields(slot.failure) if slot.failure else ()),
        )

    def document(self) -> dict[str, object]:
        """Its fields as JSON."""
        return dict(self.fields())


_SAVED: Final = {
    "yes": "in the database",
    "held": "held in the journal, safely, until the database takes it",
    "no": "no: there is no token, or it was not saved",
}


def _full_time(at: datetime | None) -> str:
    if at is None:
        return NOTHING
    (_, ist), (_, utc) = both_times(at)
    return f"{ist[:-4]} IST, {utc[16:-4]} UTC"


def _failure_fields(failure: Failure) -> tuple[Field, ...]:
    wait = None if failure.retry_after is None else span(failure.retry_after)
    return (
        field("Failure", failure.message),
        field("Kind", failure.kind.value),
        field("Broker's code", failure.code),
        *((field("Broker asks for", f"{wait} of waiting"),) if wait else ()),
    )


def slot_records(view: DeskView) -> tuple[SlotRecord, ...]:
    """Every slot, in order of importance."""
    return tuple(_record(slot, view) for slot in view.status.slots)


def _record(slot: SlotStatus, view: DeskView) -> SlotRecord:
    note, tone = slot_note(slot, view.now, lost=view.lost_since is not None)
    return SlotRecord(slot, slot.verdict_at(view.now), _identity(slot.name, view.roster), note, tone)


def _identity(name: str, roster: Roster | None) -> str:
    return NOTHING if roster is None else safe_text(roster[name].identity.label, 12)


def _saved(slot: SlotStatus) -> str:
    if slot.verdict is Verdict.PENDING_PERSIST:
        return "held"
    return "yes" if slot.persisted else "no"


def account_facts(view: DeskView) -> tuple[Fact, ...]:
    """The profile as far as it is known, and where everything lies."""
    host = view.facts.broker_host if view.facts else view.info.host
    return (
        *_who(view),
        ("Broker", f"{view.info.broker.value}, {safe_text(host, 48)}"),
        *_where(view),
        ("Data", safe_text(view.info.data_folder)),
        ("Vault key", safe_text(view.facts.vault_key if view.facts else NOTHING)),
        ("Version", view.info.version),
    )


def _where(view: DeskView) -> tuple[Fact, ...]:
    """Of an engine elsewhere; what follows is there, too."""
    at = view.info.attached_to
    return () if at is None else (("Engine", f"on the server {safe_text(at, 48)}"),)


def _who(view: DeskView) -> tuple[Fact, ...]:
    profile = view.dashboard.profile
    if profile.value is not None:
        return profile_facts(profile.value)
    if not view.status.ready(view.now):
        return (("User", "known once the broker confirmed PRIMARY"),)
    if profile.failure is not None:
        return (("User", f"not known: {safe_text(str(profile.failure))}"),)
    return (("User", "asking the broker ..."),)
