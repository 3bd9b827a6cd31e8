"""The broker's JSON answers: data in an envelope, errors in one of its casings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse

from vega_terminal.simulator.knobs import Casing

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class BrokerError:
    """An answer that is not a success.

    Attributes:
        status: HTTP status.
        code: the broker's code, such as UDAPI100050.
        message: the broker's sentence.
    """

    status: int
    code: str
    message: str


class RefusedError(Exception):
    """A call ends here, with this answer."""

    def __init__(self, error: BrokerError) -> None:
        super().__init__(error.code)
        self.error = error


INVALID_TOKEN = BrokerError(401, "UDAPI100050", "Invalid token used to access API")
WRONG_TOKEN_KIND = BrokerError(
    403, "UDAPI100067", "The API you are trying to access is not permitted with this token"
)
TOO_MANY_REQUESTS = BrokerError(429, "UDAPI10005", "Too Many Request Sent")
FUNDS_CLOSED = BrokerError(
    423, "UDAPI100072", "The Funds service is accessible from 5:30 AM to 12:00 AM IST daily"
)
NO_SUCH_ROUTE = BrokerError(404, "UDAPI100060", "Resource not Found.")
SERVER_ERROR = BrokerError(500, "UDAPI100500", "Something went wrong... please contact us")


def success(data: object) -> JSONResponse:
    """A successful answer."""
    return JSONResponse({"status": "success", "data": data})


def error_body(error: BrokerError, casing: Casing) -> dict[str, object]:
    """The error envelope; the real broker sends both casings at the time of writing."""
    camel = {"errorCode": error.code, "message": error.message, "propertyPath": None, "invalidValue": None}
    snake = {"error_code": error.code, "message": error.message, "property_path": None, "invalid_value": None}
    fields = {Casing.BOTH: camel | snake, Casing.CAMEL: camel, Casing.SNAKE: snake}[casing]
    return {"status": "error", "errors": [fields]}


def failure(error: BrokerError, casing: Casing, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error answer."""
    return JSONResponse(error_body(error, casing), error.status, headers)
