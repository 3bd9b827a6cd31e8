"""Textual's driver for the web, for a terminal that is hung up on when its page goes."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import BinaryIO, Final, Literal, Protocol, TextIO, runtime_checkable

from textual.driver import Driver
from textual.drivers.web_driver import WebDriver

from vega_terminal.ui.web.packets import Kind, Packet, meta_packet

_TITLE: Final = ("\x1b]2;", "\x07")
_ENDINGS: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)


@runtime_checkable
class HangsUp(Protocol):
    """An App that can be left without a question, because nobody is there to answer."""

    def hang_up(self) -> None:
        """End the run, close everything, leave."""
        ...


class PageDriver(WebDriver):
    """Draws into a page; reaches nothing of the browser but the page and its title."""

    def start_application_mode(self) -> None:
        """Begin to draw; from here on signals end the terminal as the end of the page does."""
        super().start_application_mode()
        loop = asyncio.get_running_loop()
        for number in _ENDINGS:
            loop.add_signal_handler(number, self._hang_up)

    def run_input_thread(self) -> None:
        """Pass on what is typed until the page is gone."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._hang_up()

    def _hang_up(self) -> None:
        """May be called from any thread: the App is only sent a message."""
        app = self._app
        if isinstance(app, HangsUp):
            self._app.call_later(app.hang_up)

    def write(self, data: str) -> None:
        """Draw. The window's title goes its own way: the terminal in the page does not know it."""
        start, end = _TITLE
        if data.startswith(start) and data.endswith(end):
            self._send(meta_packet(type="title", text=data[len(start) : -len(end)]))
        else:
            self._send(Packet(Kind.DATA, data.encode()))

    def write_meta(self, data: dict[str, object]) -> None:
        """Tell the server something about the terminal itself."""
        self._send(meta_packet(**{key: str(value) for key, value in data.items()}))

    def _send(self, packet: Packet) -> None:
        """Write a whole packet; nothing once nobody reads any more, which is not an error of the App."""
        rest = memoryview(packet.encoded())
        try:
            while rest:
                rest = rest[os.write(self.fileno, rest) :]
        except BrokenPipeError:
            if not self.exit_event.is_set():
                self._hang_up()

    def open_url(self, url: str, new_tab: bool = True) -> None:  # noqa: ARG002 - as its parent
        """Open nothing: the page leads nowhere else."""
        self._app.notify(url, title="Open this address yourself", markup=False)

    def deliver_binary(
        self,
        binary: BinaryIO | TextIO,
        *,
        delivery_key: str,
        save_path: Path,
        open_method: Literal["browser", "download"] = "download",
        encoding: str | None = None,
        mime_type: str | None = None,
        name: str | None = None,
    ) -> None:
        """Save a file on this machine, as a terminal does; nothing is sent to the page."""
        Driver.deliver_binary(
            self,
            binary,
            delivery_key=delivery_key,
            save_path=save_path,
            open_method=open_method,
            encoding=encoding,
            mime_type=mime_type,
            name=name,
        )
