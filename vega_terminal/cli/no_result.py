"""What `--json` prints when a command could not even begin: one document all the same."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, Final

from vega_terminal.cli.output import OutputFailed, print_json, say
from vega_terminal.domain.errors import SettingsError, VegaError
from vega_terminal.domain.execution import ExitCode

SETTINGS_WRONG: Final = "The settings are wrong. Nothing was started."
_NO_RUN: Final[Mapping[str, Any]] = {"executionId": None, "slots": []}
"""What programs look for in the result of a run, where there was none."""


def print_no_result(options: argparse.Namespace, error: VegaError) -> None:
    """Print the document, where one was asked for; what could not be written is not written twice."""
    if not getattr(options, "json", False) or isinstance(error, OutputFailed):
        return
    try:
        print_json({**(_NO_RUN if _is_run(options) else {}), **_document(error)})
    except OutputFailed as failed:
        say(str(failed))


def _is_run(options: argparse.Namespace) -> bool:
    return (options.command, getattr(options, "action", None)) in (("refresh", None), ("warmup", "run"))


def _document(error: VegaError) -> dict[str, Any]:
    settings = isinstance(error, SettingsError)
    summary = SETTINGS_WRONG if settings else str(error)
    return {"exitCode": int(ExitCode.FATAL), "summary": summary, "problems": _problems(error)}


def _problems(error: VegaError) -> Sequence[Mapping[str, str | None]]:
    """Of wrong settings one each; of everything else the sentence, which holds its cure."""
    if isinstance(error, SettingsError):
        return [
            {"key": problem.key, "problem": problem.wrong, "cure": problem.cure} for problem in error.problems
        ]
    return [{"key": None, "problem": str(error), "cure": None}]
