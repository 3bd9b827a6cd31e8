"""A server that does not answer: nobody waits for ever, and nothing is shown or offered that is not so."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.app import App

from tests.ui import scenes
from tests.ui.scripted_engine import IDENTITY, History, ScriptedEngine
from tests.ui.waiting import app_of, screen_text
from vega_terminal.cli.prompts import NobodyThere
from vega_terminal.domain.errors import GateShut
from vega_terminal.domain.market import Dashboard
from vega_terminal.domain.token import Verdict
from vega_terminal.loopback.token_file import new_token, write_token
from vega_terminal.remote import link as links
from vega_terminal.remote.connection import Connection
from vega_terminal.remote.engine import RemoteEngine
from vega_terminal.remote.errors import ServerLost
from vega_terminal.remote.intents import hand_over
from vega_terminal.remote.stream import FrameStream
from vega_terminal.ui import attached
from vega_terminal.ui.widgets.progress_line import ProgressLine
from vega_terminal.ui.widgets.token_grid import TokenGrid
from vega_terminal.wire.about import About

from .screens import shows, terminal
from .served import ServedDesk, served, until

NOBODY = NobodyThere()


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VEGA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("vega_terminal.ui.attached.log_to", lambda _folder, _level: None)
    monkeypatch.setattr(App, "NOTIFICATION_TIMEOUT", 600)


# --- at the start ---------------------------------------------------------------------------------------


def test_a_server_that_hangs_is_waited_for_a_while_and_the_operator_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(attached, "WAITED_SECONDS", 0.01)
    monkeypatch.setattr(links, "ABOUT_SECONDS", 1.0)
    write_token(tmp_path / "api.token", new_token())
    with socket.create_server(("127.0.0.1", 0)) as hung:  # takes connections, and nobody reads them
        url = f"http://127.0.0.1:{hung.getsockname()[1]}"
        with pytest.raises(ServerLost, match=f"{url} did not answer within 1 s"):
            attached.attached_terminal(url, None, None)
    assert capsys.readouterr().err == f"Waiting for the server at {url}, for 10 s at most ...\n"


async def test_nothing_is_said_of_a_server_that_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with served(tmp_path, ScriptedEngine()) as desk:
        await asyncio.to_thread(attached.attached_terminal, desk.url, None, None)
    assert capsys.readouterr().err == ""


# --- intents under way ----------------------------------------------------------------------------------


class Stuck(ScriptedEngine):
    """Does what it is asked, and never comes to its end."""

    def __init__(self) -> None:
        super().__init__()
        scenes.spent(self)
        self.asked: list[str] = []
        self.go_on = asyncio.Event()

    async def verify(self) -> None:
        await self._hang("verify")

    async def cancel(self) -> None:
        await self._hang("cancel")

    async def rearm(self, identity: str, by: str = "terminal") -> None:
        await self._hang(f"rearm {identity}")

    async def look(self) -> Dashboard:
        await self._hang("look")
        return self.dashboard

    async def _hang(self, what: str) -> None:
        self.asked.append(what)
        await self.go_on.wait()


INTENTS: dict[str, Callable[[RemoteEngine], Awaitable[object]]] = {
    "verify": lambda there: there.verify(),
    "cancel": lambda there: there.cancel(),
    f"rearm {IDENTITY.key}": lambda there: there.rearm(IDENTITY.key),
}


@pytest.mark.parametrize("intent", INTENTS)
async def test_an_intent_ends_with_the_connection(intent: str, tmp_path: Path) -> None:
    engine = Stuck()
    async with served(tmp_path, engine) as desk, desk.terminal(NOBODY) as there:
        asking = asyncio.ensure_future(INTENTS[intent](there))
        await until(lambda: engine.asked == [intent], "it has arrived")
        end_stream(desk)
        with pytest.raises(
            ServerLost, match=r"ended the connection\. Whether the server has done it is not known"
        ):
            await asyncio.wait_for(asking, 20)
        engine.go_on.set()
    assert engine.asked == [intent]


async def test_a_look_at_the_market_ends_with_the_connection(tmp_path: Path) -> None:
    engine = Stuck()
    async with served(tmp_path, engine) as desk, desk.terminal(NOBODY) as there:
        looking = asyncio.ensure_future(there.look())
        await until(lambda: engine.asked == ["look"], "it has arrived")
        end_stream(desk)
        with pytest.raises(GateShut, match="ended the connection"):
            await asyncio.wait_for(looking, 20)
        engine.go_on.set()


async def test_an_intent_that_did_not_reach_the_server_says_so(tmp_path: Path) -> None:
    async with served(tmp_path, ScriptedEngine()) as desk, desk.link() as link:
        about = await link.get(About, "/about")
        connection = Connection(FrameStream(link), about, Unheard(), ScriptedEngine().clock)
        connection.lost_since = None  # the loss is not noticed yet
        connection._down.clear()
        await desk.stop()
        with pytest.raises(ServerLost, match=r"No server can be reached .* Nothing was sent\."):
            await hand_over(link, connection, "/verify")


class Unheard:
    """Hears of nothing."""

    def took(self, frame: object) -> None:
        pass

    def lost(self, why: str) -> None:
        pass


def end_stream(desk: ServedDesk) -> None:
    """Every terminal loses its stream; what it has asked for stays under way."""
    assert desk.feed is not None
    desk.feed.end()


# --- what is shown --------------------------------------------------------------------------------------


@pytest.mark.parametrize("history", [scenes.ready, scenes.partial_cooldown, scenes.generating, scenes.empty])
async def test_of_no_token_anything_is_known(history: History, tmp_path: Path) -> None:
    engine = ScriptedEngine()
    history(engine)
    async with served(tmp_path, engine) as desk, desk.terminal(NOBODY) as there:
        await desk.stop()
        await until(lambda: there.connection.lost_since is not None, "the connection is lost")
        slots = there.board.status.slots
        assert {(slot.verdict, slot.failure, slot.step) for slot in slots} == {(Verdict.UNKNOWN, None, None)}


@pytest.mark.parametrize("history", [scenes.ready, scenes.partial_cooldown, scenes.empty])
async def test_the_rows_offer_nothing_that_cannot_work(history: History, tmp_path: Path) -> None:
    engine = ScriptedEngine()
    history(engine)
    async with served(tmp_path, engine) as desk, terminal(desk, size=(130, 40)) as pilot:
        await desk.stop()
        await shows(pilot, "✕ SERVER LOST", "NOT KNOWN", "? / 6 Access Tokens Generated")
        grid, progress = (
            str(pilot.app.screen.query_one(each).render()) for each in (TokenGrid, ProgressLine)
        )
        _heading, *rows = grid.splitlines()
        assert [row.split()[1:3] for row in rows] == [["?", "UNKNOWN"]] * 6
        assert all(row.rstrip().endswith("awaits server") for row in rows)
        assert "█" not in progress
        assert "access token yet" not in screen_text(app_of(pilot)), "nobody knows"


async def test_neither_does_the_account_screen(tmp_path: Path) -> None:
    engine = ScriptedEngine()
    scenes.ready(engine)
    async with served(tmp_path, engine) as desk, terminal(desk, size=(130, 40)) as pilot:
        await pilot.press("2")
        await shows(pilot, "● VALID", "EXPIRES IST")
        await desk.stop()
        await shows(pilot, "✕ SERVER LOST", "? UNKNOWN", "waits for the server")
        _above, rows = screen_text(app_of(pilot)).split("EXPIRES IST")
        assert "verify" not in rows
