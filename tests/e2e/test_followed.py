"""What one process of a machine stores, a server beside it tells soon."""

from __future__ import annotations

import asyncio
import signal

import pytest

from tests.api.test_serve_process import client_of, until

from .conftest import MakeDesk
from .stored_tokens import save

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]


async def test_a_server_is_ready_with_the_tokens_of_another_process(make_desk: MakeDesk) -> None:
    desk = make_desk(apps=("PRIMARY", "WEBSOCKET1"), UPSTOX_DECISION_MODE="NEVER")
    server = desk.start("serve", "--port", "0")
    client, _ = client_of(server)
    async with client:
        before = (await client.get("/auth/status")).json()
        assert (before["ready"], before["reason"]) == (False, "PRIMARY_MISSING")
        user = desk.broker.population.identities[0].user_id
        tokens = {app: desk.broker.issue_token(app) for app in ("PRIMARY", "WEBSOCKET1")}
        await asyncio.to_thread(lambda: asyncio.run(save(desk, user, **tokens)))
        status = await until(client, "/auth/status", lambda each: each["ready"])
        assert status["reason"] == "PRIMARY_VALIDATED"
        assert status["allValid"]
        assert status["executionId"] is None
    server.send_signal(signal.SIGTERM)
    assert (await asyncio.to_thread(desk.finish, server)).code == 0
    assert desk.broker.counts.browsers == 0
