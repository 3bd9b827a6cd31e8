"""`vega-auth rearm`: allow sign-ins again after so many failed that one more might block the account."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from vega_terminal.cli.output import print_json, print_out, say
from vega_terminal.cli.plain_text import plain
from vega_terminal.cli.prompts import NobodyThere, yes_typed
from vega_terminal.cli.settings import command_settings
from vega_terminal.cli.tone import is_screen
from vega_terminal.domain.errors import UsageError
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.slots import LoginIdentity, Roster
from vega_terminal.engine.engine import Engine
from vega_terminal.engine.sign_in_guard import MOST_FAILURES
from vega_terminal.logs import log_events
from vega_terminal.wiring import running_engine


async def rearm(options: argparse.Namespace) -> int:
    """Run the command: 0 when sign-ins are allowed, 1 when a person said no or nobody could be asked."""
    async with command_settings(options) as settings:
        asked_for = _chosen(settings.roster, options.identity)
        tell = say if options.json else _print  # stdout is the document's alone
        async with running_engine(settings, NobodyThere()) as engine:
            log_events(engine.board)
            failures = await engine.sign_in_failures()
            failed = [identity for identity in asked_for if failures[identity.key]]
            _show(asked_for, failures, tell)
            allowed = not failed or options.yes or await _asked(failed, may_ask=not options.no_input)
            if allowed:
                await _rearm(engine, failed, tell)
            if options.json:
                print_json(_document(asked_for, await engine.sign_in_failures(), failed if allowed else []))
            return ExitCode.OK if allowed else ExitCode.PARTIAL


def _chosen(roster: Roster, wanted: str | None) -> list[LoginIdentity]:
    """The identities of the roster, or the one that was named by its label, a slot, or the last digits."""
    identities = list({slot.identity.key: slot.identity for slot in roster}.values())
    if wanted is None:
        return identities
    by_slot = {slot.name: slot.identity for slot in roster}
    if wanted in by_slot:
        return [by_slot[wanted]]
    found = [identity for identity in identities if wanted in (identity.label, identity.label.lstrip("…"))]
    if not found:
        labels = ", ".join(identity.label for identity in identities)
        raise UsageError(f"rearm: there is no login {wanted}. Choose from {labels}, or name a slot of it.")
    return found


def _print(line: str) -> None:
    print_out(f"{plain(line)}\n")


def _show(
    identities: Sequence[LoginIdentity], failures: Mapping[str, int], tell: Callable[[str], None]
) -> None:
    for identity in identities:
        count = failures[identity.key]
        state = "nothing signs in" if count >= MOST_FAILURES else "sign-ins are allowed"
        tell(f"{identity.label}: {count} failed sign-ins in a row; {state}.")


async def _asked(identities: Sequence[LoginIdentity], *, may_ask: bool) -> bool:
    """Let a person at the terminal take the responsibility; nobody else can."""
    if not may_ask or not is_screen(sys.stdin):
        say("Nothing was changed: nobody is there to say yes. Check the credentials, then give --yes.")
        return False
    labels = ", ".join(identity.label for identity in identities)
    yes = await yes_typed(f"Mobile number, PIN and authenticator are right; allow {labels} again? [y/N] ")
    if not yes:
        say("Nothing was changed.")
    return yes


async def _rearm(engine: Engine, identities: Sequence[LoginIdentity], tell: Callable[[str], None]) -> None:
    for identity in identities:
        await engine.rearm(identity.key, by="vega-auth rearm")
        tell(f"{identity.label}: sign-ins are allowed again.")


def _document(
    identities: Sequence[LoginIdentity], failures: Mapping[str, int], rearmed: Sequence[LoginIdentity]
) -> dict[str, object]:
    return {
        "identities": [
            {
                "identity": identity.label,
                "failedSignIns": failures[identity.key],
                "rearmed": identity in rearmed,
            }
            for identity in identities
        ]
    }
