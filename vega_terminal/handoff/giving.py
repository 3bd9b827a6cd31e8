"""Hands tokens out: read, judged, recorded, and only then let go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vega_terminal.clock import Clock
from vega_terminal.domain.errors import StorageError
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.engine.audit_entries import Actor, harmless
from vega_terminal.engine.ports import AuditEntry, AuditKind, StoredToken
from vega_terminal.handoff.judgement import usable
from vega_terminal.handoff.refusal import TokenRefusal, TokenUnavailable
from vega_terminal.handoff.shelves import NothingStored, Shelves, opened
from vega_terminal.settings.values import Settings
from vega_terminal.store.audit.user import system_user


class Way(StrEnum):
    """How a token leaves, as it stands in the audit trail."""

    TOKEN = "vega-auth token"
    EXEC = "vega-auth exec"
    PYTHON = "current_token"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets the tokens.

    Attributes:
        program: its name, without folder and arguments.
        way: how they get there.
    """

    program: str
    way: Way

    @property
    def front_end(self) -> str:
        """The front end of the entry's actor."""
        return "python" if self.way is Way.PYTHON else "cli"


async def hand_out(
    settings: Settings,
    names: Sequence[str],
    receiver: Receiver,
    clock: Clock,
    notify: Callable[[str], None],
) -> dict[str, Secret]:
    """Today's token of each of these slots, once it is recorded durably that they leave.

    All of them or none. Opens no browser and asks no broker; tokens that wait in the journal count. When
    neither database nor journal takes the record, nothing leaves: a trail with silent gaps would prove
    nothing, and where neither can be written, tokens are not safe either.

    Args:
        settings: where the tokens lie; the roster.
        names: of slots, each once.
        receiver: who gets them.
        clock: tells what has expired.
        notify: takes sentences worth telling the operator.

    Raises:
        TokenUnavailable: at least one is not to be had; every reason is told.
    """
    slots = [_slot(settings, name) for name in names]
    try:
        async with opened(settings, clock, notify) as shelves:
            tokens = _judged(slots, await shelves.tokens.load(slots), clock)
            await _record(shelves, tokens, receiver, clock)
            return tokens
    except NothingStored as error:
        raise TokenUnavailable(names[0], TokenRefusal.MISSING, f"{names[0]} has no token. {error}") from error
    except StorageError as error:
        raise TokenUnavailable(
            names[0], TokenRefusal.UNREADABLE, f"The token of {names[0]} cannot be read now. {error}"
        ) from error


def _slot(settings: Settings, name: str) -> ApiSlot:
    if name not in settings.roster.names:
        known = ", ".join(settings.roster.names)
        raise TokenUnavailable(
            name, TokenRefusal.UNKNOWN_SLOT, f"There is no slot {harmless(name)}. Choose from {known}."
        )
    return settings.roster[name]


def _judged(slots: Sequence[ApiSlot], found: Mapping[str, StoredToken], clock: Clock) -> dict[str, Secret]:
    tokens: dict[str, Secret] = {}
    refusals: list[TokenUnavailable] = []
    now = clock.now()
    for slot in slots:
        try:
            tokens[slot.name] = usable(slot.name, found.get(slot.name), now)
        except TokenUnavailable as refusal:
            refusals.append(refusal)
    if refusals:
        raise TokenUnavailable.of_several(refusals)
    return tokens


async def _record(shelves: Shelves, names: Mapping[str, Secret], receiver: Receiver, clock: Clock) -> None:
    actor = harmless(str(Actor(system_user(), receiver.front_end)))
    detail = {"program": harmless(receiver.program), "by": receiver.way.value}
    at = clock.now()
    entries = [AuditEntry(at, AuditKind.TOKEN_HANDED_OUT, actor, slot=name, detail=detail) for name in names]
    try:
        await shelves.trail.append(entries)
    except StorageError as error:
        raise TokenUnavailable(
            entries[0].slot or "",
            TokenRefusal.NOT_AUDITED,
            "No token was handed out, because that cannot be recorded in the audit trail, neither in the"
            f" database nor in the journal. {error}",
        ) from error
