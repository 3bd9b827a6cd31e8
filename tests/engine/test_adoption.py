"""What another host of the desk has got is taken over; only what it does not have is signed in for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vega_terminal.domain import events as ev
from vega_terminal.domain.execution import ExitCode
from vega_terminal.domain.slots import ApiSlot
from vega_terminal.domain.token import AccessToken, Verdict

from .engine_world import Ground
from .rosters import THREE, roster
from .scripted_broker import REFUSES

DESK = roster(THREE)


def elsewhere(ground: Ground, slot: ApiSlot, epoch: int) -> AccessToken:
    """A token that another host has got and offers."""
    token = AccessToken.from_issue(slot.name, slot.client_id, ground.broker.issue(slot), epoch)
    ground.others.tokens.append(token)
    return token


async def test_what_another_host_has_costs_no_sign_in(ground: Ground) -> None:
    for slot in DESK:
        elsewhere(ground, slot, epoch=7)
    async with ground.process(DESK) as world:
        result = await world.refresh()
        assert result.exit_code is ExitCode.OK
        assert result.noop
        assert world.status.ready(world.now)
        assert sorted(event.slot for event in world.seen(ev.TokenAdopted)) == sorted(THREE)
        assert world.rows("SELECT DISTINCT epoch FROM tokens") == [(7,)]
        assert not await world.ports.journal.held()
    assert ground.browsers.opened == 0
    assert ground.others.heard == []


async def test_only_the_rest_is_signed_in_for_and_offered(ground: Ground) -> None:
    elsewhere(ground, DESK["PRIMARY"], epoch=7)
    async with ground.process(DESK) as world:
        result = await world.refresh()
        assert result.exit_code is ExitCode.OK
        assert {slot.slot for slot in result.slots if slot.generated} == set(THREE) - {"PRIMARY"}
    assert ground.browsers.opened == 1
    assert {token.slot for token in ground.others.heard} == set(THREE) - {"PRIMARY"}


async def test_a_dead_token_of_another_host_is_proven_dead_and_signed_in_for(ground: Ground) -> None:
    elsewhere(ground, DESK["PRIMARY"], epoch=7)
    async with ground.process(DESK, holding=("FEED", "CHAIN")) as world:
        ground.broker.profiles["PRIMARY"] = REFUSES
        await world.engine.verify()
        result = await world.refresh(consent=False)
        assert world.verified("PRIMARY") is Verdict.INVALID
        assert result.exit_code is not ExitCode.OK
        assert len(world.seen(ev.TokenAdopted)) == 1, "the same dead token was taken over again"


@pytest.mark.parametrize("case", ["older", "expired", "another app"])
async def test_what_is_of_no_use_is_left_alone(ground: Ground, case: str) -> None:
    async with ground.process(DESK, holding=THREE) as world:
        (mine,) = world.rows("SELECT epoch FROM tokens WHERE slot = 'PRIMARY'")
        offered = elsewhere(ground, DESK["PRIMARY"], epoch=int(mine[0]) + 1)
        ground.broker.profiles["PRIMARY"] = REFUSES
        changes = {
            "older": {"epoch": int(mine[0])},
            "expired": {"expires_at": world.now},
            "another app": {"client_id": "someone-else"},
        }
        ground.others.tokens = [replace(offered, **changes[case])]  # type: ignore[arg-type]
        await world.refresh(consent=False)
        assert world.seen(ev.TokenAdopted) == []
        assert world.rows("SELECT epoch FROM tokens WHERE slot = 'PRIMARY'") == [mine]
