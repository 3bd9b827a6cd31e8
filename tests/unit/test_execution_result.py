"""The exit code of a run: contract section 1, and the document of `refresh --json`."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain.execution import ExitCode, SlotResult, TokenExecutionResult
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.token import Verdict

VALID = SlotResult("A", Verdict.VALID)
NEW = SlotResult("B", Verdict.VALID, generated=True)
HELD = SlotResult("C", Verdict.PENDING_PERSIST, generated=True)
NOTHING_POSSIBLE = Failure(FailureKind.STORAGE, "Neither database nor journal can be written.")


def without(kind: FailureKind | None, verdict: Verdict = Verdict.MISSING) -> SlotResult:
    return SlotResult("X", verdict, failure=None if kind is None else Failure(kind, "It did not work."))


def result(*slots: SlotResult, fatal: Failure | None = None) -> TokenExecutionResult:
    return TokenExecutionResult("id", slots, fatal)


@pytest.mark.parametrize(
    ("slots", "code"),
    [
        # 0: every slot holds a valid token at the end, also when nothing had to be done
        ((VALID, VALID), 0),
        ((VALID, NEW), 0),
        ((NEW, HELD), 0),
        # 1: at least one slot has none, the rest is fine
        ((VALID, without(FailureKind.DECLINED)), 1),
        ((VALID, without(FailureKind.COOLDOWN)), 1),
        ((VALID, without(FailureKind.THROTTLED)), 1),
        ((VALID, without(FailureKind.TIMEOUT, Verdict.UNKNOWN)), 1),
        ((VALID, without(FailureKind.TOKEN_REFUSED, Verdict.INVALID)), 1),
        ((VALID, without(None, Verdict.EXPIRED)), 1),
        ((without(FailureKind.CANCELLED),), 1),
        ((NEW, without(FailureKind.PIN_REJECTED)), 1),
        # 2: an unsolved CAPTCHA left at least one slot without a token
        ((VALID, without(FailureKind.CAPTCHA_UNSOLVED)), 2),
        ((NEW, without(FailureKind.CAPTCHA_UNSOLVED), without(FailureKind.DECLINED)), 2),
        ((NEW, without(FailureKind.CAPTCHA_UNSOLVED), without(FailureKind.NO_BROWSER)), 2),
        # 3: nothing could be done
        ((without(FailureKind.CREDENTIALS_REJECTED),), 3),
        ((without(FailureKind.APP_MISCONFIGURED),), 3),
        ((VALID, without(FailureKind.PIN_REJECTED)), 3),
        ((without(FailureKind.OTP_REJECTED), without(FailureKind.CAPTCHA_UNSOLVED)), 3),
        ((without(FailureKind.NO_BROWSER), without(FailureKind.NO_BROWSER)), 3),
        ((without(FailureKind.STORAGE),), 3),
    ],
)
def test_the_exit_code(slots: tuple[SlotResult, ...], code: int) -> None:
    assert result(*slots).exit_code == code
    assert result(*slots, fatal=NOTHING_POSSIBLE).exit_code == ExitCode.FATAL


def test_the_codes_are_those_of_the_contract_and_usage_is_not_two() -> None:
    assert {code.name: code.value for code in ExitCode} == {
        "OK": 0,
        "PARTIAL": 1,
        "CAPTCHA": 2,
        "FATAL": 3,
        "USAGE": 64,
    }


RESULTS = st.builds(
    SlotResult,
    st.sampled_from("ABC"),
    st.sampled_from(Verdict),
    st.booleans(),
    st.none() | st.builds(Failure, st.sampled_from(FailureKind), st.just("It did not work.")),
)


@given(st.lists(RESULTS, min_size=1, max_size=6))
def test_zero_means_all_valid_and_nothing_else_does(slots: list[SlotResult]) -> None:
    whole = result(*slots)
    all_ok = all(
        slot.verdict is Verdict.VALID or (slot.verdict is Verdict.PENDING_PERSIST and slot.failure is None)
        for slot in slots
    )
    assert (whole.exit_code == 0) == all_ok
    assert whole.noop == (all_ok and not any(slot.generated or slot.failure for slot in slots))


def test_the_document() -> None:
    failed = SlotResult("X", Verdict.MISSING, failure=Failure(FailureKind.COOLDOWN, "Wait.", "UDAPI1"))
    document = result(NEW, failed).document()
    assert json.loads(json.dumps(document)) == {
        "executionId": "id",
        "exitCode": 1,
        "summary": "1 of 2 access tokens are valid, 1 of them new.",
        "failure": None,
        "slots": [
            {"apiName": "B", "verdict": "VALID", "generated": True, "failure": None},
            {
                "apiName": "X",
                "verdict": "MISSING",
                "generated": False,
                "failure": {"kind": "COOLDOWN", "code": "UDAPI1", "message": "Wait."},
            },
        ],
    }


def test_the_summary_says_when_nothing_had_to_be_or_could_be_done() -> None:
    assert result(VALID, VALID).summary == "All 2 access tokens are valid. Nothing had to be done."
    stopped = result(fatal=NOTHING_POSSIBLE)
    assert stopped.summary == "Nothing could be done: Neither database nor journal can be written."
    assert stopped.document()["failure"]["kind"] == "STORAGE"
