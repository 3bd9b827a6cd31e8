"""Being served: a place on loopback, a token in a private file, one server a folder."""

from __future__ import annotations

import asyncio
import signal
import socket
import stat
from pathlib import Path

import httpx
import pytest

from vega_terminal.api.serving import ServeOrder, serving
from vega_terminal.api.token import TOKEN_FILE, AlreadyServed
from vega_terminal.clock import SystemClock
from vega_terminal.engine.execution_book import ExecutionBook
from vega_terminal.loopback.place import PlaceError, listen
from vega_terminal.loopback.token_file import TokenFileError

from .scripted import MemoryHistory, Processes, ScriptedEngine, served


async def test_the_token_is_private_new_at_each_start_and_gone_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    tokens = []
    for _ in range(2):
        async with served(folder) as desk:
            assert desk.at.token_file == folder / TOKEN_FILE
            assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
            tokens.append(desk.token)
        assert not (folder / TOKEN_FILE).exists()
    assert len(set(tokens)) == 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_token_of_ones_own_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "mine"
    tokens = []
    for _ in range(2):
        async with served(tmp_path / "data", token_file=path) as desk:
            tokens.append(desk.token)
    assert tokens == [path.read_text().strip()] * 2
    path.chmod(0o644)
    with pytest.raises(TokenFileError, match="Other users can read"):
        async with served(tmp_path / "data", token_file=path):
            pytest.fail("served")


async def test_a_folder_is_served_by_one_process_unless_the_second_brings_a_token(tmp_path: Path) -> None:
    async with served(tmp_path) as first:
        with pytest.raises(AlreadyServed, match="--token-file"):
            async with served(tmp_path):
                pytest.fail("served")
        async with served(tmp_path, token_file=tmp_path / "mine"):
            pass
        assert first.at.token_file.read_text().strip() == first.token


async def test_an_error_of_whoever_serves_is_not_taken_for_another_server(tmp_path: Path) -> None:
    with pytest.raises(BlockingIOError):
        async with served(tmp_path):
            raise BlockingIOError  # as a full pipe does


@pytest.mark.parametrize(
    ("host", "error", "words"),
    [
        (
            "127.0.0.1",
            PlaceError,
            "Address already in use. Choose another one with --port, or with VEGA_API_PORT.",
        ),
        ("0.0.0.0", PlaceError, "0.0.0.0 is not loopback.* Set VEGA_API_HOST"),
        ("example.com", PlaceError, "ssh -L"),
    ],
)
async def test_where_nothing_can_be_served(
    tmp_path: Path, host: str, error: type[Exception], words: str
) -> None:
    engine = ScriptedEngine()
    book = ExecutionBook(engine.board, engine.roster, MemoryHistory(), Processes(), SystemClock())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        order = ServeOrder(host=host, port=taken.getsockname()[1], data_folder=tmp_path)
        with pytest.raises(error, match=words):
            async with serving(order, engine, book):
                pytest.fail("served")
    assert not (tmp_path / TOKEN_FILE).exists()


async def test_signals_stay_with_whoever_runs_the_loop(tmp_path: Path) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    async with served(tmp_path):
        assert {number: signal.getsignal(number) for number in before} == before


async def test_an_idle_connection_does_not_hold_up_the_end(tmp_path: Path) -> None:
    async with asyncio.timeout(5), httpx.AsyncClient(trust_env=False) as client:
        async with served(tmp_path) as desk:
            answer = await client.get(f"{desk.at.url}/healthz")
            assert answer.status_code == 200
        with pytest.raises(httpx.ConnectError):
            await client.get(f"{desk.at.url}/healthz")


def test_answers_are_not_held_back_for_each_other() -> None:
    """Nagle's delay costs 40 ms an answer; asyncio switches it off where the protocol is named."""
    place, listening = listen("localhost", 0, "")
    with listening, socket.create_connection(("127.0.0.1", place.port)):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP
    assert place.authorities == {f"127.0.0.1:{place.port}", f"localhost:{place.port}"}
