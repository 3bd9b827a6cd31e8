"""The one way in which this package makes its errors."""

from __future__ import annotations

from vega_terminal.domain.errors import BrokerError
from vega_terminal.domain.failure import Failure, FailureKind


def broker_error(kind: FailureKind, message: str) -> BrokerError:
    """An error without a code of the broker; `message` is ready to be shown."""
    return BrokerError(Failure(kind, message))
