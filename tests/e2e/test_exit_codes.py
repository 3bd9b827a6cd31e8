"""The exit codes of `vega-auth refresh` (contract section 1), one situation a row, on a scripted world.

Wrong settings, a wrong command line and an unusable folder end before there is an engine: `test_commands.py`
and `test_edges.py` have those rows, in whole processes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from inspect import isawaitable
from pathlib import Path
from typing import Any, cast

import pytest

from tests.engine.engine_world import Ground, World
from tests.engine.fake_clock import FakeClock
from tests.engine.scripted_prompts import ScriptedPrompts
from tests.unit.environments import good, load
from vega_terminal.cli import refresh as command
from vega_terminal.cli.commands import parser
from vega_terminal.engine.engine import Engine

from .exit_code_situations import TABLE, Situation


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Ground]:
    clock = FakeClock()
    with clock.driving(asyncio.get_running_loop()):
        yield Ground(tmp_path, clock)


@pytest.mark.parametrize("situation", TABLE, ids=lambda situation: situation.name)
async def test_each_situation_has_its_exit_code(
    situation: Situation, ground: Ground, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = replace(load(good(VEGA_DATA_DIR=str(ground.folder))), roster=situation.roster)

    @asynccontextmanager
    async def settings_of_the_test(_options: object) -> AsyncIterator[object]:
        yield settings

    @asynccontextmanager
    async def engine_of_the_test(
        _settings: object, prompts: object, *_: Any, **__: Any
    ) -> AsyncIterator[Engine]:
        async with ground.stored(situation.rules) as ports:
            world = World(ground, ports, situation.roster, situation.rules, cast("ScriptedPrompts", prompts))
            for name in situation.holding:
                await world.hold(name)
            if isawaitable(arranged := situation.arrange(ground, world)):
                await arranged
            with contextmanager(situation.meanwhile or nothing)(ground, world):
                try:
                    yield world.engine
                finally:
                    await world.engine.close()

    monkeypatch.setattr(command, "command_settings", settings_of_the_test)
    monkeypatch.setattr(command, "running_engine", engine_of_the_test)
    arguments = ("refresh", *situation.arguments)

    code = await command.refresh(parser(arguments).parse_args(arguments))

    result, said = capsys.readouterr()
    assert code is situation.code, said
    assert situation.result in result
    assert situation.said in said
    assert ground.browsers.opened == situation.browsers
    assert ground.demands.broken == []


def nothing(_ground: Ground, _world: World) -> Any:
    yield
