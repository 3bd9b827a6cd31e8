"""The token goes to one's own server and to nobody else who listens at its port."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.ui.scripted_engine import ScriptedEngine
from vega_terminal.cli.prompts import NobodyThere
from vega_terminal.loopback.token_file import new_token, write_token
from vega_terminal.remote import doorman, listeners
from vega_terminal.remote.errors import NotAttachable, NotReached, ServerLost
from vega_terminal.remote.listeners import listeners_at
from vega_terminal.ui.attached import attached_terminal

from .served import served, until
from .strangers import STRANGER, program, retold, stranger

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells who listens.")

NOBODY = NobodyThere()
NOTHING = "b''"
HEADING = "sl local_address rem_address st tx_queue rx_queue tr tm->when retrnsmt uid timeout inode"


@pytest.fixture(autouse=True)
def token_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("VEGA_DATA_DIR", str(tmp_path))
    write_token(tmp_path / "api.token", new_token())
    return tmp_path / "api.token"


# --- on the wire ----------------------------------------------------------------------------------------


def test_another_users_program_is_sent_nothing(tmp_path: Path) -> None:
    with stranger(tmp_path) as other:
        refused = rf"Another user's program \(uid {STRANGER}\) listens at {other.url}. Nothing was sent."
        with pytest.raises(NotAttachable, match=refused):
            attached_terminal(other.url, None, None)
        assert other.first_bytes() == NOTHING


def test_nor_by_a_name_that_stands_for_several_addresses(tmp_path: Path) -> None:
    with stranger(tmp_path) as other:
        with pytest.raises(NotAttachable, match="Another user's program"):
            attached_terminal(f"http://localhost:{other.port}", None, None)
        assert other.first_bytes() == NOTHING


async def test_whoever_takes_the_port_of_a_server_that_is_gone_is_sent_nothing(tmp_path: Path) -> None:
    async with served(tmp_path, ScriptedEngine()) as desk, desk.terminal(NOBODY) as there:
        url, told = desk.url, list[str]()
        there.board.watch(lambda event, _status: told.append(str(event)))
        await desk.stop()
        await until(lambda: there.connection.lost_since is not None, "the connection is lost")
        with stranger(tmp_path, int(url.rpartition(":")[2])) as other:
            await until(lambda: "Another user's program" in there.connection.why, "it is refused")
            assert [await asyncio.to_thread(other.first_bytes) for _ in range(3)] == [NOTHING] * 3
            assert len([text for text in told if "Another user's program" in text]) == 1
            with pytest.raises(ServerLost) as refused:
                await there.verify()
        assert str(refused.value).count("Nothing was sent.") == 1
        await desk.start(ScriptedEngine())
        await until(lambda: there.connection.lost_since is None, "its own server is taken again")


def test_whoever_is_not_seen_to_listen_is_sent_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with program(os.geteuid()) as own:
        monkeypatch.setattr(listeners, "TABLE", retold(tmp_path, own.port, None))
        with pytest.raises(NotReached, match=r"is seen to listen at .* Nothing was sent"):
            attached_terminal(own.url, None, None)
        assert own.first_bytes() == NOTHING


def test_nothing_is_sent_over_a_connection_that_nobody_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorman, "_CONNECTED", "another name")
    with program(os.geteuid()) as own:
        with pytest.raises(NotAttachable, match=r"cannot be told. Nothing was sent"):
            attached_terminal(own.url, None, None)
        assert own.first_bytes() == NOTHING


async def test_where_the_system_does_not_tell_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "TABLE", tmp_path / "missing")
    async with served(tmp_path, ScriptedEngine()) as desk, desk.terminal(NOBODY) as there:
        assert there.connection.lost_since is None


# --- the tables -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bound", "asked"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::1", "::1"),
        ("::", "::1"),
        ("::", "127.0.0.1"),
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "::ffff:127.0.0.1"),
    ],
)
def test_the_kernel_tells_who_listens(bound: str, asked: str) -> None:
    family = socket.AF_INET6 if ":" in bound else socket.AF_INET
    with socket.socket(family) as listening:
        try:
            listening.bind((bound, 0))
        except OSError:
            pytest.skip("There is no IPv6 here.")
        port = listening.getsockname()[1]
        assert listeners_at(ip_address(asked), port) == ()
        listening.listen()
        found = listeners_at(ip_address(asked), port)
        assert found is not None
        assert [(each.port, each.uid) for each in found] == [(port, os.geteuid())]
        assert listeners_at(ip_address("127.0.0.2"), port) == (found if bound in ("::", "0.0.0.0") else ())


def row(address: str, uid: int, state: str = "0A") -> str:
    return f"0: {address} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 {uid} 0 37 1 0"


HERE, ALL, ALL_6, OTHER_PORT = "0100007F:21C2", "00000000:21C2", f"{'0' * 32}:21C2", "0100007F:21C3"


@pytest.mark.skipif(sys.byteorder != "little", reason="The rows are those of a little-endian machine.")
@pytest.mark.parametrize(
    ("rows", "rows_6", "uids"),
    [
        ([row(HERE, 1000)], [], [1000]),
        ([row(ALL, 1001)], [], [1001]),
        ([], [row(ALL_6, 1002)], [1002]),
        ([row(HERE, 1000)], [row(ALL_6, 1002)], [1000]),
        ([row(ALL, 1001)], [row(ALL_6, 1002)], [1001, 1002]),
        ([row(OTHER_PORT, 1000), row(HERE, 1000, "01")], [], []),
        (["what is this?"], [], None),
        ([row(HERE, 1000)], None, [1000]),
    ],
)
def test_the_tables_are_read(
    rows: list[str],
    rows_6: list[str] | None,
    uids: list[int] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tables = {"TABLE": tmp_path / "tcp", "TABLE_6": tmp_path / "tcp6"}
    for (name, path), lines in zip(tables.items(), (rows, rows_6), strict=True):
        monkeypatch.setattr(listeners, name, path)
        if lines is not None:
            path.write_text("\n".join([HEADING, *lines]) + "\n")
    found = listeners_at(ip_address("127.0.0.1"), 0x21C2)
    assert (None if found is None else [each.uid for each in found]) == uids
