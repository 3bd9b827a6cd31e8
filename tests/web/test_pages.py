"""A page and its terminal: what passes between them, what does not, and how either ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import WSCloseCode

from vega_terminal.ui.web.conversation import LONGEST_MESSAGE
from vega_terminal.ui.web.terminals import MOST

from .served import Browser, Served, browser, closed, drawn_until, served_site


def notes_in(folder: Path) -> list[str]:
    """How the terminals of a test ended, as they wrote it down themselves."""
    return [note.read_text() for note in folder.glob("[0-9]*")]


async def test_keys_size_and_focus_reach_the_terminal_and_its_drawing_the_page(visitor: Browser) -> None:
    socket = await visitor.connect()
    await drawn_until(socket, "size 100x30")
    title = await socket.receive_str()
    assert json.loads(title) == ["title", "A question"]
    await socket.send_json(["stdin", "₹"])
    await drawn_until(socket, "key ₹")
    await socket.send_json(["resize", {"width": 10**9, "height": -1}])
    await drawn_until(socket, 'told {"height": 1, "type": "resize", "width": 500}')
    await socket.send_json(["blur"])
    await drawn_until(socket, 'told {"type": "blur"}')
    await socket.send_json(["ping", "1"])
    assert await socket.receive_json() == ["pong", "1"]
    await socket.close()


async def test_closing_the_page_hangs_up_on_its_terminal_alone(
    tmp_path: Path, served: Served, visitor: Browser
) -> None:
    first, second = await visitor.connect(), await visitor.connect("?width=x")
    await drawn_until(first, "size")
    await drawn_until(second, "size 80x24")
    await first.close()
    await second.send_json(["stdin", "a"])
    await drawn_until(second, "key a")
    await second.close()
    await served.terminals.all_gone()
    assert notes_in(tmp_path) == ["hung up on"] * 2
    assert served.complaints == []


async def test_leaving_ends_the_page_and_says_so(visitor: Browser) -> None:
    socket = await visitor.connect()
    await socket.send_json(["stdin", "q"])
    assert await closed(socket) == (WSCloseCode.OK, "The terminal was left.")


async def test_what_broke_off_is_told_where_the_server_runs(served: Served, visitor: Browser) -> None:
    socket = await visitor.connect()
    await socket.send_json(["stdin", "b"])
    code, reason = await closed(socket)
    assert code == WSCloseCode.INTERNAL_ERROR
    assert reason == "The terminal broke off. The reason stands where the server runs."
    await served.terminals.all_gone()
    assert served.complaints == [(1, ("it broke \x1b[31mhere",))]


async def test_a_terminal_cannot_send_files_and_addresses_to_the_browser(visitor: Browser) -> None:
    socket = await visitor.connect()
    await drawn_until(socket, "size")
    await socket.receive_str()
    await socket.send_json(["stdin", "w"])
    assert await socket.receive_bytes() == b"reached"
    await socket.close()


async def test_no_secret_of_the_server_is_in_a_terminals_hands(served: Served, visitor: Browser) -> None:
    socket = await visitor.connect()
    await drawn_until(socket, "size")
    await socket.send_json(["stdin", "e"])
    told = await drawn_until(socket, "}}")
    assert "drawing_terminal" in told
    for token in served.links:
        assert token not in told
    await socket.close()


@pytest.mark.parametrize(
    "nonsense",
    [
        "no json",
        "[]",
        "{}",
        '"stdin"',
        '["stdin", 1]',
        '["deliver_chunk_request", {}]',
        '["resize", 1]',
        '["quit"]',
        '[["stdin"], "a"]',
        "[" * 60_000,
    ],
)
async def test_a_page_that_talks_nonsense_is_closed(visitor: Browser, nonsense: str) -> None:
    socket = await visitor.connect()
    await socket.send_str(nonsense)
    code, reason = await closed(socket)
    assert code == WSCloseCode.POLICY_VIOLATION
    assert "no terminal understands" in reason


async def test_a_message_that_is_too_long_is_closed_upon(visitor: Browser) -> None:
    socket = await visitor.connect()
    await socket.send_json(["stdin", "x" * LONGEST_MESSAGE])
    code, _ = await closed(socket)
    assert code == WSCloseCode.MESSAGE_TOO_BIG


async def test_a_page_that_does_not_read_is_given_up_and_does_not_hold_its_terminal_up(
    tmp_path: Path, served: Served, visitor: Browser
) -> None:
    socket = await visitor.connect()
    await socket.send_json(["stdin", "f"])
    await served.terminals.all_gone()
    assert notes_in(tmp_path) == ["hung up on"]
    code, reason = await closed(socket)
    assert (code, reason) == (WSCloseCode.POLICY_VIOLATION, "The page did not keep up with its terminal.")


async def test_so_many_terminals_and_no_more(served: Served, visitor: Browser) -> None:
    sockets = [await visitor.connect() for _ in range(MOST)]
    for socket in sockets:
        await drawn_until(socket, "size")
    refused = await visitor.connect()
    code, reason = await closed(refused)
    assert code == WSCloseCode.TRY_AGAIN_LATER
    assert "Close one of their pages" in reason
    for socket in sockets:
        await socket.close()
    await served.terminals.all_gone()
    again = await visitor.connect()
    await drawn_until(again, "size")
    await again.close()


async def test_the_end_of_the_server_is_the_end_of_every_terminal(tmp_path: Path) -> None:
    async with served_site(tmp_path) as served, browser(served) as visitor:
        sockets = [await visitor.connect() for _ in range(2)]
        for socket in sockets:
            await drawn_until(socket, "size")
        await served.runner.cleanup()
        for socket in sockets:
            assert await closed(socket) == (WSCloseCode.GOING_AWAY, "The server was stopped.")
    assert notes_in(tmp_path) == ["hung up on"] * 2


async def test_a_program_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    async with served_site(tmp_path, ("/no/such/program",)) as served, browser(served) as visitor:
        socket = await visitor.connect()
        code, reason = await closed(socket)
    assert code == WSCloseCode.TRY_AGAIN_LATER
    assert reason == "No terminal could be started: No such file or directory."
