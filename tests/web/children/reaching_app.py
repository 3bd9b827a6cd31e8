"""An App on the page's driver that opens an address and saves a file: `python reaching_app.py FILE`."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from textual.app import App
from textual.driver import Driver
from textual.events import DeliveryComplete

from vega_terminal.ui.web.driver import PageDriver
from vega_terminal.ui.web.order import read_order


class ReachingApp(App[None]):
    def get_driver_class(self) -> type[Driver]:
        return PageDriver

    def on_mount(self) -> None:
        path = Path(sys.argv[1])
        self.open_url("https://foreign.example/")
        self.deliver_text(io.StringIO("saved"), save_directory=path.parent, save_filename=path.name)

    def on_delivery_complete(self, _event: DeliveryComplete) -> None:
        self.notify("saved it")

    def hang_up(self) -> None:
        self.exit()


if __name__ == "__main__":
    assert read_order(0) is not None
    ReachingApp().run()
