"""`VEGA_REDIS_URL` of a server that does not answer: told, and done without.

`test_two_hosts.py` has one that answers.
"""

from __future__ import annotations

import pytest

from tests.redis.redis_process import free_port

from .conftest import MakeDesk

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(150)]


def test_a_redis_that_is_not_there_is_told_once_and_costs_nothing(make_desk: MakeDesk) -> None:
    address = f"127.0.0.1:{free_port()}"
    desk = make_desk(apps=("PRIMARY",), VEGA_REDIS_URL=f"redis://:canary-password@{address}/0")
    result = desk.run("refresh", "--no-input", "--json")
    assert result.code == 0, result.stderr
    told = [line for line in result.stderr.splitlines() if address in line]
    assert len(told) == 1, result.stderr
    assert "canary-password" not in result.stderr + result.stdout
