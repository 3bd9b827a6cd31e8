"""A terminal as a process: nothing of its App reaches further than its page, and it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from vega_terminal.ui.web.order import Size
from vega_terminal.ui.web.packets import Kind, Packet
from vega_terminal.ui.web.process import Launch, TerminalProcess

CHILD = Path(__file__).parent / "children" / "reaching_app.py"
STUCK = Path(__file__).parent / "children" / "drawing_terminal.py"


async def drawn_and_told(terminal: TerminalProcess, words: str) -> tuple[str, list[str]]:
    """What it drew until these words came, and the kinds of everything else that it sent."""
    drawn, told = "", []
    async with asyncio.timeout(30):
        while words not in drawn:
            packet = await terminal.receive()
            assert packet is not None, terminal.last_words
            if packet.kind is Kind.DATA:
                drawn += packet.payload.decode()
            else:
                told.append(str(packet.meta().get("type")))
    return drawn, told


async def test_addresses_are_shown_and_files_stay_on_this_machine(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    launch = Launch((sys.executable, str(CHILD), str(file)), os.environ)
    terminal = await TerminalProcess.start(launch, Size(100, 30))
    drawn, told = await drawn_and_told(terminal, "saved it")
    assert "https://foreign.example/" in drawn
    assert told == []
    assert await asyncio.to_thread(file.read_text) == "saved"
    assert await terminal.end() == 0


async def test_a_terminal_that_does_not_end_is_killed(tmp_path: Path) -> None:
    launch = Launch((sys.executable, str(STUCK), str(tmp_path)), os.environ, patience=0.05)
    terminal = await TerminalProcess.start(launch, Size(100, 30))
    await terminal.send(Packet(Kind.DATA, b"a"))
    await drawn_and_told(terminal, "key a")
    await terminal.send(Packet(Kind.DATA, b"s"))
    assert await terminal.end() == -signal.SIGKILL
