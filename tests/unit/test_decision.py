"""What is generated when nobody answers, and what a prompt proposes: the whole table of the policy."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain.decision import (
    DecisionMode,
    DecisionPolicy,
    DefaultAction,
    TokenCheckResult,
    TokenDecisionReport,
    in_order_of,
)
from vega_terminal.domain.token import Verdict


def report(**verdicts: Verdict) -> TokenDecisionReport:
    return TokenDecisionReport(tuple(TokenCheckResult(name, verdict) for name, verdict in verdicts.items()))


MIXED = report(
    GOOD=Verdict.VALID,
    HELD=Verdict.PENDING_PERSIST,
    BAD=Verdict.INVALID,
    OLD=Verdict.EXPIRED,
    NONE=Verdict.MISSING,
    DARK=Verdict.UNKNOWN,
)
IN_NEED = ("BAD", "OLD", "NONE")
ALL_BUT_UNKNOWN = ("GOOD", "HELD", *IN_NEED)


@pytest.mark.parametrize(
    ("mode", "action", "by_default", "preselected"),
    [
        ("AUTO", "INVALID_ONLY", IN_NEED, IN_NEED),
        ("AUTO", "ALL", ALL_BUT_UNKNOWN, ALL_BUT_UNKNOWN),
        ("AUTO", "NONE", (), ()),
        ("ASK", "INVALID_ONLY", (), IN_NEED),
        ("ASK", "ALL", (), ALL_BUT_UNKNOWN),
        ("ASK", "NONE", (), ()),
        ("NEVER", "INVALID_ONLY", (), IN_NEED),
        ("NEVER", "ALL", (), ALL_BUT_UNKNOWN),
        ("NEVER", "NONE", (), ()),
    ],
)
def test_mode_times_action(
    mode: str, action: str, by_default: tuple[str, ...], preselected: tuple[str, ...]
) -> None:
    policy = DecisionPolicy(DecisionMode(mode), DefaultAction(action))
    plan = policy.by_default(MIXED)
    assert plan.slots == by_default
    assert bool(plan) == bool(by_default)
    assert plan.decided_by == (f"default {action}" if mode == "AUTO" else f"mode {mode}")
    assert policy.preselected(MIXED) == preselected


@pytest.mark.parametrize(
    ("mode", "asks", "patience"),
    [(DecisionMode.AUTO, True, 7.5), (DecisionMode.ASK, True, None), (DecisionMode.NEVER, False, None)],
)
def test_who_is_asked_and_for_how_long(mode: DecisionMode, asks: bool, patience: float | None) -> None:
    policy = DecisionPolicy(mode, timeout=7.5)
    assert (policy.asks, policy.patience) == (asks, patience)


@given(
    st.dictionaries(
        st.sampled_from("ABCDEF"), st.sampled_from([Verdict.VALID, Verdict.UNKNOWN, Verdict.PENDING_PERSIST])
    )
)
def test_no_policy_logs_in_when_no_token_is_known_to_be_dead(verdicts: dict[str, Verdict]) -> None:
    for mode, action in product(DecisionMode, DefaultAction):
        assert not DecisionPolicy(mode, action).by_default(report(**verdicts))


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.sampled_from(Verdict)))
def test_a_slot_that_could_not_be_checked_is_in_no_plan(verdicts: dict[str, Verdict]) -> None:
    found = report(**verdicts)
    unknown = {name for name, verdict in verdicts.items() if verdict is Verdict.UNKNOWN}
    assert set(found.unknown) == unknown
    for mode, action in product(DecisionMode, DefaultAction):
        policy = DecisionPolicy(mode, action)
        assert not unknown & {*policy.by_default(found).slots, *policy.preselected(found)}


def test_a_report_is_all_valid_only_when_every_slot_is() -> None:
    assert report(A=Verdict.VALID, B=Verdict.VALID).all_valid
    for verdict in set(Verdict) - {Verdict.VALID}:
        assert not report(A=Verdict.VALID, B=verdict).all_valid


def test_a_choice_is_brought_into_the_order_of_importance() -> None:
    assert in_order_of(("P", "A", "B", "C"), ["C", "stranger", "A", "C"]) == ("A", "C")
