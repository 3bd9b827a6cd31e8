"""The place where the broker's answers to approvals are taken: path, port, and who can reach it."""

from __future__ import annotations

import errno
import os
import socket
from functools import partial
from typing import Final

from vega_terminal.doctor.checks.configuration import SETTINGS_FIRST
from vega_terminal.doctor.evidence import Evidence
from vega_terminal.doctor.findings import Outcome, failure, fine, unknown, warning
from vega_terminal.doctor.once import aside
from vega_terminal.domain.slots import RouteKind
from vega_terminal.settings.addresses import is_loopback
from vega_terminal.settings.keys import NOTIFIER_HOST, NOTIFIER_PATH, NOTIFIER_PORT
from vega_terminal.store.login_holder import read_holder

_PRIVILEGED: Final = "Set VEGA_NOTIFIER_PORT to 1024 or more, also in the reverse proxy."
_ELSEWHERE: Final = "Set VEGA_NOTIFIER_HOST to an address of this machine: 127.0.0.1 behind a reverse proxy."


async def notifier(evidence: Evidence) -> Outcome:
    """Whether an answer could be taken; whether it gets here from outside, nobody can tell from here."""
    ground = evidence.ground
    missing = [problem for problem in ground.problems if problem.key == NOTIFIER_PATH.name]
    if missing:
        return failure(f"{NOTIFIER_PATH.name}: {missing[0].wrong}", missing[0].cure)
    if ground.settings is None:
        return unknown("It is not known while the settings are wrong.", SETTINGS_FIRST)
    names = [slot.name for slot in ground.settings.roster if slot.route is RouteKind.PHONE]
    if not names:
        return fine("Not used: no slot is approved on the phone.")
    host, port = ground.settings.phone.host, ground.settings.phone.port
    code = await aside(partial(bind_error, host, port), ground.clock)
    if code:
        return await _not_bound(evidence, f"{host}:{port}", code)
    if not is_loopback(host):
        return warning(
            f"{host}:{port} is free, but other machines can reach it, and tokens come there in clear.",
            f"{NOTIFIER_HOST.name}={NOTIFIER_HOST.default}, with a reverse proxy with TLS before it",
        )
    return fine(f"{host}:{port} is free for the answers to {', '.join(names)}.")


async def _not_bound(evidence: Evidence, place: str, code: int) -> Outcome:
    if code == errno.EACCES:
        return failure(f"{place} is kept for the system's own services.", _PRIVILEGED)
    if code != errno.EADDRINUSE:
        return failure(f"Nothing can listen at {place} ({os.strerror(code)}).", _ELSEWHERE)
    lock = evidence.ground.data_dir / "login.lock"
    holder = await aside(partial(read_holder, lock), evidence.ground.clock)
    if holder is not None and not holder.is_gone:
        return fine(f"{place} is in use while {holder} is getting tokens.")
    return failure(
        f"Another program uses {place}, so the broker's answer would not reach us.",
        f"End that program, or set {NOTIFIER_PORT.name} to a free port, also in the reverse proxy.",
    )


def bind_error(host: str, port: int) -> int:
    """Why nothing can listen there, as an errno; 0 when it can. Blocks for a host that is a name."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        return errno.EADDRNOTAVAIL
    except OSError as error:
        return error.errno or errno.EADDRNOTAVAIL
    return 0
