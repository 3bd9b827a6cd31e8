"""Two browsers that sign in at the same time are noticed, however their clicks fall."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vega_terminal.simulator import SimulatedBroker

from .walker import Walker


@pytest.fixture
def other(broker: SimulatedBroker) -> Iterator[Walker]:
    other = Walker(broker)
    yield other
    other.close()


def test_one_browser_after_the_other_is_in_order(
    broker: SimulatedBroker, walker: Walker, other: Walker
) -> None:
    walker.sign_in("PRIMARY")
    walker.visit("WEBSOCKET1")
    other.sign_in("PRIMARY")
    assert (broker.counts.browsers, broker.counts.browsers_at_once) == (2, 0)


def test_a_browser_that_comes_back_after_another_one_was_not_alone(
    broker: SimulatedBroker, walker: Walker, other: Walker
) -> None:
    first, second = walker.open_page("PRIMARY"), other.open_page("PRIMARY")
    assert broker.counts.browsers_at_once == 0
    first.get_otp()
    assert broker.counts.browsers_at_once == 1
    first.enter_otp()
    assert broker.counts.browsers_at_once == 1
    second.get_otp()
    assert (broker.counts.browsers, broker.counts.browsers_at_once) == (2, 2)


def test_a_browser_that_was_let_through_on_its_session_counts_too(
    broker: SimulatedBroker, walker: Walker, other: Walker
) -> None:
    walker.sign_in("PRIMARY")
    other.open_page("PRIMARY")
    walker.visit("WEBSOCKET1")
    assert broker.counts.browsers_at_once == 1
