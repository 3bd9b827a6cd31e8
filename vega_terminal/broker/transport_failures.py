"""What can go wrong on the way to the broker and back, in the same words whichever way is taken."""

from __future__ import annotations

from typing import Final

from vega_terminal.broker.failures import broker_error
from vega_terminal.broker.sanitise import plain_text
from vega_terminal.broker.transport import HttpRequest
from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import FailureKind


def timed_out(timeout: float) -> BrokerError:
    """The answer was not complete within `timeout` seconds."""
    return broker_error(
        FailureKind.TIMEOUT,
        f"The broker did not answer completely within {timeout:g} s; nothing is known about the token. "
        "Check the internet connection, then try again.",
    )


def gave_up() -> BrokerError:
    """The system itself stopped waiting."""
    return broker_error(FailureKind.TIMEOUT, _GAVE_UP)


def shut_down() -> BrokerError:
    """The transport was closed before or during the call."""
    return broker_error(FailureKind.NETWORK, _SHUT_DOWN)


def not_callable() -> BrokerError:
    """The address is none that a call can be made to."""
    return broker_error(FailureKind.NETWORK, _NOT_CALLABLE)


def unusable_environment() -> BrokerError:
    """Proxy or certificate settings of the environment cannot be used."""
    return broker_error(FailureKind.NETWORK, _UNUSABLE_ENVIRONMENT)


def unreachable(error: Exception, request: HttpRequest) -> BrokerError:
    """No connection came about; `error` says why, and is shown without secrets of `request`."""
    reason = plain_text(str(error), request.secrets)
    return broker_error(
        FailureKind.NETWORK,
        f"The broker cannot be reached ({reason}); nothing was sent. "
        "Check the internet connection and UPSTOX_API_BASE_URL, then try again.",
    )


def broken_off() -> BrokerError:
    """The connection ended, or what came is no HTTP, before the answer was complete."""
    return broker_error(FailureKind.NETWORK, _BROKEN_OFF)


def too_large() -> BrokerError:
    """The body is larger than `MAX_BODY`."""
    return broker_error(FailureKind.UNEXPECTED_ANSWER, _TOO_LARGE)


_UNUSABLE_ENVIRONMENT: Final = (
    "The environment's proxy or certificate settings cannot be used, so nothing was sent. Correct or unset "
    "HTTPS_PROXY, HTTP_PROXY and ALL_PROXY (http:// only, no SOCKS), SSL_CERT_FILE and SSL_CERT_DIR."
)
_GAVE_UP: Final = (
    "The system gave up connecting to the broker; nothing is known about the token. "
    "Check the internet connection, then try again."
)
_BROKEN_OFF: Final = (
    "The connection to the broker broke before its answer was complete; nothing is known about "
    "the token. Check the internet connection, then try again."
)
_NOT_CALLABLE: Final = "The broker's address cannot be called; nothing was sent. Correct UPSTOX_API_BASE_URL."
_SHUT_DOWN: Final = (
    "The connection to the broker is closed, because the program is ending. Start it again to go on."
)
_TOO_LARGE: Final = (
    "The broker's address sent more data than any answer of the broker holds; the rest was not read. "
    "Something else may answer in its place: check the network and UPSTOX_API_BASE_URL."
)
