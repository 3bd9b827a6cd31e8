"""`vega-terminal serve` as a process without a terminal."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.browser.leftovers import processes_of
from tests.waiting import until

COMMAND = [sys.executable, "-m", "vega_terminal.ui", "serve"]
LIMIT_SECONDS = 60
_LINK = re.compile(r"http://\S+/\?token=\S+")


class ServerProcess:
    """A running server and what it said."""

    def __init__(self, process: subprocess.Popen[bytes], said: Path) -> None:
        self.process = process
        self._said = said

    @property
    def said(self) -> str:
        """Everything on stdout and stderr so far."""
        return self._said.read_text()

    @property
    def links(self) -> list[str]:
        """The links that were printed, in order."""
        return _LINK.findall(self.said)

    def terminals(self) -> list[psutil.Process]:
        """The terminals that run."""
        return list(filter(_is_terminal, psutil.Process(self.process.pid).children()))

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it in order; its exit code."""
        self.process.send_signal(number)
        return self.process.wait(LIMIT_SECONDS)


def _is_terminal(child: psutil.Process) -> bool:
    try:
        return "vega_terminal.ui.web.child" in child.cmdline()
    except psutil.NoSuchProcess:  # it has ended since it was listed
        return False


@contextmanager
def server(home: Path, environment: Mapping[str, str], *arguments: str) -> Iterator[ServerProcess]:
    """A server that says it is ready; at the end nothing that was started for `home` lives."""
    with tempfile.NamedTemporaryFile() as said:
        process = subprocess.Popen(
            [*COMMAND, "--port", "0", *arguments],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, cwd=home, env=dict(environment),
        )  # fmt: skip
        running = ServerProcess(process, Path(said.name))
        try:
            until(lambda: "Ctrl-C" in running.said or process.poll() is not None, LIMIT_SECONDS)
            assert process.poll() is None, running.said
            yield running
        finally:
            process.terminate()
            process.wait(LIMIT_SECONDS)
    until(lambda: processes_of(home) == [], LIMIT_SECONDS)
