"""Which hosts are served, and how a browser names them."""

from __future__ import annotations

import pytest

from vega_terminal.domain.errors import UsageError
from vega_terminal.loopback.place import Place, listen, loopback_host
from vega_terminal.ui.web.headers import security_headers


@pytest.mark.parametrize(
    ("given", "taken"),
    [("127.0.0.1", "127.0.0.1"), ("127.9.9.9", "127.9.9.9"), ("LocalHost", "localhost"), ("0:0::1", "::1")],
)
def test_loopback_is_taken(given: str, taken: str) -> None:
    assert loopback_host(given) == taken


@pytest.mark.parametrize(
    "given", ["0.0.0.0", "::", "192.168.1.2", "foreign.example", "", "localhost.", "127.1"]
)
def test_everything_else_is_refused(given: str) -> None:
    with pytest.raises(UsageError, match="not loopback"):
        loopback_host(given)


def test_origins_are_written_as_browsers_write_them() -> None:
    assert Place("127.0.0.1", 8643).origin == "http://127.0.0.1:8643"
    assert Place("localhost", 80).origin == "http://localhost"
    assert Place("::1", 8643).origin == "http://[::1]:8643"
    assert "connect-src 'self';" in security_headers(Place("::1", 8643))["Content-Security-Policy"]


def test_a_name_listens_on_the_address_that_it_stands_for() -> None:
    place, listening = listen("localhost", 0, "Choose another one.")
    with listening:
        assert place == Place("localhost", listening.getsockname()[1])
        assert listening.getsockname()[0] == "127.0.0.1"
