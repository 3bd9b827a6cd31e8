"""The terminal, by a real pseudo-terminal."""

from __future__ import annotations

import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.doctor.ground import finding, ground_in
from vega_terminal.doctor.findings import Verdict
from vega_terminal.doctor.terminal import TerminalFacts

GOOD = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


@contextmanager
def pseudo_terminal(columns: int, lines: int) -> Iterator[int]:
    outer, inner = os.openpty()
    try:
        termios.tcsetwinsize(inner, (lines, columns))
        yield inner
    finally:
        os.close(outer)
        os.close(inner)


@pytest.mark.parametrize(
    ("size", "environ", "encoding", "verdict", "word"),
    [
        ((120, 36), GOOD, "UTF-8", Verdict.OK, "all colours"),
        ((80, 24), {"TERM": "xterm-256color"}, "utf-8", Verdict.OK, "256 colours"),
        ((120, 36), {**GOOD, "NO_COLOR": "1"}, "utf-8", Verdict.OK, "NO_COLOR"),
        ((79, 24), GOOD, "utf-8", Verdict.WARN, "too small"),
        ((80, 23), GOOD, "utf-8", Verdict.WARN, "too small"),
        ((120, 36), GOOD, "ascii", Verdict.WARN, "encoding ascii"),
        ((120, 36), {"TERM": "dumb"}, "utf-8", Verdict.WARN, "TERM"),
    ],
)
async def test_size_colours_and_signs(
    tmp_path: Path,
    size: tuple[int, int],
    environ: dict[str, str],
    encoding: str,
    verdict: Verdict,
    word: str,
) -> None:
    with pseudo_terminal(*size) as descriptor:
        facts = TerminalFacts.of_descriptor(descriptor, environ, encoding)
    found = await finding("Terminal", ground_in(tmp_path, terminal=facts))
    assert found.verdict is verdict
    assert word in found.found


async def test_without_a_person_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    assert (await finding("Terminal", ground_in(tmp_path))).verdict is Verdict.OK
