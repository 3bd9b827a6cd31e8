"""Whatever happens to two processes and their database, in any order: what protects the account is known."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from vega_terminal.domain.errors import StorageError
from vega_terminal.engine.ports import CooldownRecord, ExecutionState, SignInOutcome, SignInRecord

from .deferred_world import IDENTITIES, Died, World, cooldown, execution
from .support import NOW

WHO = st.sampled_from([0, 1])
IDENTITY = st.sampled_from(IDENTITIES)
OUTCOME = st.sampled_from(list(SignInOutcome))


class Model:
    """What is true, told in the simplest way."""

    def __init__(self) -> None:
        self.sign_ins = dict.fromkeys(IDENTITIES, SignInRecord())
        self.cooldowns: dict[str, CooldownRecord] = {}
        self.execution: ExecutionState | None = None

    def copy(self) -> Model:
        twin = Model()
        twin.sign_ins, twin.cooldowns = dict(self.sign_ins), dict(self.cooldowns)
        twin.execution = self.execution
        return twin

    def facts(self) -> tuple[object, ...]:
        return (self.sign_ins, self.cooldowns, self.execution)

    def begin(self, identity: str, at: datetime) -> None:
        record = self.sign_ins[identity]
        self.sign_ins[identity] = replace(record, last_sign_in=at, failures=record.failures + 1)

    def conclude(self, identity: str, outcome: SignInOutcome) -> None:
        record = self.sign_ins[identity]
        left = {SignInOutcome.SUCCEEDED: 0, SignInOutcome.FAILED: record.failures}
        self.sign_ins[identity] = replace(record, failures=left.get(outcome, max(record.failures - 1, 0)))

    def rearm(self, identity: str) -> None:
        self.sign_ins[identity] = replace(self.sign_ins[identity], failures=0)

    def claim(self, identity: str, step: int) -> bool:
        record = self.sign_ins[identity]
        if record.last_otp_step is not None and record.last_otp_step >= step:
            return False
        self.sign_ins[identity] = replace(record, last_otp_step=step)
        return True

    def save_cooldown(self, record: CooldownRecord) -> None:
        known = self.cooldowns.get(record.cooldown.identity)
        if known is None or known.provisional or known.cooldown.until <= record.cooldown.until:
            self.cooldowns[record.cooldown.identity] = record

    def clear_cooldown(self, record: CooldownRecord) -> None:
        if self.cooldowns.get(record.cooldown.identity) == record:
            del self.cooldowns[record.cooldown.identity]


class AnyHistory(RuleBasedStateMachine):
    """Two processes share a database and a journal. Rules ask something of one, or break something."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.world = self.runner.run(World.open(self.folder, self.stack))
        self.model = Model()
        self.ticks = 0
        self.open_sign_ins: list[str] = []
        self.records: list[CooldownRecord] = []
        self.ignorant: set[int] = set()
        self._learn()

    def teardown(self) -> None:
        try:
            self._everything_arrives_in_the_database()
        finally:
            self.runner.run(self.stack.aclose())
            self.runner.close()
            shutil.rmtree(self.folder)

    def _everything_arrives_in_the_database(self) -> None:
        self.world.locked = False
        with self.world.unharmed():
            self.runner.run(self.world.processes[0].deferred.replay())
        assert self.runner.run(self.world.in_database()) == self.model.facts()
        assert self.runner.run(self.world.journal.notes()) == ()

    # What is asked

    @rule(who=WHO, identity=IDENTITY)
    def begin_a_sign_in(self, who: int, identity: str) -> None:
        at = self._now()
        self._ask(
            lambda: self.world.processes[who].sign_ins.record_sign_in(identity, at),
            lambda model: model.begin(identity, at),
        )
        self.open_sign_ins.append(identity)

    @precondition(lambda self: self.open_sign_ins)
    @rule(who=WHO, outcome=OUTCOME)
    def conclude_the_last_sign_in(self, who: int, outcome: SignInOutcome) -> None:
        if who not in self.ignorant:
            identity = self.open_sign_ins.pop()
            self._ask(
                lambda: self.world.processes[who].sign_ins.conclude_sign_in(identity, outcome),
                lambda model: model.conclude(identity, outcome),
            )

    @rule(who=WHO, identity=IDENTITY)
    def rearm(self, who: int, identity: str) -> None:
        if who not in self.ignorant:
            self.open_sign_ins.clear()
            self._ask(
                lambda: self.world.processes[who].sign_ins.rearm(identity),
                lambda model: model.rearm(identity),
            )

    @rule(who=WHO, identity=IDENTITY, step=st.integers(1, 9))
    def claim_an_otp_step(self, who: int, identity: str, step: int) -> None:
        claim = self.world.processes[who].sign_ins.claim_otp_step
        if who in self.ignorant:
            with pytest.raises(StorageError):
                self.runner.run(claim(identity, step))
            return
        free = self.model.copy().claim(identity, step)
        claimed = self._ask(lambda: claim(identity, step), lambda model: model.claim(identity, step))
        assert claimed in {free, None}

    @rule(who=WHO, identity=IDENTITY, length=st.integers(1, 5), provisional=st.booleans())
    def save_a_cooldown(self, who: int, identity: str, length: int, provisional: bool) -> None:
        record = cooldown(identity, self._now(), length, provisional=provisional)
        self.records.append(record)
        self._ask(
            lambda: self.world.processes[who].cooldowns.save_cooldown(record),
            lambda model: model.save_cooldown(record),
        )

    @precondition(lambda self: self.records)
    @rule(who=WHO, pick=st.randoms(use_true_random=False))
    def clear_a_cooldown(self, who: int, pick: Random) -> None:
        record = pick.choice(self.records[-3:])
        self._ask(
            lambda: self.world.processes[who].cooldowns.clear_cooldown(record),
            lambda model: model.clear_cooldown(record),
        )

    @rule(who=WHO, done=st.integers(0, 3))
    def save_an_execution(self, who: int, done: int) -> None:
        state = execution(f"run-{self.ticks}", self._now(), done)
        self._ask(
            lambda: self.world.processes[who].executions.save_execution(state),
            lambda model: setattr(model, "execution", state),
        )

    @rule(who=WHO)
    def replay(self, who: int) -> None:
        self._ask(self.world.processes[who].deferred.replay, lambda _model: None)
        if not self.world.locked:
            self.runner.run(self.world.processes[who].deferred.replay())
            assert self.runner.run(self.world.journal.notes()) == ()

    # What goes wrong

    @precondition(lambda self: not self.world.locked)
    @rule()
    def lock_the_database(self) -> None:
        """Both have read everything before: what they do not know they could not know."""
        self._learn()
        self.world.locked = True

    @precondition(lambda self: self.world.locked)
    @rule()
    def unlock_the_database(self) -> None:
        self.world.locked = False
        self._learn()

    @rule(calls=st.integers(1, 8), after=st.booleans())
    def let_the_next_one_die(self, calls: int, after: bool) -> None:
        self.world.die_at(calls, after=after)

    @rule(who=WHO)
    def start_anew(self, who: int) -> None:
        self._restart(who)

    # What must hold

    @invariant()
    def a_process_that_reads_now_knows_the_truth(self) -> None:
        with self.world.unharmed():
            assert self.runner.run(self.world.as_a_newcomer_sees_it()) == self.model.facts()

    @invariant()
    def each_process_knows_the_truth_or_that_it_knows_nothing(self) -> None:
        if not self.world.locked:
            return
        with self.world.unharmed():
            for who, process in enumerate(self.world.processes):
                if who not in self.ignorant:
                    assert self.runner.run(process.facts()) == self.model.facts()
                else:
                    with pytest.raises(StorageError):
                        self.runner.run(process.facts())

    def _ask(self, request: Callable[[], Awaitable[object]], effect: Callable[[Model], object]) -> object:
        """Carry out a request; when the process dies meanwhile, it was carried out or it was not."""
        before, after = self.model.facts(), self.model.copy()
        effect(after)

        async def asked() -> object:
            return await request()

        try:
            answer = self.runner.run(asked())
        except Died:
            with self.world.unharmed():
                seen = self.runner.run(self.world.as_a_newcomer_sees_it())
            assert seen in (before, after.facts())
            if seen == after.facts():
                self.model = after
            self.open_sign_ins.clear()
            for who in (0, 1):
                self._restart(who)
            return None
        except StorageError:
            assert self.world.locked, "only a replay is refused, and only then"
            return None
        self.model = after
        return answer

    def _restart(self, who: int) -> None:
        self.world.restart(who)
        if self.world.locked:
            self.ignorant.add(who)
        else:
            self._learn()

    def _learn(self) -> None:
        with self.world.unharmed():
            for process in self.world.processes:
                assert self.runner.run(process.facts()) == self.model.facts()
        self.ignorant.clear()

    def _now(self) -> datetime:
        self.ticks += 1
        return NOW + timedelta(seconds=self.ticks)


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
