"""Two hosts with a data folder each and one Redis: one login at a time, and both end up with the tokens."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from tests.redis.conftest import StartRedis, start_redis
from tests.redis.redis_process import AOF

from .command_line import CommandLine
from .conftest import MakeDesk

__all__ = ["start_redis"]
pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]
APPS = ("PRIMARY", "WEBSOCKET1")


def second_host(first: CommandLine) -> CommandLine:
    """Another machine of the same desk: same settings and vault key, nothing else in common."""
    home = first.home.parent / "second"
    home.mkdir()
    key = str(first.home / "vault.key")
    return replace(first, home=home, extra=first.extra | {"VEGA_KEY_FILE": key})


def epochs(host: CommandLine) -> dict[str, int]:
    """Which login each stored token comes from. Nobody has the database open any more."""
    with closing(sqlite3.connect(host.data / "vega_trade.db")) as database:
        return dict(database.execute("SELECT slot, epoch FROM tokens"))


def test_two_hosts_at_once_sign_in_once_and_both_have_the_tokens(
    make_desk: MakeDesk, start_redis: StartRedis
) -> None:
    server = start_redis(*AOF)
    first = make_desk(apps=APPS, VEGA_REDIS_URL=server.url)
    assert first.run("status").code == 0  # makes the key that both have
    hosts = (first, second_host(first))
    started = [host.start("refresh", "--no-input", "--json") for host in hosts]
    ended = [host.finish(process) for host, process in zip(hosts, started, strict=True)]
    for result in ended:
        assert result.code == 0, result.stderr
        assert result.verdicts() == dict.fromkeys(APPS, "VALID")
    wire = first.broker.counts.total
    assert (wire.logins, wire.codes, wire.exchanges) == (1, len(APPS), len(APPS)), wire
    assert epochs(hosts[0]) == epochs(hosts[1])
    adopted = [result for result in ended if "taken over from another host" in result.stderr]
    assert len(adopted) == 1
    assert int(server.cli("GET", "vega:epoch")) > 0
    assert server.cli("EXISTS", "vega:login") == "0", "the lease was not given back"
    assert server.cli("KEYS", "vega:*:pending:*") == ""
