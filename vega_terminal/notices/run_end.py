"""What a finished run leaves: which slots lack a token, and whether that is news to anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from vega_terminal.domain.failure import STARTS_COOLDOWN, FailureKind
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.status import AuthStatus, SlotStatus
from vega_terminal.domain.token import Verdict
from vega_terminal.notices.episodes import Episodes
from vega_terminal.notices.notice import NoticeKind

_BY_THE_OPERATOR: Final = frozenset({FailureKind.CANCELLED, FailureKind.DECLINED})
_BY_A_COOLDOWN: Final = STARTS_COOLDOWN | {FailureKind.COOLDOWN}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known when a run ends.

    Attributes:
        owner: the identity of each slot.
        episodes: what was told already, or is about to be.
        attended: whether somebody was there who could stop the run or say no.
    """

    owner: Mapping[str, str]
    episodes: Episodes
    attended: bool


def lacking(status: AuthStatus, now: datetime) -> tuple[SlotStatus, ...]:
    """The slots that hold no valid token at `now` (UTC), or could not be checked."""
    return tuple(slot for slot in status.slots if _lacks(slot, now))


def _lacks(slot: SlotStatus, now: datetime) -> bool:
    if slot.verdict_at(now) is Verdict.VALID:
        return False
    return slot.failure is not None or not slot.holds_token(now)


def needs_no_words(left: Sequence[SlotStatus], known: Circumstances) -> bool:
    """Whether the reader knows all of it: they did it themselves, or another notice tells it."""
    return bool(left) and all(_is_known(slot, known) for slot in left)


def _is_known(slot: SlotStatus, known: Circumstances) -> bool:
    kind = slot.failure.kind if slot.failure else None
    if kind in _BY_THE_OPERATOR and known.attended:
        return True
    identity = known.owner.get(slot.name, "")
    if kind is FailureKind.SIGN_INS_SPENT:
        return known.episodes.goes_on(NoticeKind.SIGN_INS_STOPPED, identity)
    if kind in _BY_A_COOLDOWN:
        return known.episodes.goes_on(NoticeKind.COOLDOWN, identity)
    return slot.name == PRIMARY and known.episodes.goes_on(NoticeKind.PRIMARY_LOST, "")
