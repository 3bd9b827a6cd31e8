"""A real redis-server of the test's own: on a socket, or on a free port of loopback."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path
from typing import Final

import pytest

AOF: Final = ("--appendonly", "yes", "--appendfsync", "always")
EVERY_SECOND: Final = ("--appendonly", "yes", "--appendfsync", "everysec")
MEMORY: Final = ("--appendonly", "no")


class RedisProcess:
    """Started on one folder; what is in the folder outlives it."""

    def __init__(self, folder: Path, *options: str, port: int = 0) -> None:
        self.folder = folder
        self.port = port
        self.socket = folder / "redis.sock"
        self._options = options
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0" if self.port else f"unix://{self.socket}"

    def start(self) -> None:
        """Returns once it takes connections."""
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail(
                "redis-server is missing, and these tests are about the real one: `make test` installs it."
            )
        place = ("--port", str(self.port), "--unixsocket", str(self.socket), "--dir", str(self.folder))
        command = [program, *place, "--save", "", "--bind", "127.0.0.1", *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._process.stdout is not None
        said = ""
        for line in self._process.stdout:
            said += line
            if "ready to accept connections" in line.lower():
                return
        raise AssertionError(f"redis-server did not start:\n{said}")

    def kill(self) -> None:
        """As a crash does (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def cli(self, *command: str) -> str:
        """What the server's own client says."""
        asked = ("redis-cli", "-s", str(self.socket), *command)
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
