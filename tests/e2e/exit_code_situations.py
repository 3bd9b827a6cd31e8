"""The situations in which `vega-auth refresh` may find itself, and what makes them."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from filelock import UnixFileLock

from tests.engine.engine_world import Ground, Rules, World
from tests.engine.rosters import ANN, SMS, THREE, roster, shared_roster
from tests.engine.scripted_broker import DOWN, REFUSES, Answer
from tests.engine.scripted_login import PARKS_FOR_GOOD, Course
from vega_terminal.domain import events as ev
from vega_terminal.domain.decision import DecisionMode, DecisionPolicy, DefaultAction
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.slots import Roster
from vega_terminal.domain.status import AuthStatus
from vega_terminal.engine.sign_in_guard import MOST_FAILURES
from vega_terminal.store.opening import DATABASE_NAME

ASK: Final = Rules(policy=DecisionPolicy(DecisionMode.ASK, DefaultAction.ALL))
NEVER: Final = Rules(policy=DecisionPolicy(DecisionMode.NEVER, DefaultAction.ALL))
NOTHING: Final = Rules(policy=DecisionPolicy(DecisionMode.AUTO, DefaultAction.NONE))
IMPATIENT: Final = Rules(busy_attempts=1, database_patience=1.0)


@dataclass(frozen=True)
class Situation:
    """One row of the table.

    Attributes:
        name: what is the case.
        code: what the command ends with.
        result: stands on stdout.
        said: stands on stderr.
        arguments: of the command.
        holding: slots that have a token of this morning.
        arrange: changes the world before the command starts.
        meanwhile: happens while it runs.
        browsers: how many are opened.
    """

    name: str
    code: ExitCode
    result: str
    said: str = ""
    arguments: tuple[str, ...] = ()
    roster: Roster = field(default_factory=lambda: roster(THREE))
    rules: Rules = field(default_factory=Rules)
    holding: tuple[str, ...] = ()
    arrange: Callable[[Ground, World], Awaitable[None] | None] = lambda _ground, _world: None
    meanwhile: Callable[[Ground, World], Iterator[None]] | None = None
    browsers: int = 0


def walks(**courses: Course) -> Callable[[Ground, World], None]:
    """How the walks of some slots go."""

    def arrange(ground: Ground, _world: World) -> None:
        for slot, course in courses.items():
            ground.browsers.will(slot, course)

    return arrange


def fails(kind: FailureKind) -> Course:
    return Course(fails=kind)


def answers(**profiles: Answer) -> Callable[[Ground, World], None]:
    """How the broker answers for the stored tokens of some slots."""
    return lambda ground, _world: ground.broker.profiles.update(profiles)


def no_browser(ground: Ground, _world: World) -> None:
    ground.browsers.refuses_to_start = True


def exchange_fails(ground: Ground, _world: World) -> None:
    ground.broker.exchanges["CHAIN"] = Answer(FailureKind.CREDENTIALS_REJECTED)


async def sign_ins_spent(ground: Ground, world: World) -> None:
    for minute in range(MOST_FAILURES):
        at = ground.clock.now() - timedelta(hours=1, minutes=minute)
        await world.ports.sign_ins.record_sign_in(ANN.key, at)


@contextmanager
def _lock(ground: Ground, kind: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(ground.folder / DATABASE_NAME, isolation_level=None)) as other:
        if kind:
            other.execute(f"BEGIN {kind}")
        yield other


def held_once_decided(ground: Ground, world: World) -> Iterator[None]:
    """Another program takes the database when the first token is there, and keeps it."""
    with _lock(ground, "") as other:

        def lock(event: ev.Event, _status: AuthStatus) -> None:
            if isinstance(event, ev.TokenIssued) and not other.in_transaction:
                other.execute("BEGIN IMMEDIATE")

        unwatch = world.board.watch(lock)
        yield
        unwatch()


def signing_in_elsewhere(ground: Ground, _world: World) -> Iterator[None]:
    """Another process of this machine has the login."""
    with UnixFileLock(ground.folder / "login.lock"):
        yield


def refused_until_anew(ground: Ground, world: World) -> Iterator[None]:
    """The broker refuses the stored token of CHAIN, and takes the next one."""

    def take(event: ev.Event, _status: AuthStatus) -> None:
        if isinstance(event, ev.TokenIssued):
            ground.broker.profiles.clear()

    ground.broker.profiles["CHAIN"] = REFUSES
    unwatch = world.board.watch(take)
    yield
    unwatch()


def ctrl_c(_ground: Ground, world: World) -> Iterator[None]:
    """Somebody presses Ctrl-C after the first token."""

    def press(event: ev.Event, _status: AuthStatus) -> None:
        if isinstance(event, ev.TokenStored) and event.slot == "PRIMARY":
            os.kill(os.getpid(), signal.SIGINT)

    unwatch = world.board.watch(press)
    yield
    unwatch()


TABLE: Final = (
    Situation("all are valid", ExitCode.OK, "All 3 access tokens are valid. Nothing had", holding=THREE),
    Situation("none is there", ExitCode.OK, "3 of 3 access tokens are valid, 3 of them new.", browsers=1),
    Situation(
        "one was refused by the broker", ExitCode.OK, "3 of 3 access tokens are valid, 1 of them new.",
        holding=THREE, meanwhile=refused_until_anew, browsers=1,
    ),
    Situation(
        "only these were asked for", ExitCode.OK, "1 of 1 access tokens are valid, 1 of them new.",
        arguments=("--only", "PRIMARY"), browsers=1,
    ),
    Situation(
        "one is asked for twice, and yes is said for it", ExitCode.OK, "1 of 1 access tokens are valid, 1 of",
        arguments=("--yes", "--only", "PRIMARY", "--only", "PRIMARY"), rules=ASK, browsers=1,
    ),
    Situation(
        "the database is held once all is decided", ExitCode.OK, "3 wait safely in the journal",
        "Database: LOCKED", rules=IMPATIENT, meanwhile=held_once_decided, browsers=1,
    ),
    Situation("nobody is there to say yes", ExitCode.PARTIAL, "0 of 3", "PRIMARY", rules=ASK),
    Situation("nothing is to be generated ever", ExitCode.PARTIAL, "0 of 3", "PRIMARY", rules=NEVER),
    Situation("nothing is to be generated unasked", ExitCode.PARTIAL, "0 of 3", "PRIMARY", rules=NOTHING),
    Situation("the broker is down", ExitCode.PARTIAL, "UNKNOWN", holding=THREE, arrange=answers(FEED=DOWN)),
    Situation(
        "one slot's app is wrong", ExitCode.PARTIAL, "2 of 3", "CHAIN", arrange=exchange_fails, browsers=1
    ),
    Situation(
        "nobody could give the OTP", ExitCode.PARTIAL, "0 of 3", "OTP", roster=roster(THREE, SMS), browsers=1,
    ),
    Situation(
        "the broker throttles the second sign-in", ExitCode.PARTIAL, "Cooldown: 1",
        roster=shared_roster(), arrange=walks(FEED=fails(FailureKind.SIGN_IN_STALLED)), browsers=1,
    ),
    Situation(
        "another process signs in for too long", ExitCode.PARTIAL, "0 of 3", "PRIMARY",
        rules=Rules(patience=5.0), meanwhile=signing_in_elsewhere,
    ),
    Situation("four sign-ins failed", ExitCode.PARTIAL, "0 of 3", "vega-auth rearm", arrange=sign_ins_spent),
    Situation(
        "the window was closed", ExitCode.PARTIAL, "0 of 3", "PRIMARY",
        arrange=walks(PRIMARY=Course(breaks=FailureKind.BROWSER_CLOSED)), browsers=1,
    ),
    Situation("Ctrl-C after one token", ExitCode.PARTIAL, "1 of 3", "Stopping", meanwhile=ctrl_c, browsers=1),
    Situation(
        "one PIN of two is wrong", ExitCode.PARTIAL, "2 of 4",
        roster=shared_roster(), arrange=walks(FEED=fails(FailureKind.PIN_REJECTED)), browsers=1,
    ),
    Situation(
        "one CAPTCHA is unsolved", ExitCode.CAPTCHA, "2 of 3", "FEED",
        arrange=walks(FEED=PARKS_FOR_GOOD), browsers=1,
    ),
    Situation(
        "every CAPTCHA is unsolved", ExitCode.CAPTCHA, "0 of 3", "CAPTCHA",
        arrange=walks(**dict.fromkeys(THREE, PARKS_FOR_GOOD)), browsers=1,
    ),
    Situation(
        "the PIN is wrong", ExitCode.FATAL, "0 of 3", "PRIMARY",
        arrange=walks(PRIMARY=fails(FailureKind.PIN_REJECTED)), browsers=1,
    ),
    Situation(
        "the OTP is wrong", ExitCode.FATAL, "0 of 3", "PRIMARY",
        arrange=walks(PRIMARY=fails(FailureKind.OTP_REJECTED)), browsers=1,
    ),
    Situation("there is no browser", ExitCode.FATAL, "0 of 3", "no browser", arrange=no_browser),
)  # fmt: skip
