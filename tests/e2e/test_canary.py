"""Unique secrets go through a bad morning; none is readable anywhere, afterwards or in its middle."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from vega_terminal.simulator import Call, Fault, FaultKind

from .canary import Canaries, children_of, files_of, noting, scratch_folders
from .command_line import CommandLine
from .conftest import MakeDesk
from .foreign_lock import held_by_another_program
from .screen import TerminalScreen

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]


def test_no_secret_is_readable_anywhere(make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_desk(VEGA_LOG_LEVEL="DEBUG")
    desk.broker.faults.add(Fault(FaultKind.BLOCK_PAGE, Call.DIALOG, app="OPTIONCHAIN2"))
    with noting(desk.broker, monkeypatch) as canaries:
        assert desk.run("status").code == 0  # makes database and key
        canaries.note("vault key", (desk.home / "vault.key").read_text().strip())
        leaks, stderr = morning_with_a_lock(desk, canaries)
        last = desk.run("refresh", "--no-input", "--json")
        outputs = {
            "stderr": stderr,
            "stdout of refresh": last.stdout,
            "stderr of refresh": last.stderr,
            "status": desk.run("status", "--json").stdout,
            "audit": desk.run("audit", "export", "--format", "jsonl", "--output", "-").stdout,
            "stdout of doctor": (doctor := desk.run("doctor", "--bundle", "--json")).stdout,
            "stderr of doctor": doctor.stderr,
        }
        assert desk.run("audit", "verify").code == 0
    canaries.require_all_kinds()
    leaks |= leaks_in(canaries, ((name, text.encode()) for name, text in outputs.items()))
    leaks |= leaks_in(canaries, files_of(desk.data))
    leaks |= leaks_in(canaries, packed_in(Path(doctor.document["bundle"])))
    assert leaks == set()
    assert list(desk.data.glob("logs/login-*")), "there was no bundle to search"
    assert "TOKEN_ISSUED" in outputs["audit"]


def morning_with_a_lock(desk: CommandLine, canaries: Canaries) -> tuple[set[tuple[str, str]], str]:
    """Six logins, one of them blocked, and the database locked from the first token on."""
    leaks: set[tuple[str, str]] = set()
    process = desk.start("refresh", "--no-input")
    assert process.stderr is not None
    told: list[str] = []
    with ExitStack() as lock:
        for line in process.stderr:
            told.append(line)
            if "PRIMARY: entering the PIN" in line:
                lock.enter_context(held_by_another_program(desk.data / "vega_trade.db"))
            if "safe in the journal" in line or "waiting for the broker's redirect" in line:
                leaks |= leaks_in_the_middle(desk, process, canaries)
    leaks |= leaks_in(canaries, [("stdout", desk.finish(process).stdout.encode())])
    assert any("LOCKED" in line for line in told), "".join(told)
    return leaks, "".join(told)


def leaks_in_the_middle(
    desk: CommandLine, process: subprocess.Popen[str], canaries: Canaries
) -> set[tuple[str, str]]:
    """While the browser runs and the journal holds tokens."""
    on_disk = leaks_in(canaries, files_of(desk.data, *scratch_folders()))
    in_children = leaks_in(canaries, children_of(process.pid))
    return on_disk | in_children


def packed_in(bundle: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a diagnostics bundle, and the log that has to be among them."""
    with zipfile.ZipFile(bundle) as archive:
        assert "TOKEN" in archive.read("audit.jsonl").decode()
        assert b"PRIMARY" in archive.read("vega.log")
        for name in archive.namelist():
            yield f"bundle/{name}", archive.read(name)


def leaks_in(canaries: Canaries, places: Iterable[tuple[str, bytes]]) -> set[tuple[str, str]]:
    """Where a secret can be read, and what kind of secret."""
    return {(Path(where).name, what) for where, data in places for what in canaries.found_in(data)}


CRASHING = """
import sys
from vega_terminal.ui.painting import Painting

paint = Painting.now

def now(self):
    paint(self)
    session = self._app.session
    parts = getattr(session.engine, "_parts", None)
    token = parts and parts.cleanup._registry.get("PRIMARY", session.clock.now())
    if token is not None:
        raw, slot = token.value.reveal(), session.engine.roster["PRIMARY"]
        raise RuntimeError(f"a defect beside {len(raw)} characters of {slot.name}")

Painting.now = now
from vega_terminal.ui.__main__ import main
sys.exit(main([]))
"""
"""The terminal with a defect that strikes once PRIMARY's token is in memory, in clear and in a variable."""


def test_no_secret_is_readable_on_the_crash_screen(
    make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make_desk(apps=("PRIMARY",))
    with noting(desk.broker, monkeypatch) as canaries, ExitStack() as stack:
        assert desk.run("refresh", "--no-input").code == 0
        canaries.note("vault key", (desk.home / "vault.key").read_text().strip())
        command = [sys.executable, "-c", CRASHING]
        screen = TerminalScreen(command, desk.environment(), desk.home)
        stack.callback(screen.close)
        assert screen.wait_for_end() != 0
        assert screen.is_as_before
    assert "a defect beside" in screen.text
    canaries.require_all_kinds()
    assert canaries.found_in(screen.text.encode()) == set()
    assert "eyJ" not in screen.text, "the beginning of a token"
    assert leaks_in(canaries, files_of(desk.data)) == set()
