"""The words for a run that left slots without a valid token: which ones, why, and what helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.events import RunFinished
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.status import SlotStatus
from vega_terminal.notices.notice import Matter, NoticeKind
from vega_terminal.notices.words import listed

REASONS_SHOWN: Final = 3
"""So many different reasons are told; of the slots with further ones, the names."""

_KINDS: Final[Mapping[int, NoticeKind]] = MappingProxyType(
    {ExitCode.CAPTCHA: NoticeKind.RUN_CAPTCHA, ExitCode.FATAL: NoticeKind.RUN_FATAL}
)
_USUALLY: Final[Mapping[NoticeKind, str]] = MappingProxyType(
    {
        NoticeKind.RUN_PARTIAL: "`vega-auth status` shows every slot; `vega-auth refresh` tries again.",
        NoticeKind.RUN_CAPTCHA: (
            "Run `vega-auth refresh` at a desktop where you can see the browser, and solve the CAPTCHA there."
        ),
        NoticeKind.RUN_FATAL: "`vega-auth doctor` says what to mend; then run `vega-auth refresh`.",
    }
)
_FIRST: Final[Mapping[FailureKind, str]] = MappingProxyType(
    {
        FailureKind.PIN_REJECTED: (
            "Correct UPSTOX_PIN before the next try: five wrong ones block the account."
        ),
        FailureKind.OTP_REJECTED: (
            "Before the next try, correct the clock of this machine, or UPSTOX_TOTP_SECRET if it is not"
            " that of this account: five wrong OTPs block the account."
        ),
        FailureKind.MOBILE_REJECTED: (
            "Correct UPSTOX_MOBILE_NUMBER before the next try: ten digits, as registered with the broker."
        ),
        FailureKind.CREDENTIALS_REJECTED: (
            "Before the next try, copy UPSTOX_CLIENT_ID_... and UPSTOX_CLIENT_SECRET_... of these slots again"
            " from the app's page at the broker."
        ),
        FailureKind.APP_MISCONFIGURED: (
            "Before the next try, compare UPSTOX_REDIRECT_URI and UPSTOX_CLIENT_ID_... letter by letter with"
            " the app's page at the broker, and see that the app is active."
        ),
        FailureKind.OTP_MISSING: "Set UPSTOX_TOTP_SECRET, or be at the terminal for the next try.",
        FailureKind.INPUT_MISSING: (
            "Set UPSTOX_MOBILE_NUMBER and UPSTOX_PIN, or enter them in the browser window at the next try."
        ),
        FailureKind.ACCOUNT_INACTIVE: "Reactivate the account at the broker before the next try.",
    }
)
"""What comes again, and may bring the account closer to a block, until a person has seen to this."""
_THEN: Final = "Then run `vega-auth refresh`."


def run_ended(event: RunFinished, lacking: Sequence[SlotStatus]) -> Matter:
    """A run that left slots without a valid token. The same slots with the same reasons are one episode."""
    kind = _KINDS.get(event.exit_code, NoticeKind.RUN_PARTIAL)
    names = tuple(slot.name for slot in lacking)
    subject = ",".join(f"{slot.name}:{slot.failure.kind if slot.failure else ''}" for slot in lacking)
    happened = f"{event.summary} {_reasons(event.summary, lacking)}".strip()
    return Matter(kind, subject, happened, _to_do(kind, lacking), names)


def _to_do(kind: NoticeKind, lacking: Sequence[SlotStatus]) -> str:
    """Another try is no cure for what was refused."""
    failed = {slot.failure.kind for slot in lacking if slot.failure is not None}
    first = [cure for failure, cure in _FIRST.items() if failure in failed]
    if not first:
        return _USUALLY[kind]
    return " ".join([*first, _USUALLY[kind] if kind is NoticeKind.RUN_CAPTCHA else _THEN])


def _reasons(summary: str, lacking: Sequence[SlotStatus]) -> str:
    """Each reason once, with its slots; one that the summary tells needs no second time."""
    by_reason: dict[str, list[str]] = {}
    for slot in lacking:
        by_reason.setdefault(str(slot.failure or "no valid token."), []).append(slot.name)
    news = [(reason, names) for reason, names in by_reason.items() if reason not in summary]
    told = [f"{listed(names)}: {reason}" for reason, names in news[:REASONS_SHOWN]]
    more = [name for _, names in news[REASONS_SHOWN:] for name in names]
    return " ".join([*told, *([f"Also without one: {listed(more)}."] if more else [])])
