"""A slot as a row of the token grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.failure import STARTS_COOLDOWN, FailureKind
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.status import Activity, AuthStatus, SlotStatus
from vega_terminal.domain.token import Verdict
from vega_terminal.domain.wording import step_in_words
from vega_terminal.ui.safe_text import safe_text
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.times import NOTHING, ist_minute, ist_time, minutes_since, time_left


@dataclass(frozen=True, slots=True)
class VerdictSign:
    """How a verdict looks: never by colour alone."""

    glyph: str
    word: str
    tone: Tone


SIGNS: Final[Mapping[Verdict, VerdictSign]] = MappingProxyType(
    {
        Verdict.VALID: VerdictSign("●", "VALID", Tone.GOOD),
        Verdict.INVALID: VerdictSign("✕", "INVALID", Tone.BAD),
        Verdict.EXPIRED: VerdictSign("◌", "EXPIRED", Tone.BAD),
        Verdict.MISSING: VerdictSign("○", "MISSING", Tone.MUTED),
        Verdict.UNKNOWN: VerdictSign("?", "UNKNOWN", Tone.WAIT),
        Verdict.PENDING_PERSIST: VerdictSign("◆", "PENDING", Tone.LINK),
    }
)

_AT_REST: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.VALID: "until {until} IST",
        Verdict.INVALID: "refused by the broker; needs a sign-in",
        Verdict.EXPIRED: "died at {until} IST; needs a sign-in",
        Verdict.MISSING: "needs a sign-in",
        Verdict.UNKNOWN: "not checked yet; verify",
        Verdict.PENDING_PERSIST: "held safely; waits for the database",
    }
)

_AT_WORK: Final[Mapping[Activity, str]] = MappingProxyType(
    {
        Activity.VERIFYING: "asking the broker",
        Activity.QUEUED: "waits for its turn",
        Activity.GENERATING: "starting",
        Activity.PARKED: "CAPTCHA in the browser; waits for a person",
    }
)


_AFTER_WORK: Final[Mapping[Activity, str]] = MappingProxyType(
    {
        Activity.VERIFYING: "verdict",
        Activity.QUEUED: "its turn",
        Activity.GENERATING: "token",
        Activity.PARKED: "a person",
    }
)
_AFTER_REST: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.VALID: "dies {until} IST",
        Verdict.INVALID: "GEN: sign-in",
        Verdict.EXPIRED: "GEN: sign-in",
        Verdict.MISSING: "GEN: sign-in",
        Verdict.UNKNOWN: "VER: verify",
        Verdict.PENDING_PERSIST: "database",
    }
)
_NOTE_WHEN_LOST: Final = "waits for the server"
_AFTER_LOSS: Final = "awaits server"
"""Of every slot of an engine that is out of reach; why it is stands once, below the tokens."""

_GOES_ON: Final = STARTS_COOLDOWN | {FailureKind.COOLDOWN}
"""Failures after which a run goes on by itself when the cooldown is over."""

_MARKERS: Final[Mapping[Activity, str]] = MappingProxyType(
    {
        Activity.IDLE: "",
        Activity.VERIFYING: "▸",
        Activity.QUEUED: "·",
        Activity.GENERATING: "▸",
        Activity.PARKED: "‖",
    }
)


@dataclass(frozen=True, slots=True)
class SlotRow:
    """One row of the token grid, every text ready to be shown.

    Attributes:
        name, verdict: of the slot and its token.
        generated, age, left, checked: when it was generated, how old it is, how long it still lives, and
            when the broker last answered about it.
        follows: what happens next.
        note, note_tone: what goes on or why it failed; empty where nothing has to be said.
        marker: what goes on, as a sign.
    """

    name: str
    verdict: Verdict
    generated: str
    age: str
    left: str
    checked: str
    follows: str
    note: str
    note_tone: Tone
    marker: str

    @property
    def sign(self) -> VerdictSign:
        """Glyph and tone of the verdict."""
        return SIGNS[self.verdict]


def slot_row(slot: SlotStatus, status: AuthStatus, now: datetime, *, lost: bool = False) -> SlotRow:
    """The row of one slot at `now` (UTC); `lost` when the engine that knows it is out of reach."""
    note, tone = _news(slot) or ("", Tone.MUTED)
    return SlotRow(
        name=slot.name,
        verdict=Verdict.UNKNOWN if lost else slot.verdict_at(now),
        generated=ist_time(slot.generated_at),
        age=minutes_since(slot.generated_at, now),
        left=NOTHING if lost else time_left(slot.expires_at, now),
        checked=ist_time(slot.checked_at),
        follows=_AFTER_LOSS if lost else _follows(slot, status, now),
        note=note,
        note_tone=tone,
        marker=_MARKERS[slot.activity],
    )


def slot_rows(status: AuthStatus, now: datetime, *, lost: bool = False) -> tuple[SlotRow, ...]:
    """All rows at `now`, in order of importance."""
    return tuple(slot_row(slot, status, now, lost=lost) for slot in status.slots)


def slot_note(slot: SlotStatus, now: datetime, *, lost: bool = False) -> tuple[str, Tone]:
    """What goes on with a slot, why it failed, or what it needs: the first that applies."""
    if lost:
        return _NOTE_WHEN_LOST, Tone.WAIT
    rest = _AT_REST[slot.verdict_at(now)].format(until=ist_minute(slot.expires_at))
    return _news(slot) or (rest, Tone.MUTED)


def _news(slot: SlotStatus) -> tuple[str, Tone] | None:
    """What goes on with a slot, or why it failed; None when it is at rest."""
    if slot.activity is Activity.GENERATING and slot.step is not None:
        return _step_of(slot.step, slot.step_until), Tone.LABEL
    if slot.activity is not Activity.IDLE:
        return _AT_WORK[slot.activity], Tone.LABEL
    if slot.failure is not None:
        return safe_text(str(slot.failure)), Tone.WAIT
    return None


def _step_of(step: LoginStep, until: datetime | None) -> str:
    """The step; where it has a deadline, that first, because a narrow row cuts off what stands behind."""
    return step.value if until is None else f"until {ist_time(until)} IST: {step.value}"


def _follows(slot: SlotStatus, status: AuthStatus, now: datetime) -> str:
    """What happens next with a slot, in two or three words."""
    if slot.activity is not Activity.IDLE:
        return _AFTER_WORK[slot.activity]
    waiting = slot.failure is not None and slot.failure.kind in _GOES_ON
    resumes = max((one.until for one in status.cooldowns if one.remaining(now)), default=None)
    if waiting and resumes is not None:
        return f"goes on {ist_minute(resumes)}"
    return _AFTER_REST[slot.verdict_at(now)].format(until=ist_minute(slot.expires_at))


def running_step(status: AuthStatus) -> str | None:
    """The step under way, such as `PRIMARY: waiting for the OTP page`; None when nothing runs."""
    for slot in status.slots:
        if slot.activity is Activity.GENERATING:
            step = "starting" if slot.step is None else step_in_words(slot.step, slot.step_until)
            return f"{slot.name}: {step}"
    verifying = sum(slot.activity is Activity.VERIFYING for slot in status.slots)
    if verifying:
        return f"asking the broker about {verifying} of {len(status.slots)} tokens"
    return "run under way" if status.running else None
