"""The dead-man's switch: a monitor is called after each run, and raises the alarm when no call comes."""

from __future__ import annotations

from urllib.parse import urlsplit

from vega_terminal.clock import Clock
from vega_terminal.domain.secret import Secret
from vega_terminal.notices.http_call import Call, call_until_taken


async def ping(address: Secret, clock: Clock, *, well: bool) -> None:
    """Call the address, or with `/fail` at the end of its path (as healthchecks.io and its kin want it).

    Raises:
        NotDelivered: the monitor did not take it.
    """
    await call_until_taken(Call(address if well else failure_address(address)), clock)


def failure_address(address: Secret) -> Secret:
    """The address that tells of a run which did not end well."""
    parts = urlsplit(address.reveal())
    return Secret(parts._replace(path=f"{parts.path.rstrip('/')}/fail").geturl())
