"""Cooldowns, kept also while the database cannot be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.domain.status import Cooldown
from vega_terminal.engine.ports import CooldownRecord, CooldownStore
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.deferred.topic import Topic
from vega_terminal.store.deferred.view import DeferredView
from vega_terminal.store.tables.timestamps import from_text, to_text

Cooldowns = Mapping[str, CooldownRecord]
"""By identity."""
_ALL: Final = ""
"""They are read all at once, so they are one record."""


@late_dataclass
class CooldownNote:
    """A cooldown was recorded, or `cleared`."""

    record: CooldownRecord
    cleared: bool = False


def _fields(note: CooldownNote) -> dict[str, object]:
    record, cooldown = note.record, note.record.cooldown
    return {
        "cleared": note.cleared,
        "identity": cooldown.identity,
        "label": cooldown.label,
        "until": to_text(cooldown.until),
        "reason": cooldown.reason,
        "started_at": to_text(record.started_at),
        "boot_id": record.boot_id,
        "started_uptime": record.started_uptime,
        "provisional": record.provisional,
    }


def fold(cooldowns: Cooldowns, note: CooldownNote) -> Cooldowns:
    """The cooldowns afterwards; the later deadline stays."""
    identity = note.record.cooldown.identity
    known = cooldowns.get(identity)
    if not note.cleared:
        stays = known is not None and _outlasts(known, note.record)
        return cooldowns if stays else {**cooldowns, identity: note.record}
    if known is None or not _is_the_same(known, note.record):
        return cooldowns
    return {each: record for each, record in cooldowns.items() if each != identity}


def _outlasts(known: CooldownRecord, new: CooldownRecord) -> bool:
    """Whether `new` must not take the place of `known`.

    A provisional one gives way to what is known of its sign-in, which is never older than itself.
    """
    gives_way = known.provisional and new.started_at >= known.started_at
    return known.cooldown.until > new.cooldown.until and not gives_way


def _is_the_same(one: CooldownRecord, other: CooldownRecord) -> bool:
    return _marks(one) == _marks(other)


def _marks(record: CooldownRecord) -> tuple[object, ...]:
    return (record.cooldown.until, record.started_at, record.provisional)


def _build(fields: Mapping[str, Any]) -> CooldownNote:
    cooldown = Cooldown(fields["identity"], fields["label"], from_text(fields["until"]), fields["reason"])
    record = CooldownRecord(
        cooldown,
        started_at=from_text(fields["started_at"]),
        boot_id=fields["boot_id"],
        started_uptime=float(fields["started_uptime"]),
        provisional=bool(fields["provisional"]),
    )
    return CooldownNote(record, bool(fields["cleared"]))


COOLDOWNS: Final[Topic[Cooldowns, CooldownNote]] = Topic(
    name="cooldowns",
    meaning="A cooldown may be missing: let 11 minutes pass before anybody signs in.",
    fields=_fields,
    build=_build,
    key=lambda _note: _ALL,
    fold=fold,
)


class DeferredCooldownStore:
    """Implements `engine.ports.CooldownStore` on top of the database's; see `Deferred`."""

    def __init__(self, store: CooldownStore, deferred: Deferred) -> None:
        self._store = store
        self._view = DeferredView(COOLDOWNS, deferred)
        deferred.register(COOLDOWNS.name, self._apply, meaning=COOLDOWNS.meaning)

    async def load_cooldowns(self) -> Sequence[CooldownRecord]:
        """Every cooldown on record, also those that are over, notes of every process included.

        Raises:
            StorageError: the database cannot be used and they were never read in this process.
        """
        return list((await self._view.read(_ALL, self._load)).values())

    async def save_cooldown(self, record: CooldownRecord) -> None:
        """Record or replace the cooldown of its identity; one in force that ends later stays."""
        note = CooldownNote(record)
        await self._view.write(_ALL, lambda: self._store.save_cooldown(record), lambda _known: note)

    async def clear_cooldown(self, record: CooldownRecord) -> None:
        """Forget this very record; another one of the same identity stays."""
        note = CooldownNote(record, cleared=True)
        await self._view.write(_ALL, lambda: self._store.clear_cooldown(record), lambda _known: note)

    async def _load(self) -> Cooldowns:
        return {record.cooldown.identity: record for record in await self._store.load_cooldowns()}

    async def _apply(self, text: str) -> None:
        note = COOLDOWNS.decode(text)
        before = await self._load()
        if fold(before, note) == before:
            return
        if note.cleared:
            await self._store.clear_cooldown(note.record)
        else:
            await self._store.save_cooldown(note.record)
