"""`VEGA_REDIS_URL` on the command line: used when it answers, told and done without when it does not."""

from __future__ import annotations

import pytest

from tests.redis.conftest import StartRedis, start_redis
from tests.redis.redis_process import AOF, free_port

from .conftest import MakeDesk

__all__ = ["start_redis"]
pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]


def test_a_login_with_redis_leaves_its_number_there_and_no_token(
    make_desk: MakeDesk, start_redis: StartRedis
) -> None:
    server = start_redis(*AOF)
    desk = make_desk(apps=("PRIMARY",), VEGA_REDIS_URL=server.url)
    result = desk.run("refresh", "--no-input", "--json")
    assert result.code == 0, result.stderr
    assert int(server.cli("GET", "vega:epoch")) > 0
    assert server.cli("KEYS", "vega:*:pending:*") == ""
    assert server.cli("EXISTS", "vega:login") == "0", "the lease was not given back"


def test_a_redis_that_is_not_there_is_told_once_and_costs_nothing(make_desk: MakeDesk) -> None:
    address = f"127.0.0.1:{free_port()}"
    desk = make_desk(apps=("PRIMARY",), VEGA_REDIS_URL=f"redis://:canary-password@{address}/0")
    result = desk.run("refresh", "--no-input", "--json")
    assert result.code == 0, result.stderr
    told = [line for line in result.stderr.splitlines() if address in line]
    assert len(told) == 1, result.stderr
    assert "canary-password" not in result.stderr + result.stdout
