"""A server, its own warm-up, a timer's, and cron's refresh on one machine: one signs in for all of them."""

from __future__ import annotations

import asyncio
import signal

import pytest

from tests.api.test_serve_process import TOKENS, client_of, until

from .conftest import MakeDesk

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(120)]


async def test_one_sign_in_serves_everybody_and_a_server_ends_in_the_middle_of_the_next(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(apps=("PRIMARY", "WEBSOCKET1"))
    server = desk.start("serve", "--port", "0")
    client, _ = client_of(server)
    async with client:
        others = [
            desk.start("warmup", "run", "--json"),
            desk.start("refresh", "--yes", "--no-input", "--json"),
        ]
        begun = (await client.post(f"{TOKENS}/refresh", json={"consent": True})).json()["executionId"]
        ended = [await asyncio.to_thread(process.communicate) for process in others]
        assert [process.returncode for process in others] == [0, 0], ended
        result = await until(client, f"{TOKENS}/status/{begun}", lambda each: each["endedAt"] is not None)
        assert [slot["verdict"] for slot in result["slots"]] == ["VALID", "VALID"]
        counts = desk.broker.counts
        assert (counts.total.logins, counts.total.exchanges) == (1, 2)
        assert (counts.browsers, counts.browsers_at_once, counts.most_open_sign_ins) == (1, 0, 1)

        await client.post(f"{TOKENS}/refresh", json={"scope": "ALL", "consent": True})
        await until(client, "/auth/status", lambda each: each["state"] == "GENERATING_TOKENS")
        server.send_signal(signal.SIGTERM)
    finished = await asyncio.to_thread(desk.finish, server)  # which looks for browsers and profiles
    assert (finished.code, finished.stdout) == (0, "")
    assert desk.broker.counts.browsers_at_once == 0
