"""Screens and palette, which the first frame does not need: they are loaded when they are entered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

from vega_terminal.ui.functions import Function, screens, tabs
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.session import Session

if TYPE_CHECKING:
    from textual.command import Provider

_ABOVE_SCREENS: Final = (
    "vega_terminal.ui.help_desk",
    "vega_terminal.ui.modals.help",
    "vega_terminal.ui.modals.decision",
    "vega_terminal.ui.modals.otp",
    "vega_terminal.ui.modals.captcha",
    "vega_terminal.ui.modals.slot_page",
    "vega_terminal.ui.palette",
)


def late_screen(function: Function, session: Session) -> DeskScreen:
    """The screen of a function.

    Raises:
        ValueError: the function has none.
    """
    if function.screen is None:
        raise ValueError(f"{function.code} has no screen.")
    module, _, name = function.screen.partition(":")
    screen: DeskScreen = getattr(import_module(module), name)(session)
    return screen


def screen_makers(session: Session) -> Iterator[tuple[str, partial[DeskScreen]]]:
    """A mode and the maker of its screen, for each function that has one."""
    return ((function.code.value, partial(late_screen, function, session)) for function in screens())


def screen_modules() -> Iterator[str]:
    """The modules of the screens that a digit calls: loaded before the engine is."""
    return (function.screen.partition(":")[0] for function in tabs() if function.screen)


def rarer_modules() -> Iterator[str]:
    """The modules of questions, help and the other screens: at a key press they would hold up the screen."""
    ahead = set(screen_modules())
    yield from _ABOVE_SCREENS
    modules = (function.screen.partition(":")[0] for function in screens() if function.screen)
    yield from (module for module in modules if module not in ahead)


def function_provider() -> type[Provider]:
    """Finds functions in the palette."""
    from vega_terminal.ui.palette import FunctionProvider  # noqa: PLC0415 - loaded when asked

    return FunctionProvider


def look_provider() -> type[Provider]:
    """Finds looks in the palette."""
    from vega_terminal.ui.palette import LookProvider  # noqa: PLC0415 - loaded when asked

    return LookProvider
