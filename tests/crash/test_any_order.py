"""Locks, crashes, throttlings, changed clocks and nights in any order: every held token is kept, always."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from unittest.mock import patch

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.engine.engine_world import (
    Ground,
    World,
    asked,
)
from tests.engine.fake_clock import FakeClock
from tests.engine.rosters import shared_roster
from tests.engine.scripted_broker import USER, ScriptedBroker
from tests.engine.scripted_login import PARKS_THEN_PASSES, Course
from tests.engine.scripted_prompts import ScriptedPrompts
from vega_terminal.domain.events import Event, TokenHeld
from vega_terminal.domain.execution import ExitCode, Scope
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.progress import DatabaseState
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.status import AuthStatus
from vega_terminal.domain.token import IssuedToken, next_expiry
from vega_terminal.engine.ports import CooldownStore, ExecutionStore, SignInLedger
from vega_terminal.store.deferred.notes import Deferred
from vega_terminal.store.deferred.records import DeferredRecords
from vega_terminal.store.opening import DATABASE_NAME, Store
from vega_terminal.store.sqlite import connections

T = TypeVar("T")
NAMES: Final = shared_roster().names
PEOPLE: Final = ("ann", "bob")
SLOTS: Final = st.sampled_from(NAMES)
COURSES: Final = st.sampled_from(
    [
        Course(),
        Course(seconds=20),
        PARKS_THEN_PASSES,
        Course(fails=FailureKind.PIN_REJECTED),
        Course(fails=FailureKind.SIGN_IN_STALLED),
        Course(fails=FailureKind.THROTTLED, retry_after=1200),
        Course(seconds=5, breaks=FailureKind.BROWSER_CLOSED),
    ]
)
MARGIN: Final = timedelta(minutes=2)
"""So long before its end a token may be treated as expired already."""
A_NIGHT: Final = 9 * 3600.0
BUSY_MS: Final = 1
"""How long SQLite itself waits for a lock here: the one wait that is not on the virtual clock."""


class DeferringGround(Ground):
    """The store as the wiring has it: what a held database does not take is noted in the journal."""

    async def records(self, store: Store) -> tuple[CooldownStore, SignInLedger, ExecutionStore]:
        deferred = Deferred(store.journal, self.folder, self.clock, lambda _text: None)
        records = DeferredRecords.on_top_of(deferred, store.sign_ins, store.cooldowns, store.executions)
        await records.begin(PEOPLE)
        store.recovery.after_reopen(partial(records.begin, PEOPLE))
        return records.cooldowns, records.sign_ins, records.executions


class RememberingBroker(ScriptedBroker):
    """Remembers when it issued each token, by which it is known again on disk."""

    def __init__(self, ground: Ground) -> None:
        super().__init__(ground.clock, ground.demands)
        self.instants: dict[str, list[datetime]] = {name: [] for name in NAMES}

    def issue(self, slot: ApiSlot, user_id: str = USER) -> IssuedToken:
        issued = super().issue(slot, user_id)
        self.instants[slot.name].append(issued.issued_at)
        return issued


@contextmanager
def impatient_database() -> Iterator[None]:
    """SQLite tells at once that the database is held."""
    with (
        patch.object(connections, "BUSY_TIMEOUT_MS", BUSY_MS),
        patch.dict(connections._FIXED, busy_timeout=BUSY_MS),
    ):
        yield


class AnyOrder(RuleBasedStateMachine):
    """One machine over some days. A token counts as held once the engine has said so."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = AsyncExitStack()
        self.stack.enter_context(impatient_database())
        self.loop = asyncio.new_event_loop()
        self.clock = FakeClock()
        self.stack.enter_context(self.clock.driving(self.loop))
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.ground = DeferringGround(self.folder, self.clock)
        self.broker = self.ground.broker = RememberingBroker(self.ground)
        self.held: dict[str, TokenHeld] = {}
        self.lock: sqlite3.Connection | None = None
        self.days_behind = 0
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
        process = self.ground.process(shared_roster(), prompts=ScriptedPrompts(self.clock))
        self.world: World = await self.life.enter_async_context(process)
        self.world.board.watch(self.note)

    def note(self, event: Event, _status: AuthStatus) -> None:
        if isinstance(event, TokenHeld):
            self.held[event.slot] = event

    # --- what happens -----------------------------------------------------------------------------

    @rule(scope=st.sampled_from(Scope), slot=SLOTS, course=COURSES, then=st.sampled_from([0.0, 2.0, 30.0]))
    def generate(self, scope: Scope, slot: str, course: Course, then: float) -> None:
        self.ground.browsers.will(slot, course)
        self.now(self.begin(scope, then))

    async def begin(self, scope: Scope, then: float) -> None:
        self.world.engine.begin(asked(scope=scope))
        await self.clock.sleep(then)

    @precondition(lambda self: self.lock is None and not self.world.status.running)
    @rule(before=st.sampled_from([1.0, 21.0, 41.0]), after=st.sampled_from([0.0, 30.0]))
    def a_lock_falls_into_a_run(self, before: float, after: float) -> None:
        for name in NAMES:
            self.ground.browsers.will(name, Course(seconds=20))
        self.now(self.begin(Scope.ALL, before))
        self.another_program_locks_the_database()
        self.now(self.clock.sleep(after))

    @rule()
    def cancel(self) -> None:
        self.now(self.world.engine.cancel())
        assert not self.world.status.running
        assert self.ground.browsers.open == 0

    @rule(seconds=st.sampled_from([0.5, 3.0, 20.0, 61.0]))
    def time_passes(self, seconds: float) -> None:
        self.now(self.clock.sleep(seconds))

    @precondition(lambda self: self.lock is None)
    @rule()
    def eleven_minutes_pass(self) -> None:
        self.now(self.clock.sleep(665.0))

    @precondition(lambda self: self.lock is None)
    @rule()
    def half_past_three_comes(self) -> None:
        self.now(self.clock.sleep_until(next_expiry(self.clock.now())))

    @rule(days=st.sampled_from([-1, 1]))
    def somebody_changes_the_clock(self, days: int) -> None:
        self.clock.set_wall_clock(timedelta(days=days))
        self.days_behind = max(0, self.days_behind - days)

    @precondition(lambda self: self.lock is None)
    @rule()
    def another_program_locks_the_database(self) -> None:
        self.lock = sqlite3.connect(self.folder / DATABASE_NAME, isolation_level=None, timeout=5)
        self.lock.execute("BEGIN EXCLUSIVE")

    @precondition(lambda self: self.lock is not None)
    @rule()
    def it_lets_go(self) -> None:
        if self.lock is not None:
            self.lock.close()
            self.lock = None

    @rule()
    def crash(self) -> None:
        """Killed, and started again once the database can be opened."""

        async def kill() -> None:
            self.world.kill()
            await self.world.buried()
            await self.life.aclose()

        self.now(kill())
        self.it_lets_go()
        self.now(self.start())

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def nothing_forbidden_happened(self) -> None:
        """Never two browsers, never a sign-in during a cooldown, never a code twice; only legal moves."""
        assert self.ground.demands.broken == []
        assert self.world.board.illegal == []

    @invariant()
    def every_held_token_is_kept(self) -> None:
        self.forget_what_expired()
        places = self.places()
        for slot, instants in places.items():
            assert set(instants) <= set(self.broker.instants[slot])
        for slot, token in self.held.items():
            known = self.broker.instants[slot]
            newest = max((known.index(each) for each in places[slot]), default=-1)
            assert newest >= known.index(token.generated_at), f"{slot}: the held token is gone"

    @invariant()
    def ready_means_durable(self) -> None:
        if self.world.status.ready(self.world.now):
            assert self.places()["PRIMARY"]

    def forget_what_expired(self) -> None:
        """What once was over may have been let go, even if the clock was set back since."""
        limit = self.clock.now() + MARGIN
        self.held = {slot: token for slot, token in self.held.items() if token.expires_at > limit}

    def places(self) -> dict[str, list[datetime]]:
        """When the tokens were issued that lie in database and journal, by slot."""
        found: dict[str, list[datetime]] = {name: [] for name in NAMES}
        for slot, issued_at in self.rows("SELECT slot, issued_at FROM tokens"):
            assert not found[slot], f"{slot} is in the database twice"
            found[slot].append(datetime.fromisoformat(issued_at))
        held = [each.token for each in self.now(self.world.ports.journal.held())]
        assert len(set(held)) == len(held)
        for token in held:
            found[token.slot].append(token.issued_at)
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """As whoever holds the database sees it, or else anybody."""
        if self.lock is not None:
            return self.lock.execute(query).fetchall()
        with closing(sqlite3.connect(self.folder / DATABASE_NAME)) as connection:
            return connection.execute(query).fetchall()

    # --- the end ----------------------------------------------------------------------------------

    def teardown(self) -> None:
        """From wherever it stands, the operator gets to a dashboard with nothing left in the journal."""
        try:
            self.it_lets_go()
            self.ground.browsers.courses.clear()
            self.loop.run_until_complete(self.to_the_dashboard())
        finally:
            self.loop.run_until_complete(self.stack.aclose())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()

    async def to_the_dashboard(self) -> None:
        world = self.world
        # Set back, it would make one-time passwords that were used already; the product says so and stops.
        self.clock.set_wall_clock(timedelta(days=self.days_behind))
        await self.clock.sleep(A_NIGHT)
        assert not world.status.running, "A run did not end."
        assert world.status.database.state is DatabaseState.OK
        for who in PEOPLE:
            await world.engine.rearm(who)
        result = await world.refresh()
        assert result.exit_code is ExitCode.OK, [str(slot.failure) for slot in result.slots]
        assert world.status.ready(world.now)
        assert await world.ports.journal.held() == ()
        await self.life.aclose()


TestAnyOrder = pytest.mark.timeout(300)(AnyOrder.TestCase)
TestAnyOrder.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
