"""The simulated broker and the machine of one operator."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from vega_terminal.simulator import DEFAULT_APPS, SimulatedBroker

from .command_line import CommandLine

MakeDesk = Callable[..., CommandLine]


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[MakeDesk]:
    """Makes the machine of an operator with a broker in some scenario."""
    with ExitStack() as brokers:

        def make(
            scenario: str = "happy",
            *,
            apps: tuple[str, ...] = DEFAULT_APPS,
            identities: int | None = None,
            **extra: str,
        ) -> CommandLine:
            broker = brokers.enter_context(SimulatedBroker(scenario, apps=apps, identities=identities))
            home = tmp_path / "home"
            home.mkdir(exist_ok=True)
            return CommandLine(broker, home, extra)

        yield make
