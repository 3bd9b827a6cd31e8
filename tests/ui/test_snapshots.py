"""Every screen in its states, as pictures that a person has looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.functions import FUNCTIONS
from vega_terminal.ui.messages import Call

from .pictures import Picture, Variant, framed
from .waiting import app_of, running, screen_text, until

Compare = Callable[..., bool]


def keys_are_there(app: VegaApp) -> bool:
    """A footer makes its keys anew, beside everything else, when they have changed, and then places them."""
    footers = [footer for screen in app.screen_stack for footer in screen.query(Footer)]
    return all(keys and keys[0].region.width for keys in map(keys_of, footers))


def keys_of(footer: Footer) -> list[FooterKey]:
    return list(footer.query(FooterKey))


@pytest.mark.parametrize(
    ("picture", "variant"),
    [pytest.param(picture, variant, id=f"{picture.name}-{variant.name}") for picture, variant in framed()],
)
def test_screen(
    picture: Picture, variant: Variant, snap_compare: Compare, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variant.no_color:
        monkeypatch.setenv("NO_COLOR", "1")

    async def prepare(pilot: Pilot[None]) -> None:
        await running(pilot)
        if picture.calls is not None:
            app_of(pilot).post_message(Call(FUNCTIONS[picture.calls], picture.beside))
        await pilot.press(*picture.keys)
        for words in (picture.shows, picture.and_shows):
            await until(pilot, lambda words=words: words in screen_text(app_of(pilot)), f"{words} is shown")  # type: ignore[misc]
        await pilot.press(*picture.then)
        app_of(pilot).repaint()
        await until(pilot, lambda: keys_are_there(app_of(pilot)), "the keys at the foot")

    assert snap_compare(picture.app(variant), terminal_size=variant.size, run_before=prepare)
