"""Ten processes want to log in at once, and some are killed or stopped: never are two at the login page."""

from __future__ import annotations

import asyncio
import random
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.bench import slot_of
from tests.e2e.command_line import CommandLine
from vega_terminal.clock import SystemClock
from vega_terminal.simulator import SimulatedBroker
from vega_terminal.simulator.population import Identity, SimulatedApp
from vega_terminal.simulator.tokens import TokenKind
from vega_terminal.store.opening import open_store
from vega_terminal.store.vault.key import KeySource
from vega_terminal.store.vault.key_file import KeyFile
from vega_terminal.store.vault.locator import KeyLocator

from .crowd import COMMAND, crowd, schedule

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]

APPS = ("PRIMARY", "WEBSOCKET1", "OPTIONCHAIN1")
SIZE = 10


@pytest.fixture
def broker() -> Iterator[SimulatedBroker]:
    """Each app belongs to a customer of its own: a login that was killed holds up one app only."""
    with SimulatedBroker(apps=APPS, identities=len(APPS)) as broker:
        yield broker


@pytest.fixture
def issued(broker: SimulatedBroker, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The access token that each app was given last."""
    mint, last = broker._brokerage.tokens, dict[str, str]()
    issue = mint.issue

    def noting(app: SimulatedApp, owner: Identity, kind: TokenKind = TokenKind.ACCESS) -> str:
        token = issue(app, owner, kind)
        if kind is TokenKind.ACCESS:
            last[app.name] = token
        return token

    monkeypatch.setattr(mint, "issue", noting)
    return last


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Everybody's folder for temporary files, with a short name."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        yield Path(folder)


@pytest.fixture
def desk(broker: SimulatedBroker, tmp_path: Path, temporary: Path) -> CommandLine:
    return CommandLine(broker, tmp_path, {"UPSTOX_COOLDOWN_SEC": "3", "TMPDIR": str(temporary)})


@pytest.mark.parametrize("seed", [20261122])
def test_ten_at_once_of_which_some_are_killed_or_stopped(
    desk: CommandLine, issued: dict[str, str], temporary: Path, seed: int
) -> None:
    chance = random.Random(seed)
    hits = schedule(chance)
    with crowd(desk, SIZE, chance) as everybody:
        left = everybody.play(hits)
        codes = [member.wait(10) for member in everybody.members]
    assert desk.broker.counts.browsers_at_once == 0
    assert left == [], everybody.said

    struck = sum((hit.number is signal.SIGKILL) + hit.takes_along for hit in hits)
    assert codes.count(-signal.SIGKILL) == struck
    assert {code for code in codes if code != -signal.SIGKILL} <= {0, 1}, everybody.said
    last = desk.run(*COMMAND)

    assert (last.code, set(last.verdicts().values())) == (0, {"VALID"}), last.stderr
    assert list(temporary.iterdir()) == []
    counts = desk.broker.counts
    assert counts.browsers_at_once == 0
    assert [tally.logins for tally in counts.by_mobile.values()] == [1] * len(APPS), (
        "nobody signed in twice: no login was killed between its first click and its token"
    )
    assert _stored(desk) == issued


def _stored(desk: CommandLine) -> dict[str, str]:
    """The tokens in the database."""
    slots = [slot_of(desk.broker, name) for name in APPS]
    keys = KeyLocator([KeyFile(desk.home / "vault.key", KeySource.KEY_FILE)])

    async def load() -> dict[str, str]:
        async with open_store(desk.data, keys, SystemClock(), busy_attempts=3) as store:
            stored = await store.tokens.load(slots)
            return {name: each.token.value.reveal() for name, each in stored.items()}

    return asyncio.run(load())
