"""The status over every history that an engine could publish, against a small model of who holds what."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings as run
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from vega_terminal.domain import events as ev
from vega_terminal.domain.document import status_document
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.fold import fold
from vega_terminal.domain.lifecycle import LoginState
from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.status import Activity, AuthStatus, Probe
from vega_terminal.domain.token import Verdict, next_expiry

NAMES = ("PRIMARY", "FEED", "CHAIN")
IDENTITIES = ("one", "two")
TROUBLE = Failure(FailureKind.TIMEOUT, "No answer came in time.")
ANSWERS = st.sampled_from([Verdict.VALID, Verdict.VALID, Verdict.INVALID, Verdict.UNKNOWN])
OUTCOMES = st.sampled_from(["stored", "held", "lost"])
SLOTS = st.sampled_from(NAMES)
WITH_PRIMARY = {LoginState.PRIMARY_VALIDATED, LoginState.AUTH_CONFIRMED, LoginState.DASHBOARD_READY}


@dataclass(frozen=True)
class Token:
    """What the model knows of a slot's token."""

    issued: datetime
    refused: bool = False
    durable: bool = False

    def alive(self, now: datetime) -> bool:
        return not self.refused and now < next_expiry(self.issued)


class Histories(RuleBasedStateMachine):
    """Publishes as an engine does: runs one at a time, slots one after the other, the rest at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 10, 6, 12, 0, tzinfo=UTC)
        self.status = AuthStatus.for_names(NAMES)
        self.tokens: dict[str, Token] = {}
        self.running = False
        self.plan: list[str] = []
        self.parked: list[str] = []
        self.busy: str | None = None
        self.issued = False
        self.proven_primary: datetime | None = None

    def publish(self, event: ev.Event) -> None:
        self.status = fold(self.status, event)
        self.now += timedelta(seconds=1)

    # --- what happens at rest ---------------------------------------------------------------------

    @rule(hours=st.floats(0.01, 30))
    def time_passes(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    @precondition(lambda self: not self.running)
    @rule(slot=SLOTS, hours=st.floats(0, 30), refused=st.booleans())
    def another_process_stored_a_token(self, slot: str, hours: float, refused: bool) -> None:
        issued = self.now - timedelta(hours=hours)
        self.tokens[slot] = Token(issued, refused, durable=True)
        self.publish(ev.TokenLoaded(self.now, slot, issued, next_expiry(issued), None, refused))

    @precondition(lambda self: not self.running)
    @rule(answers=st.tuples(ANSWERS, ANSWERS, ANSWERS))
    def verify(self, answers: tuple[Verdict, ...]) -> None:
        self.verify_all(answers)
        self.settle()
        self.confirm()

    @precondition(lambda self: not self.running and self.status.probe is Probe.CONFIRMED)
    @rule()
    def broker_refuses_primary_while_the_gate_is_open(self) -> None:
        if self.status.primary.holds_token(self.now):
            self.verdict("PRIMARY", Verdict.INVALID)
        self.publish(ev.GateClosed(self.now, "refused"))
        self.settle()

    # --- a run ------------------------------------------------------------------------------------

    @precondition(lambda self: not self.running)
    @rule(answers=st.tuples(ANSWERS, ANSWERS, ANSWERS), chosen=st.sets(SLOTS))
    def begin(self, answers: tuple[Verdict, ...], chosen: set[str]) -> None:
        self.running = True
        self.publish(ev.RunStarted(self.now, "run", "test"))
        self.verify_all(answers)
        self.publish(ev.DecisionTaken(self.now, tuple(chosen), "test"))
        self.plan = [name for name in NAMES if name in chosen]
        if self.plan:
            self.publish(ev.LoginRequested(self.now, tuple(self.plan)))

    @precondition(lambda self: self.busy is None and bool(self.plan or self.parked))
    @rule()
    def next_slot(self) -> None:
        self.busy = (self.plan or self.parked).pop(0)
        self.issued = False
        self.publish(ev.SlotStarted(self.now, self.busy))
        self.publish(ev.StepReached(self.now, self.busy, LoginStep.OTP))

    @precondition(lambda self: self.busy is not None and not self.issued)
    @rule()
    def park(self) -> None:
        assert self.busy is not None
        self.publish(ev.SlotParked(self.now, self.busy))
        self.parked.append(self.busy)
        self.busy = None

    @precondition(lambda self: self.busy is not None)
    @rule(identity=st.sampled_from([None, *IDENTITIES]))
    def fail(self, identity: str | None) -> None:
        assert self.busy is not None
        if self.issued and self.status.slot(self.busy).held:
            self.tokens[self.busy] = replace(self.tokens[self.busy], durable=False)
            self.publish(ev.TokenDiscarded(self.now, self.busy, "refused, or overtaken"))
        self.fail_slot(self.busy)
        self.busy = None
        if identity is not None:
            self.cooldown_starts(identity)

    @precondition(lambda self: self.busy is not None and not self.issued)
    @rule(answer=ANSWERS, journal=st.booleans())
    def issue_and_prove(self, answer: Verdict, journal: bool) -> None:
        """It is held before it is proven; without a journal the database gets it at once, or nobody."""
        assert self.busy is not None
        self.issued = True
        issued = self.now
        self.tokens[self.busy] = Token(issued)
        self.publish(ev.TokenIssued(issued, self.busy, issued, next_expiry(issued)))
        if journal:
            self.publish(ev.TokenHeld(self.now, self.busy, issued, next_expiry(issued)))
            self.tokens[self.busy] = replace(self.tokens[self.busy], durable=True)
        self.verdict(self.busy, answer)

    @precondition(lambda self: self.busy is not None and self.issued)
    @rule(saved=st.booleans())
    def keep(self, saved: bool) -> None:
        """A refused token is thrown away; any other one is saved or stays held, and the slot is done."""
        assert self.busy is not None
        name = self.busy
        if self.tokens[name].refused:
            self.fail(None)
            return
        self.busy = None
        if saved or not self.status.slot(name).held:
            self.publish(ev.TokenStored(self.now, name))
        self.tokens[name] = replace(self.tokens[name], durable=True)
        self.publish(ev.SlotFinished(self.now, name))
        if name == "PRIMARY":
            self.confirm()

    @precondition(lambda self: self.running)
    @rule()
    def end(self) -> None:
        """The run is over, by itself or because it was stopped."""
        for slot in self.status.slots:
            if slot.activity is not Activity.IDLE:
                self.fail_slot(slot.name)
        self.plan, self.parked, self.busy = [], [], None
        self.settle()
        self.confirm()
        self.publish(ev.RunFinished(self.now, "run", 0, "done"))
        self.running = False

    @precondition(lambda self: not self.running)
    @rule(answers=st.tuples(ANSWERS, ANSWERS, ANSWERS), chosen=st.sets(SLOTS, min_size=1), outcome=OUTCOMES)
    def whole_run(self, answers: tuple[Verdict, ...], chosen: set[str], outcome: str) -> None:
        """A run without anything between its steps, so that long histories are not rare."""
        self.begin(answers, chosen)
        while self.plan:
            self.next_slot()
            self.issue_and_prove(answers[len(self.plan)], outcome != "lost")
            if outcome == "lost":
                self.fail(None)
            else:
                self.keep(outcome == "stored")
        self.end()

    # --- what happens at any moment ---------------------------------------------------------------

    @rule(identity=st.sampled_from(IDENTITIES))
    def cooldown_starts(self, identity: str) -> None:
        until = self.now + timedelta(seconds=660)
        self.publish(ev.CooldownStarted(self.now, identity, identity, until, "throttled"))

    @precondition(lambda self: bool(self.status.cooldowns))
    @rule(which=st.integers(0, 1))
    def cooldown_ends(self, which: int) -> None:
        cooldowns = self.status.cooldowns
        self.publish(ev.CooldownEnded(self.now, cooldowns[which % len(cooldowns)].identity))

    @rule()
    def held_tokens_reach_the_database(self) -> None:
        for slot in self.status.slots:
            if slot.held and slot.name != self.busy:
                assert slot.generated_at
                assert slot.expires_at
                self.publish(ev.TokenReplayed(self.now, slot.name, slot.generated_at, slot.expires_at))
                assert not self.status.slot(slot.name).held

    @rule(state=st.sampled_from(DatabaseState), pending=st.integers(0, 6))
    def database_changes(self, state: DatabaseState, pending: int) -> None:
        self.publish(ev.DatabaseChanged(self.now, state, 3, pending, "locked by somebody"))
        assert (self.status.database.state, self.status.database.pending) == (state, pending)

    @rule()
    def expiry_is_noticed(self) -> None:
        for slot in self.status.slots:
            if slot.verdict_at(self.now) is Verdict.EXPIRED and slot.verdict is not Verdict.EXPIRED:
                was_open = self.status.probe is Probe.CONFIRMED
                self.publish(ev.TokenExpired(self.now, slot.name))
                if slot.name == "PRIMARY" and was_open:
                    self.publish(ev.GateClosed(self.now, "03:30"))
        if not self.running:
            self.settle()

    @rule(text=st.text())
    def a_notice_changes_nothing(self, text: str) -> None:
        before = self.status
        self.publish(ev.Noticed(self.now, text))
        assert self.status is before

    # --- what an engine does in several places ----------------------------------------------------

    def verify_all(self, answers: tuple[Verdict, ...]) -> None:
        self.publish(ev.VerificationStarted(self.now, NAMES))
        for name, answer in zip(NAMES, answers, strict=True):
            token = self.tokens.get(name)
            if token is None:
                self.verdict(name, Verdict.MISSING)
            elif self.now >= next_expiry(token.issued):
                self.verdict(name, Verdict.EXPIRED)
            else:
                self.verdict(name, answer)

    def verdict(self, name: str, verdict: Verdict) -> None:
        if name in self.tokens and verdict is not Verdict.UNKNOWN:
            self.tokens[name] = replace(self.tokens[name], refused=verdict is Verdict.INVALID)
        failure = None if verdict is Verdict.VALID else TROUBLE
        self.publish(ev.SlotVerified(self.now, name, verdict, failure))
        assert self.status.slot(name).failure == failure

    def fail_slot(self, name: str) -> None:
        token = self.tokens.get(name)
        if token is not None and not token.durable and not token.refused:
            del self.tokens[name]
        self.publish(ev.SlotFailed(self.now, name, TROUBLE))

    def settle(self) -> None:
        at = self.now
        self.publish(ev.Settled(at))
        if self.status.cooldowns:
            return
        primary = self.tokens.get("PRIMARY")
        if primary is not None and primary.alive(at):
            assert self.status.state in WITH_PRIMARY
            assert (self.status.state is LoginState.DASHBOARD_READY) >= self.status.ready(at)
        else:
            some = any(token.alive(at) for token in self.tokens.values())
            assert self.status.state is (LoginState.PARTIAL_AUTH if some else LoginState.INIT)

    def confirm(self) -> None:
        primary = self.status.primary
        is_open = self.status.probe is Probe.CONFIRMED
        if not primary.holds_token(self.now):
            if is_open:
                self.publish(ev.GateClosed(self.now, "PRIMARY is gone"))
        elif not primary.proven:
            if not is_open:
                self.publish(ev.GateProbed(self.now, TROUBLE))
                assert self.status.probe is Probe.FAILED
        elif not is_open:
            self.proven_primary = primary.generated_at
            self.publish(ev.GateProbed(self.now, None))
            if self.status.ready(self.now):
                self.publish(ev.GateOpened(self.now))

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def generated_counts_the_living_tokens(self) -> None:
        alive = {name for name, token in self.tokens.items() if token.alive(self.now)}
        assert {slot.name for slot in self.status.slots if slot.holds_token(self.now)} == alive
        assert self.status.generated(self.now) == len(alive) <= len(NAMES)
        if self.status.all_valid(self.now):
            assert len(alive) == len(NAMES)

    @invariant()
    def ready_means_present_durable_and_confirmed(self) -> None:
        if self.status.ready(self.now):
            token = self.tokens["PRIMARY"]
            assert token.alive(self.now)
            assert token.durable
            assert self.status.probe is Probe.CONFIRMED
            assert token.issued == self.proven_primary, "the broker confirmed another token"

    @invariant()
    def a_cooldown_is_the_state_as_long_as_one_runs(self) -> None:
        assert (self.status.state is LoginState.COOLDOWN) == bool(self.status.cooldowns)
        identities = [cooldown.identity for cooldown in self.status.cooldowns]
        assert len(set(identities)) == len(identities)

    @invariant()
    def a_run_is_under_way_or_nothing_goes_on(self) -> None:
        assert self.status.running == self.running
        if not self.running:
            assert all(slot.activity is Activity.IDLE and slot.step is None for slot in self.status.slots)

    @invariant()
    def the_document_agrees_with_itself(self) -> None:
        document = status_document(self.status, self.now)
        assert json.loads(json.dumps(document)) == document
        assert document["ready"] == (document["reason"] == "PRIMARY_VALIDATED")
        assert document["ready"] <= document["primaryPresent"]
        living = [
            token
            for token in document["tokens"]
            if token["verdict"] in ("VALID", "UNKNOWN", "PENDING_PERSIST")
        ]
        assert document["generated"] == len(living)


TestHistories = Histories.TestCase
TestHistories.settings = run(deadline=None, max_examples=150, stateful_step_count=30)
