"""What is not ours to read is refused with the reason and the cure, and left as it is."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from filelock import UnixFileLock

from vega_terminal.domain.errors import StorageError, VaultError
from vega_terminal.store.journal.frames import FrameKind
from vega_terminal.store.journal.records import Header, hold_frame
from vega_terminal.store.journal.sealing import RecordSeal
from vega_terminal.store.journal.token_journal import JOURNAL_NAME, TokenJournal

from .promises import StandingClock, token, vault_key

OTHER_KEY = RecordSeal(vault_key(bytes(32)))
FOREIGN = hold_frame(OTHER_KEY, 1, token())


def journal(folder: Path, patience: float = 5.0) -> TokenJournal:
    return TokenJournal(folder, vault_key(), StandingClock(), notify=pytest.fail, patience=patience)


def of_format(number: int, frame: bytes) -> bytes:
    """The frame as another version would have written it."""
    content = frame[:4] + bytes([number]) + frame[5:-16]
    return content + hashlib.blake2s(content, digest_size=16).digest()


async def hold(journal: TokenJournal) -> object:
    return await journal.hold(token())


async def held(journal: TokenJournal) -> object:
    return await journal.held()


async def strike(journal: TokenJournal) -> None:
    await journal.strike([1])


async def note(journal: TokenJournal) -> object:
    return await journal.note("audit", "text")


async def notes(journal: TokenJournal) -> object:
    return await journal.notes()


async def attempt(request: Request, folder: Path) -> None:
    await request(journal(folder))


Request = Callable[[TokenJournal], Awaitable[object]]
each_request = pytest.mark.parametrize("request_", [hold, held, strike, note, notes])


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file but the lock, which says nothing."""
    files = (path for path in folder.iterdir() if not path.name.endswith(".lock"))
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


@each_request
@pytest.mark.parametrize(
    ("content", "reason", "error"),
    [
        pytest.param(
            Header.fresh(OTHER_KEY.key_id).frame() + FOREIGN,
            rf"sealed with {OTHER_KEY.key_id}, but the vault's key here is e869bb.*Put its key back",
            VaultError,
            id="another key",
        ),
        pytest.param(
            b"damaged header" + FOREIGN,
            r"sealed with another key, but the vault's key here is e869bb24ea1f8fb6",
            VaultError,
            id="another key, and a damaged header",
        ),
        pytest.param(
            of_format(2, Header.fresh(OTHER_KEY.key_id).frame()) + of_format(2, FOREIGN),
            r"journal format 2, this one knows 1.*Start that version",
            StorageError,
            id="another version",
        ),
        pytest.param(
            b"SQLite format 3\0" * 100,
            r"is not a journal of VEGA Terminal.*Move it away",
            StorageError,
            id="something else",
        ),
        pytest.param(
            bytes(17 * 1024 * 1024),
            r"larger than any journal.*Move what is there away",
            StorageError,
            id="huge",
        ),
    ],
)
async def test_a_file_that_is_not_ours(
    tmp_path: Path, request_: Request, content: bytes, reason: str, error: type[StorageError]
) -> None:
    (tmp_path / JOURNAL_NAME).write_bytes(content)
    (tmp_path / JOURNAL_NAME).chmod(0o600)
    before = snapshot(tmp_path)
    with pytest.raises(error, match=reason) as raised:
        await request_(journal(tmp_path))
    assert type(raised.value) is error
    assert JOURNAL_NAME in str(raised.value)
    assert snapshot(tmp_path) == before


def symbolic_link(path: Path) -> None:
    (path.parent / "elsewhere").write_bytes(b"precious")
    path.symlink_to(path.parent / "elsewhere")


def dangling_link(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def listening_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


@each_request
@pytest.mark.parametrize("make", [symbolic_link, dangling_link, folder, pipe, listening_socket])
def test_a_name_that_is_taken_by_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_: Request, make: Callable[[Path], None]
) -> None:
    monkeypatch.chdir(tmp_path)
    make(Path(JOURNAL_NAME))
    with pytest.raises(StorageError, match=r"What it held before, it still holds\. \w"):
        asyncio.run(attempt(request_, tmp_path))
    led_to = [path.read_bytes() for path in tmp_path.iterdir() if "where" in path.name]
    assert led_to == ([b"precious"] if make is symbolic_link else [])


@each_request
async def test_a_folder_that_is_none(tmp_path: Path, request_: Request) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match=r"Not a directory.*set VEGA_DATA_DIR to another folder"):
        await request_(journal(tmp_path / "file" / "data"))


async def test_a_journal_that_somebody_keeps_locked(tmp_path: Path) -> None:
    await journal(tmp_path).hold(token())
    too_long = pytest.raises(StorageError, match=r"locked for more than 0\.05 s.*end it, then try again")
    with UnixFileLock(tmp_path / f"{JOURNAL_NAME}.lock"), too_long:
        await journal(tmp_path, patience=0.05).held()
    assert len(await journal(tmp_path).held()) == 1


def test_the_seal_of_this_file_is_what_it_is_taken_for() -> None:
    assert FOREIGN[5] == FrameKind.HOLD
