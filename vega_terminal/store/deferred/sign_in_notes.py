"""What is noted of sign-ins, and what it does to the record of an identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from vega_terminal.domain.late_dataclass import late_dataclass
from vega_terminal.engine.ports import SignInOutcome, SignInRecord
from vega_terminal.store.deferred.topic import Topic
from vega_terminal.store.tables.timestamps import from_optional_text, to_optional_text

_MOMENT: Final = timedelta(microseconds=1)


class SignInAct(StrEnum):
    """What was done. The value is stored."""

    BEGUN = "BEGUN"
    CONCLUDED = "CONCLUDED"
    REARMED = "REARMED"
    OTP_USED = "OTP_USED"


@late_dataclass
class SignInNote:
    """One thing that was done.

    Attributes:
        act: what.
        identity: whose.
        begun_at: when the sign-in began, UTC; of a conclusion and a rearming: the last one known then.
        outcome: of a conclusion.
        failures: of a conclusion: how many there were afterwards, as far as it was known then.
        step: of a used OTP.
    """

    act: SignInAct
    identity: str
    begun_at: datetime | None = None
    outcome: SignInOutcome | None = None
    failures: int | None = None
    step: int | None = None


def _fields(note: SignInNote) -> dict[str, object]:
    return {
        "act": note.act,
        "identity": note.identity,
        "begun_at": to_optional_text(note.begun_at),
        "outcome": note.outcome,
        "failures": note.failures,
        "step": note.step,
    }


def fold(record: SignInRecord, note: SignInNote) -> SignInRecord:
    """The record afterwards. In doubt more failures, a later sign-in, a later step: never too few."""
    match note.act:
        case SignInAct.BEGUN:
            return _begun(record, note)
        case SignInAct.CONCLUDED:
            return _concluded(record, note)
        case SignInAct.REARMED:
            return replace(record, failures=0) if _is_about_the_last(record, note) else record
        case SignInAct.OTP_USED:
            steps = [step for step in (record.last_otp_step, note.step) if step is not None]
            return replace(record, last_otp_step=max(steps, default=None))


def _begun(record: SignInRecord, note: SignInNote) -> SignInRecord:
    at, last = note.begun_at, record.last_sign_in
    if at == last or at is None:
        return record
    if last is not None and last > at:
        # The clock was set back, or another process was later: it counts, and the later time stays.
        at = last + _MOMENT
    return replace(record, last_sign_in=at, failures=record.failures + 1)


def _concluded(record: SignInRecord, note: SignInNote) -> SignInRecord:
    if not _is_about_the_last(record, note):
        return record
    if note.outcome is SignInOutcome.SUCCEEDED:
        return replace(record, failures=0)
    # Taken back only where both counts agree: applied again, it must not take back another one.
    agreed = note.failures is not None and record.failures == note.failures + 1
    if note.outcome is SignInOutcome.NOT_COUNTED and agreed:
        return replace(record, failures=record.failures - 1)
    return record


def _is_about_the_last(record: SignInRecord, note: SignInNote) -> bool:
    """Whether no sign-in began that whoever noted this did not know of."""
    last = record.last_sign_in
    return last is None or (note.begun_at is not None and last <= note.begun_at)


def _build(fields: Mapping[str, Any]) -> SignInNote:
    outcome = fields["outcome"]
    return SignInNote(
        act=SignInAct(fields["act"]),
        identity=fields["identity"],
        begun_at=from_optional_text(fields["begun_at"]),
        outcome=None if outcome is None else SignInOutcome(outcome),
        failures=fields["failures"],
        step=fields["step"],
    )


SIGN_INS: Final[Topic[SignInRecord, SignInNote]] = Topic(
    name="sign_ins",
    meaning="Sign-ins may be missing in the count of failures: sign in only when you know that it is right.",
    fields=_fields,
    build=_build,
    key=lambda note: note.identity,
    fold=fold,
)
