"""The token that opens the page, in a file that only its owner can read."""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from vega_terminal.domain.errors import VegaError
from vega_terminal.domain.secret import Secret
from vega_terminal.private_files import make_folder, replace_file

_OTHERS: Final = 0o077
_READ_LIMIT: Final = 4096
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32,512}")


class TokenFileError(VegaError):
    """The file cannot be used; its sentence says why and what to do."""


def new_token() -> Secret:
    """A token of 256 random bits that can stand in an address."""
    return Secret(secrets.token_urlsafe(32))


def read_token(path: Path) -> Secret | None:
    """The token in a file; None when there is no such file.

    Raises:
        TokenFileError: others can read it, or it holds no token.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unusable(path, "read", error) from error
    try:
        _require_private(path, os.fstat(descriptor))
        text = Secret(os.read(descriptor, _READ_LIMIT).decode("ascii", errors="replace").strip())
    finally:
        os.close(descriptor)
    if not _TOKEN.fullmatch(text.reveal()):
        raise TokenFileError(
            f"The token file {path} holds no token: one line of 32 or more letters, digits, - and _."
            " Remove the file, and the next start makes a good one."
        )
    return text


def write_token(path: Path, token: Secret) -> None:
    """Put the token into a 0600 file, whole or not at all; the folder is made 0700.

    Raises:
        TokenFileError: it cannot be written.
    """
    try:
        make_folder(path.parent)
        replace_file(path, f"{token.reveal()}\n")
    except OSError as error:
        raise _unusable(path, "written", error) from error


def _require_private(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise TokenFileError(f"The token file {path} is not a regular file. Name one with --token-file.")
    if status.st_uid not in {0, os.geteuid()}:
        raise TokenFileError(f"The token file {path} belongs to another user, who knows the token.")
    if status.st_mode & _OTHERS:
        raise TokenFileError(
            f"Other users can read or change the token file {path}"
            f" (rights {stat.S_IMODE(status.st_mode):04o})."
            f" Remove it, and the next start makes a new one; or, if nobody has seen it: chmod 600 '{path}'"
        )


def _unusable(path: Path, what: str, error: OSError) -> TokenFileError:
    return TokenFileError(
        f"The token file {path} cannot be {what} ({error.strerror})."
        " Give your user the right to it, or name another file with --token-file."
    )
