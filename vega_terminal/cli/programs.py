"""Other programs: found as a shell finds them, and run in our place or beside us."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

from vega_terminal.domain.errors import VegaError

NOT_FOUND: Final = 127
NOT_EXECUTABLE: Final = 126
"""Exit codes of shells, `env` and `nohup` for a program that could not be started (POSIX)."""
_SHELL: Final = Path("/bin/sh")
_IGNORED_BY_PYTHON: Final = (signal.SIGPIPE, signal.SIGXFSZ)


class ProgramUnusable(VegaError):
    """A program cannot be started.

    Attributes:
        exit_code: 127 when there is none of that name, 126 otherwise.
    """

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def path_of(name: str) -> Path:
    """Where the program of this name lies, looked for in PATH when it names no folder.

    Raises:
        ProgramUnusable: there is none, or it cannot be executed.
    """
    found = shutil.which(name)
    if found is not None:
        return Path(found)
    if shutil.which(name, os.F_OK) is not None or ("/" in name and Path(name).exists()):
        raise ProgramUnusable(
            f"{name} cannot be executed. Is it a program, with rights 0755?", NOT_EXECUTABLE
        )
    raise ProgramUnusable(f"{name} was not found. Check its spelling, or name its folder.", NOT_FOUND)


def become(program: Path, command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Replace this process, so that signals, terminal and exit code are the program's own.

    Raises:
        ProgramUnusable: the system does not execute it.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    for number in _IGNORED_BY_PYTHON:
        signal.signal(number, signal.SIG_DFL)  # what is ignored would stay ignored in the program
    try:
        os.execve(program, list(command), environment)  # noqa: S606 - what the operator asked for
    except OSError as error:
        if error.errno != errno.ENOEXEC:
            raise _unusable(command[0], error) from error
    # A script that does not name its interpreter is the shell's, as everywhere.
    os.execve(_SHELL, [str(_SHELL), str(program), *command[1:]], environment)  # noqa: S606 - the same


async def run_beside(program: Path, command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the program while this process goes on, and pass signals on; 128 + n when signal n ended it.

    Raises:
        ProgramUnusable: the system does not execute it.
    """
    try:
        process = await asyncio.create_subprocess_exec(program, *command[1:], env=environment)
    except OSError as error:
        raise _unusable(command[0], error) from error
    loop = asyncio.get_running_loop()
    # Ctrl-C reaches the program by itself: it is in the same group of the terminal.
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    loop.add_signal_handler(signal.SIGTERM, process.terminate)
    try:
        code = await process.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    return code if code >= 0 else 128 - code


def _unusable(name: str, error: OSError) -> ProgramUnusable:
    code = NOT_FOUND if error.errno == errno.ENOENT else NOT_EXECUTABLE
    return ProgramUnusable(f"{name} cannot be executed ({error.strerror}).", code)
