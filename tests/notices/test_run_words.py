"""What is told of a run that left slots without a token: every reason, and a cure that does no harm."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vega_terminal.domain.events import RunFinished
from vega_terminal.domain.failure import FATAL, NEEDS_CORRECTION, Failure, FailureKind
from vega_terminal.domain.status import SlotStatus
from vega_terminal.notices.notice import Matter, NoticeKind
from vega_terminal.notices.run_words import run_ended

NOW = datetime(2026, 10, 6, 3, tzinfo=UTC)
SUMMARY = "0 of 3 access tokens are valid, 0 of them new."
KEYS = {
    FailureKind.PIN_REJECTED: "Correct UPSTOX_PIN before the next try",
    FailureKind.OTP_REJECTED: "UPSTOX_TOTP_SECRET",
    FailureKind.MOBILE_REJECTED: "Correct UPSTOX_MOBILE_NUMBER before the next try",
    FailureKind.CREDENTIALS_REJECTED: "UPSTOX_CLIENT_SECRET_",
    FailureKind.APP_MISCONFIGURED: "UPSTOX_REDIRECT_URI",
}


def ended(code: int, *failures: tuple[str, FailureKind | None, str], summary: str = SUMMARY) -> Matter:
    lacking = [
        SlotStatus(name, failure=None if kind is None else Failure(kind, text))
        for name, kind, text in failures
    ]
    return run_ended(RunFinished(NOW, "run", code, summary), lacking)


@pytest.mark.parametrize("kind", sorted(FATAL))
def test_a_run_that_could_do_nothing_tells_why(kind: FailureKind) -> None:
    matter = ended(3, ("PRIMARY", kind, f"It was {kind}."))
    assert (matter.kind, matter.slots) == (NoticeKind.RUN_FATAL, ("PRIMARY",))
    assert matter.happened == f"{SUMMARY} PRIMARY: It was {kind}."


@pytest.mark.parametrize("kind", sorted(NEEDS_CORRECTION))
@pytest.mark.parametrize("code", [1, 3])
def test_what_was_refused_is_corrected_before_the_next_try(kind: FailureKind, code: int) -> None:
    to_do = ended(code, ("PRIMARY", kind, "No."), ("WEBSOCKET1", FailureKind.NETWORK, "No network.")).to_do
    assert KEYS[kind] in to_do
    assert to_do.index("efore the next try") < to_do.index("vega-auth refresh")
    assert "tries again" not in to_do


def test_each_cure_is_told_once() -> None:
    pin = FailureKind.PIN_REJECTED
    to_do = ended(
        2, ("A", pin, "No."), ("B", pin, "No."), ("C", FailureKind.CAPTCHA_UNSOLVED, "Nobody.")
    ).to_do
    assert to_do.count("UPSTOX_PIN") == 1
    assert to_do.endswith("and solve the CAPTCHA there.")


def test_what_needs_no_correction_is_tried_again() -> None:
    assert ended(1, ("PRIMARY", FailureKind.NETWORK, "No network.")).to_do == (
        "`vega-auth status` shows every slot; `vega-auth refresh` tries again."
    )
    assert ended(3, ("PRIMARY", FailureKind.NO_BROWSER, "None.")).to_do.startswith("`vega-auth doctor` says")


def test_slots_with_one_reason_are_told_together_and_of_many_reasons_the_names() -> None:
    down, kinds = "The broker is down.", list(FailureKind)
    more = [(f"S{number}", kinds[number], f"Reason {number}.") for number in range(5)]
    matter = ended(1, ("A", kinds[0], down), ("B", kinds[0], down), ("C", None, ""), *more)
    assert matter.happened == (
        f"{SUMMARY} A and B: {down} C: no valid token. S0: Reason 0. Also without one: S1, S2, S3 and S4."
    )


def test_a_reason_that_the_summary_tells_is_not_told_twice() -> None:
    why = "Neither database nor journal can be written."
    matter = ended(3, ("PRIMARY", FailureKind.STORAGE, why), summary=f"Nothing could be done: {why}")
    assert (matter.happened, matter.slots) == (f"Nothing could be done: {why}", ("PRIMARY",))
