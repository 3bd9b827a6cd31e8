"""`vega-auth doctor`: everything that a login needs, looked at; one line each, with the cure."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final

from vega_terminal.cli.output import print_out
from vega_terminal.cli.plain_text import plain
from vega_terminal.cli.progress import telling
from vega_terminal.cli.tone import Tone, toned
from vega_terminal.clock import SystemClock
from vega_terminal.diagnostics.bundle import write_bundle
from vega_terminal.doctor.examination import NAMES, examine
from vega_terminal.doctor.findings import Finding, Verdict, worst
from vega_terminal.doctor.ground import Ground, ground_on, ground_on_wrong
from vega_terminal.doctor.terminal import TerminalFacts
from vega_terminal.domain.errors import SettingsError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.exports import harmless_json
from vega_terminal.wiring import settings_of

GLYPHS: Final[Mapping[Verdict, str]] = {
    Verdict.OK: "●",
    Verdict.WARN: "!",
    Verdict.FAIL: "✗",
    Verdict.UNKNOWN: "?",
}
_TONES: Final[Mapping[Verdict, Tone]] = {
    Verdict.OK: Tone.GOOD,
    Verdict.WARN: Tone.WAIT,
    Verdict.FAIL: Tone.BAD,
    Verdict.UNKNOWN: Tone.WAIT,
}
_WIDTH: Final = max(map(len, NAMES)) + 2


async def doctor(options: argparse.Namespace) -> int:
    """Examine and tell; 1 when something fails, 0 otherwise.

    Raises:
        StorageError: the bundle that was asked for cannot be written.
        DemoError: the simulated broker did not start.
    """
    async with _ground(options) as ground:
        async with telling(lambda: f"Looking at {len(NAMES)} things"):
            findings = await examine(ground)
        bundle = await write_bundle(ground, findings) if options.bundle else None
    if options.json:
        print_out(f"{harmless_json(_document(findings, bundle), indent=2)}\n")
    else:
        _print(findings, bundle)
    return ExitCode.PARTIAL if worst(findings) is Verdict.FAIL else ExitCode.OK


@asynccontextmanager
async def _ground(options: argparse.Namespace) -> AsyncIterator[Ground]:
    """The settings as far as they are right; unlike other commands this one makes no folder and no log."""
    env_file = options.env_file if options.demo is None else Path(os.devnull)  # the demo reads none
    place = (os.environ, env_file, SystemClock(), TerminalFacts.of_process(os.environ))
    async with AsyncExitStack() as stack:
        try:
            settings = await stack.enter_async_context(
                settings_of(options.demo, options.env_file, os.environ)
            )
        except SettingsError as error:
            ground = await asyncio.to_thread(partial(ground_on_wrong, error, *place))
        else:
            ground = await asyncio.to_thread(partial(ground_on, settings, *place))
        yield ground


def _print(findings: Sequence[Finding], bundle: Path | None) -> None:
    for finding in findings:
        glyph = toned(GLYPHS[finding.verdict], _TONES[finding.verdict])
        print_out(f"{glyph} {finding.name:<{_WIDTH}}{plain(finding.found)}\n")
        for cure in finding.cure.splitlines():
            print_out(f"  {'':<{_WIDTH}}→ {plain(cure)}\n")
    print_out(f"\n{_summary(findings)}\n")
    if bundle is not None:
        print_out(f"{bundle}\n")


def _summary(findings: Sequence[Finding]) -> str:
    counts = {verdict: sum(finding.verdict is verdict for finding in findings) for verdict in Verdict}
    return " · ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)


def _document(findings: Sequence[Finding], bundle: Path | None) -> dict[str, object]:
    return {
        "verdict": worst(findings).value,
        "findings": [finding.document() for finding in findings],
        "bundle": None if bundle is None else str(bundle),
    }
