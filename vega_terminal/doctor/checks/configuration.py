"""The settings: the keys, the file that holds them, and where the broker sends the browser."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.findings import Outcome, cure_at_the_end, failure, fine, warning
from vega_terminal.doctor.once import aside
from vega_terminal.doctor.reach import is_answered
from vega_terminal.domain.errors import SettingsProblem
from vega_terminal.settings.addresses import is_loopback
from vega_terminal.settings.keys import REDIRECT_URI

SETTINGS_FIRST: Final = "See what is said about the settings first."
_MENDING: Final = "Mend it with: "


async def settings(evidence: Evidence) -> Outcome:
    """Every wrong key at once; what is wrong with the file's rights is said by `settings_file`."""
    ground = evidence.ground
    if ground.problems:
        return _wrong(ground.problems)
    warnings = ground.settings.warnings if ground.settings is not None else ()
    others = [text for text in warnings if text not in ground.source.warnings]
    if others:
        return _told(others)
    slots = 0 if ground.roster is None else len(ground.roster)
    return fine(f"Every key is right; {slots} {'slot' if slots == 1 else 'slots'}.")


async def settings_file(evidence: Evidence) -> Outcome:
    """Whether the file is for its owner's eyes only, and holds each key once."""
    source, path = evidence.ground.source, evidence.ground.env_file
    wrong = [each for each in evidence.ground.problems if each.key.startswith(("--env-file", str(path)))]
    if wrong:
        return _wrong(wrong)
    if not await aside(path.exists, evidence.ground.clock):
        return fine(f"There is no {path}; the environment alone counts.")
    if source.warnings:
        return _told(source.warnings)
    if not source.from_file:
        return fine(f"{path} sets nothing that counts; the environment alone does.")
    return fine(f"{path}, {len(source.from_file)} keys, readable by its owner alone.")


def _wrong(problems: Sequence[SettingsProblem]) -> Outcome:
    """All of them, one cure a line."""
    named = ", ".join(problem.key for problem in problems)
    return failure(f"Wrong or missing: {named}.", "\n".join(str(problem) for problem in problems))


def _told(remarks: Iterable[str]) -> Outcome:
    parts = [_split(remark) for remark in remarks]
    return warning(" ".join(found for found, _ in parts), "\n".join(cure for _, cure in parts))


def _split(text: str) -> tuple[str, str]:
    """What was found, and the cure: the last sentence of a remark."""
    found, mark, cure = text.partition(f" {_MENDING}")
    return (found, cure) if mark else cure_at_the_end(text)


async def redirect_uri(evidence: Evidence) -> Outcome:
    """The shape of each, and whether something listens where nothing has to."""
    ground = evidence.ground
    wrong = [problem for problem in ground.problems if problem.key.startswith(REDIRECT_URI.name)]
    if wrong:
        return _wrong(wrong)
    taken = [uri for uri in ground.redirect_uris if await _is_answered(uri)]
    if taken:
        return warning(
            f"A program of this machine listens at {', '.join(taken)}. Chromium, Chrome and Edge keep the"
            " authorization code from it; Firefox would hand the code over.",
            "End that program, or register a redirect URI with a free port. Nothing has to listen there.",
        )
    return fine(f"{', '.join(ground.redirect_uris)}; nothing listens there, and nothing has to.")


async def _is_answered(uri: str) -> bool:
    """Whether something of this machine takes connections at a redirect URI; other hosts are not asked."""
    parts = urlsplit(uri)
    host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    if host is None or not is_loopback(host):
        return False
    return await is_answered(asyncio.open_connection(host, port))
