"""A socket that listens where the broker redirects to, and must never be reached."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class Trap:
    """Accepts connections on a free port of loopback and remembers that somebody came.

    Attributes:
        address: where it listens.
        redirect_uri: the address to register as an app's redirect.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, 0), family=family)
        self._heard: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, name="trap", daemon=True)
        name = f"[{host}]" if ":" in host else host
        self.address = f"http://{name}:{self._socket.getsockname()[1]}"
        self.redirect_uri = f"{self.address}/callback"

    @property
    def heard(self) -> tuple[bytes, ...]:
        """The beginning of what each visitor said."""
        return tuple(self._heard)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(1.0)
                self._heard.append(b"")
                self._heard[-1] = connection.recv(4096)
