"""The memory copy never shows an older login's token, nor one that time has ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.engine.registry import HotTokenRegistry

from .fake_clock import START

EPOCHS: Final = st.lists(st.integers(1, 5), min_size=1)


def token(epoch: int, slot: str = "PRIMARY", at: datetime = START) -> AccessToken:
    return AccessToken.from_issue(slot, "client", IssuedToken(Secret(f"token-{epoch}"), "AB1234", at), epoch)


@given(epochs=EPOCHS)
def test_the_newest_login_stays_whatever_comes_after(epochs: list[int]) -> None:
    registry = HotTokenRegistry()
    for epoch in epochs:
        registry.put(token(epoch))
    assert registry.get("PRIMARY", START) == token(max(epochs))


@given(epochs=EPOCHS, dropped=st.integers(1, 5))
def test_dropping_forgets_this_very_token_only(epochs: list[int], dropped: int) -> None:
    registry = HotTokenRegistry()
    for epoch in epochs:
        registry.put(token(epoch))
    registry.drop(token(dropped))
    newest = max(epochs)
    assert registry.get("PRIMARY", START) == (None if dropped == newest else token(newest))


def test_a_token_ends_with_its_time() -> None:
    registry = HotTokenRegistry()
    short = replace(token(1), expires_at=START + timedelta(seconds=10))
    registry.put(short)
    assert registry.get("PRIMARY", START + timedelta(seconds=9.9)) == short
    assert registry.get("PRIMARY", START + timedelta(seconds=10)) is None


def test_slots_know_nothing_of_each_other() -> None:
    registry = HotTokenRegistry()
    registry.put(token(2, "FEED"))
    registry.put(token(1, "PRIMARY"))
    assert registry.get("PRIMARY", START) == token(1, "PRIMARY")
    assert registry.get("CHAIN", START) is None
