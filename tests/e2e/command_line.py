"""`vega-auth` as a process, on a data folder of its own, against a simulated broker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.leftovers import processes_of, profiles_in
from vega_terminal.simulator import SimulatedBroker

LIMIT_SECONDS = 90
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "VEGA_BROWSER_BINARY", "VEGA_DRIVER_PATH")


@dataclass(frozen=True)
class Finished:
    """How a command ended, and what it wrote."""

    code: int
    stdout: str
    stderr: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout."""
        document: dict[str, Any] = json.loads(self.stdout)
        return document

    def verdicts(self) -> dict[str, str]:
        """Verdict by slot, from the document of `refresh` or of `status`."""
        rows = self.document.get("slots") or self.document["tokens"]
        return {row["apiName"]: row["verdict"] for row in rows}

    def failures(self) -> dict[str, str | None]:
        """Kind of failure by slot; None where there is none."""
        rows = self.document.get("slots") or self.document["tokens"]
        return {row["apiName"]: row["failure"] and row["failure"]["kind"] for row in rows}


@dataclass
class CommandLine:
    """A machine with one operator: a home, a data folder, settings, and a broker that counts."""

    broker: SimulatedBroker
    home: Path
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """`VEGA_DATA_DIR`."""
        return self.home / "data"

    def environment(self) -> dict[str, str]:
        """What the operator set, and of this machine only what a program needs."""
        kept = {key: os.environ[key] for key in KEPT if key in os.environ}
        own = {
            "HOME": str(self.home),
            "VEGA_DATA_DIR": str(self.data),
            "VEGA_KEY_FILE": str(self.home / "vault.key"),
            "VEGA_HEADLESS": "true",
            "UPSTOX_LOGIN_STEP_TIMEOUT_SEC": "20",
        }
        return kept | own | self.broker.environment() | self.extra

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command with nobody at its stdin."""
        return subprocess.Popen(
            [sys.executable, "-m", "vega_terminal.cli", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.home,
            env=self.environment(),
            start_new_session=True,
        )

    def run(self, *arguments: str) -> Finished:
        """Run a command to its end, which must come, and leave nothing behind."""
        return self.finish(self.start(*arguments))

    def finish(self, process: subprocess.Popen[str]) -> Finished:
        """Wait for a command's end, which must come, and see that no browser outlives it."""
        try:
            stdout, stderr = process.communicate(timeout=LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        assert processes_of(self.home) == []
        assert profiles_in(self.data / "browser") == []
        return Finished(process.returncode, stdout, stderr)

    def interrupt(
        self, process: subprocess.Popen[str], number: signal.Signals, when: Callable[[str], bool]
    ) -> None:
        """Send a signal as soon as a line on stderr says that it is time."""
        assert process.stderr is not None
        for line in process.stderr:
            if when(line):
                process.send_signal(number)
                return
        raise AssertionError("the command ended before it was to be interrupted")
