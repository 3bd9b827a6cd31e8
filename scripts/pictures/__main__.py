"""`python -m scripts.pictures [SCENE...]`."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.startup import terminal_factory

from . import bad_days, good_days
from .places import DATA_FOLDER, FOLDER, fresh_data_folder
from .stage import Stage

SIZE: Final = (120, 36)


@dataclass(frozen=True, slots=True)
class Scene:
    """A name, a scenario of the simulated broker, what happens in it, and settings that shorten its waits."""

    name: str
    scenario: str
    play: Callable[[Stage], Awaitable[None]]
    settings: Mapping[str, str] = field(default_factory=dict)


SCENES: Final = (
    Scene("first-day", "happy", good_days.first_day),
    Scene("tour", "happy", good_days.tour),
    Scene("colour-blind", "happy", good_days.colour_blind),
    Scene("throttled", "throttled", bad_days.throttled, {"UPSTOX_LOGIN_STEP_TIMEOUT_SEC": "5"}),
    Scene("captcha", "captcha", bad_days.captcha),
    Scene("sms-otp", "sms-otp", bad_days.one_time_password),
    Scene("night", "night", bad_days.night),
    Scene("wrong-pin", "wrong-pin", bad_days.refused),
    Scene("locked", "happy", bad_days.locked),
)


async def play(scene: Scene) -> None:
    """Start the app in a scene and take its pictures."""
    with fresh_data_folder() as folder:
        # The engine reads these when it opens, as it would from an operator's shell.
        os.environ |= {"VEGA_DATA_DIR": str(folder), "VEGA_HEADLESS": "on", **scene.settings}
        app = VegaApp(*terminal_factory(scene.scenario, None))
        app.animation_level = "none"
        async with app.run_test(size=SIZE, notifications=True) as pilot:
            stage = Stage(app, pilot)
            await scene.play(stage)
            await stage.leave()
    for name in scene.settings:
        del os.environ[name]


def main(arguments: Sequence[str] | None = None) -> int:
    """Renew the pictures of every scene, or of those named."""
    known = {scene.name: scene for scene in SCENES}
    parser = argparse.ArgumentParser(description="Write screenshots/*.svg from the running terminal.")
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=f"some of: {', '.join(known)}")
    names = parser.parse_args(arguments).scenes or list(known)
    FOLDER.mkdir(exist_ok=True)
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    os.environ.pop("NO_COLOR", None)
    os.environ["XDG_CONFIG_HOME"] = str(DATA_FOLDER / "config")  # nobody's own looks and keys
    for name in names:
        sys.stderr.write(f"{name}\n")
        asyncio.run(play(known[name]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
