"""Whatever happens, in whichever order: one browser, no lost token, no open gate without its three proofs."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from vega_terminal.domain.errors import GateShut
from vega_terminal.domain.execution import ExitCode, Scope
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.status import Activity
from vega_terminal.domain.token import next_expiry
from vega_terminal.engine.orchestrator import Execution
from vega_terminal.engine.ports import StoredToken

from .engine_world import Ground, World, asked
from .fake_clock import FakeClock
from .rosters import shared_roster
from .scripted_broker import DOWN, GOOD, HANGS, REFUSES, Answer
from .scripted_login import PARKS_FOR_GOOD, PARKS_THEN_PASSES, Course
from .scripted_prompts import ScriptedPrompts, as_proposed, nothing

T = TypeVar("T")
NAMES: Final = shared_roster().names
SLOTS: Final = st.sampled_from(NAMES)
COURSES: Final = st.sampled_from(
    [
        Course(seconds=20),
        Course(seconds=900),
        PARKS_THEN_PASSES,
        PARKS_FOR_GOOD,
        Course(fails=FailureKind.STATE_MISMATCH),
        Course(fails=FailureKind.PIN_REJECTED),
        Course(fails=FailureKind.SIGN_IN_STALLED),
        Course(fails=FailureKind.THROTTLED, retry_after=1200),
        Course(seconds=5, breaks=FailureKind.BROWSER_CLOSED),
        Course(absurd=RuntimeError),
    ]
)
ANSWERS: Final = st.sampled_from(
    [GOOD, GOOD, REFUSES, DOWN, HANGS, Answer(delay=2.0), Answer(user_id="ZZ0000"), Answer(absurd=KeyError)]
)
EXCHANGES: Final = st.sampled_from(
    [GOOD, Answer(delay=10), Answer(FailureKind.CODE_REFUSED), Answer(FailureKind.RATE_LIMITED), HANGS]
)
LONGEST_RUN: Final = 4 * 3600.0


class AnyHistory(RuleBasedStateMachine):
    """One trader's machine over some days. Rules begin things; time passes; the invariants always hold."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock = FakeClock()
        self.driving = self.clock.driving(self.loop)
        self.driving.__enter__()
        self.folder = tempfile.TemporaryDirectory()
        self.ground = Ground(Path(self.folder.name), self.clock)
        self.begun: list[Execution] = []
        self.brought: set[str] = set()
        self.in_flight: set[str] = set()
        self.seen = (0, 0, 0)
        self.now(self.start())

    def now(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry `work` out, and whatever follows from it at once."""

        async def and_its_consequences() -> T:
            result = await work
            await self.clock.sleep(0.001)
            return result

        return self.loop.run_until_complete(and_its_consequences())

    async def start(self) -> None:
        self.life = AsyncExitStack()
        self.prompts = ScriptedPrompts(self.clock)
        process = self.ground.process(shared_roster(), prompts=self.prompts)
        self.world: World = await self.life.enter_async_context(process)

    # --- what the world does ----------------------------------------------------------------------

    @rule(slot=SLOTS, course=COURSES)
    def the_next_walk_goes_otherwise(self, slot: str, course: Course) -> None:
        self.ground.browsers.will(slot, course)

    @rule(slot=SLOTS, answer=ANSWERS)
    def the_broker_answers_otherwise(self, slot: str, answer: Answer) -> None:
        self.ground.broker.profiles[slot] = answer

    @rule(slot=SLOTS, answer=EXCHANGES)
    def the_exchange_goes_otherwise(self, slot: str, answer: Answer) -> None:
        self.ground.broker.exchanges[slot] = answer

    @rule()
    def the_broker_recovers(self) -> None:
        self.ground.broker.profiles.clear()
        self.ground.broker.exchanges.clear()

    @rule(seconds=st.sampled_from([0.5, 3.0, 20.0, 61.0, 700.0, 4000.0]))
    def time_passes(self, seconds: float) -> None:
        self.now(self.clock.sleep(seconds))

    @rule()
    def half_past_three_comes(self) -> None:
        self.now(self.clock.sleep_until(next_expiry(self.clock.now())))

    @rule(hours=st.sampled_from([-30, -1, 1, 30]))
    def somebody_changes_the_clock(self, hours: int) -> None:
        self.clock.set_wall_clock(timedelta(hours=hours))

    @rule(seconds=st.sampled_from([30.0, 600.0]))
    def the_machine_sleeps(self, seconds: float) -> None:
        self.clock.fall_asleep(seconds)

    @precondition(lambda self: not self.world.status.running)
    @rule(slot=SLOTS)
    def another_process_stores_a_token(self, slot: str) -> None:
        token = self.now(self.world.hold(slot))
        self.brought.add(token.value.reveal())

    # --- what the operator does -------------------------------------------------------------------

    @rule(consent=st.booleans(), scope=st.sampled_from(Scope), only=st.sets(SLOTS, max_size=2))
    def generate(self, consent: bool, scope: Scope, only: set[str]) -> None:
        request = asked(consent=consent, scope=scope, only=tuple(only))

        async def begin() -> None:
            self.begun.append(self.world.engine.begin(request))

        self.now(begin())

    @rule()
    def verify(self) -> None:
        self.now(self.world.engine.verify())

    @rule()
    def look(self) -> None:
        async def panels() -> None:
            was_ready = self.world.status.ready(self.world.now)
            try:
                await self.world.engine.look()
            except GateShut:
                assert not was_ready or not self.world.status.ready(self.world.now)
            else:
                assert was_ready

        self.now(panels())

    @rule(choice=st.sampled_from([as_proposed, nothing, None]), solves=st.booleans())
    def the_operator_changes_their_mind(self, choice: Any, solves: bool) -> None:
        self.prompts.choice = choice
        self.prompts.solves_captcha = solves

    @rule()
    def stop(self) -> None:
        self.now(self.world.engine.cancel())
        assert not self.world.status.running
        assert self.ground.browsers.open == 0

    @rule(who=st.sampled_from(["ann", "bob"]))
    def the_operator_rearms(self, who: str) -> None:
        self.now(self.world.engine.rearm(who))

    @rule()
    def restart(self) -> None:
        self.now(self.life.aclose())
        self.now(self.start())

    @rule()
    def crash(self) -> None:
        """The token that was just being made may be there afterwards, or not; every other one is."""
        if self.world.status.running:
            self.in_flight.update(text for _, text in self.ground.broker.issued[-1:])

        async def kill() -> None:
            self.world.kill()
            await self.world.buried()

        self.now(kill())
        self.begun.clear()
        self.now(self.life.aclose())
        self.now(self.start())

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def nothing_forbidden_happened(self) -> None:
        assert self.ground.demands.broken == []
        assert self.world.board.illegal == []

    @invariant()
    def the_database_agrees(self) -> None:
        """Looked at only when something happened since the last look."""
        board, issued = self.world.board, self.ground.broker.issued
        seen_by_now = (id(board), len(board.events), len(issued))
        if seen_by_now != self.seen:
            self.seen = seen_by_now
            stored = self.now(self.world.ports.tokens.load(self.world.roster.slots))
            self.require_ready_means_present_durable_and_confirmed(stored)
            self.require_no_token_lost_and_nothing_left_open(stored)

    def require_ready_means_present_durable_and_confirmed(self, stored: Mapping[str, StoredToken]) -> None:
        world = self.world
        if not world.status.ready(world.now):
            return
        served = world.registry.get("PRIMARY", world.now)
        assert served is not None
        clear = [said for said in self.ground.broker.answered[served.value.reveal()] if is_clear(said)]
        assert clear
        assert clear[-1].failure is None
        assert stored["PRIMARY"].token.epoch >= served.epoch

    def require_no_token_lost_and_nothing_left_open(self, stored: Mapping[str, StoredToken]) -> None:
        world = self.world
        if world.status.running:
            return
        assert self.ground.browsers.open == 0
        assert {slot.activity for slot in world.status.slots} == {Activity.IDLE}
        for name in NAMES:
            kept = stored[name].token.value.reveal() if name in stored else None
            assert kept in self.keepable(name)

    def keepable(self, slot: str) -> set[str | None]:
        """The newest token of a slot, but for those that the broker disowned when they were made.

        One that was being made when its process was killed leaves the choice between it and the one before.
        """
        broker = self.ground.broker
        disowned = {text for text in self.generated() if is_disowning(broker.answered[text][0])}
        choice: set[str | None] = set()
        for text in [text for name, text in reversed(broker.issued) if name == slot]:
            if text in self.in_flight:
                choice.add(text)
            elif text not in disowned:
                return {*choice, text}
        return {*choice, None}

    def generated(self) -> set[str]:
        """The tokens that came from an exchange and were proven, rightly or not."""
        broker = self.ground.broker
        return {text for _, text in broker.issued if text not in self.brought and broker.answered[text]}

    @invariant()
    def every_result_agrees_with_itself(self) -> None:
        for execution in [each for each in self.begun if each.result.done()]:
            result = execution.result.result()
            assert (result.exit_code is ExitCode.OK) is all(slot.ok for slot in result.slots)
            assert all(slot.ok or slot.failure is not None for slot in result.slots)
        self.begun = [each for each in self.begun if not each.result.done()]

    def teardown(self) -> None:
        async def end() -> None:
            await self.clock.sleep(LONGEST_RUN)
            assert not self.world.status.running, "A run did not end."
            await self.life.aclose()

        try:
            self.loop.run_until_complete(end())
        finally:
            self.driving.__exit__(None, None, None)
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
            self.folder.cleanup()


def is_clear(answer: Answer) -> bool:
    """Whether an answer says anything about a token."""
    return answer.absurd is None and answer.failure in (None, FailureKind.TOKEN_REFUSED)


def is_disowning(answer: Answer) -> bool:
    """Whether an answer keeps a new token from being stored."""
    return answer.failure is FailureKind.TOKEN_REFUSED or answer.user_id != GOOD.user_id


TestAnyHistory = pytest.mark.timeout(300)(AnyHistory.TestCase)
TestAnyHistory.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
