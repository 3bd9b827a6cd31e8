"""The terminal as a page shows it."""

from __future__ import annotations

from textual.driver import Driver

from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.web.driver import PageDriver


class PageApp(VegaApp):
    """The same App, drawn into a page, and left as soon as the page is gone."""

    def get_driver_class(self) -> type[Driver]:
        """Always the page, whatever the environment says."""
        return PageDriver
