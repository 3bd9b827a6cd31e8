"""The bearer token of a server: a new one at each start, or the one of a file that the operator named."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import VegaError
from vega_terminal.domain.secret import Secret
from vega_terminal.loopback.token_file import TokenFileError, new_token, read_token, write_token
from vega_terminal.private_files import make_folder

TOKEN_FILE: Final = "api.token"
"""In the data folder, as long as it is served."""
_LOCK: Final = "api.lock"


class AlreadyServed(VegaError):
    """Another process serves this data folder and holds its token file."""


@asynccontextmanager
async def bearer_token(data_folder: Path, token_file: Path | None) -> AsyncIterator[tuple[Secret, Path]]:
    """The token and where it lies, for as long as it opens anything.

    Args:
        data_folder: `VEGA_DATA_DIR`; a new token lies there as `api.token` and goes at the end.
        token_file: a file of the operator's, kept as it is and made when there is none; None for a new token.

    Raises:
        TokenFileError: the file cannot be used.
        AlreadyServed: another server has its token there.
    """
    if token_file is not None:
        yield await asyncio.to_thread(_lasting, token_file), token_file
        return
    path = data_folder / TOKEN_FILE
    with _alone(data_folder / _LOCK):
        token = new_token()
        await asyncio.to_thread(write_token, path, token)
        try:
            yield token, path
        finally:
            with suppress(OSError):
                path.unlink()


def _lasting(path: Path) -> Secret:
    token = read_token(path)
    if token is None:
        token = new_token()
        write_token(path, token)
    return token


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the lock of the token file; the system frees it however this process ends."""
    try:
        make_folder(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise TokenFileError(
            f"The data folder {path.parent} cannot be used ({error.strerror}). Give your user the right to"
            " write there, or set VEGA_DATA_DIR to another folder."
        ) from error
    try:
        _lock(descriptor, path.parent)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyServed(
            f"Another VEGA process serves {folder} already, and its token lies there. Use that one, or"
            " give this one a token of its own with --token-file."
        ) from None
