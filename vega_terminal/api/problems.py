"""Why a request gets no answer: a closed set of codes, each with its HTTP status and a sentence."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from starlette.responses import Response


class ProblemCode(StrEnum):
    """What stands in `error`."""

    BAD_REQUEST = "BAD_REQUEST"
    UNAUTHORIZED = "UNAUTHORIZED"
    FOREIGN_ORIGIN = "FOREIGN_ORIGIN"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    TOO_SLOW = "TOO_SLOW"
    ALREADY_ENDED = "ALREADY_ENDED"
    RUNS_ELSEWHERE = "RUNS_ELSEWHERE"
    TOO_LARGE = "TOO_LARGE"
    NOT_JSON = "NOT_JSON"
    WRONG_HOST = "WRONG_HOST"
    INVALID_REQUEST = "INVALID_REQUEST"
    DEFECT = "DEFECT"
    STORAGE = "STORAGE"
    TOO_MANY = "TOO_MANY"


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal.

    Attributes:
        status: of HTTP.
        code: for programs.
        message: for people: what happened and what to do; nothing of what was sent, nothing from inside.
        headers: that belong to this status.
    """

    status: int
    code: ProblemCode
    message: str
    headers: tuple[tuple[str, str], ...] = field(default=())

    @property
    def body(self) -> bytes:
        """The JSON document."""
        return json.dumps({"error": self.code.value, "message": self.message}).encode()

    def response(self) -> Response:
        """The answer."""
        return Response(self.body, self.status, dict(self.headers), media_type="application/json")

    def saying(self, message: str) -> Problem:
        """The same problem in other words."""
        return replace(self, message=message)


BAD_REQUEST: Final = Problem(400, ProblemCode.BAD_REQUEST, "This is no complete HTTP/1.1 request.")
UNAUTHORIZED: Final = Problem(
    401,
    ProblemCode.UNAUTHORIZED,
    "This needs the header Authorization: Bearer TOKEN. The token lies in the file that the server named at"
    " its start; without --token-file it is a new one after each start.",
    (("WWW-Authenticate", "Bearer"),),
)
FOREIGN_ORIGIN: Final = Problem(
    403,
    ProblemCode.FOREIGN_ORIGIN,
    "Pages of other origins may not call this. Call it from a program, or from a server of your own.",
)
NOT_FOUND: Final = Problem(404, ProblemCode.NOT_FOUND, "There is nothing at this address.")
UNKNOWN_EXECUTION: Final = NOT_FOUND.saying(
    "No execution of this id is known. The last 200 are kept; ask for a refresh to get a new id."
)
METHOD_NOT_ALLOWED: Final = Problem(
    405, ProblemCode.METHOD_NOT_ALLOWED, "This address does not take this method; Allow names those it takes."
)
TOO_SLOW: Final = Problem(
    408, ProblemCode.TOO_SLOW, "The request did not come in time.", (("Connection", "close"),)
)
ALREADY_ENDED: Final = Problem(
    409,
    ProblemCode.ALREADY_ENDED,
    "This execution has ended already, so there is nothing to cancel. Its status tells how it ended.",
)
RUNS_ELSEWHERE: Final = Problem(
    409,
    ProblemCode.RUNS_ELSEWHERE,
    "This execution goes on in another VEGA process of this machine. End it there; nothing was changed.",
)
TOO_LARGE: Final = Problem(
    413, ProblemCode.TOO_LARGE, "The body is too large for anything that is asked here."
)
NOT_JSON: Final = Problem(
    415,
    ProblemCode.NOT_JSON,
    "A body must be JSON in UTF-8, not packed, with Content-Type: application/json.",
)
HEAD_TOO_LARGE: Final = Problem(
    431, ProblemCode.TOO_LARGE, "The headers are too large for anything that is asked here."
)
WRONG_HOST: Final = Problem(
    421,
    ProblemCode.WRONG_HOST,
    "This address leads here, but it is not the one that is served. Use the address that the server named at"
    " its start, with its port.",
)
INVALID_REQUEST: Final = Problem(
    422, ProblemCode.INVALID_REQUEST, "The request does not fit its description."
)
DEFECT: Final = Problem(
    500,
    ProblemCode.DEFECT,
    "A defect of VEGA Terminal got in the way. The log tells where it happened; please report it.",
)
STORAGE: Final = Problem(
    503,
    ProblemCode.STORAGE,
    "The database cannot be read now. It recovers by itself as soon as it can; try again in a moment.",
    (("Retry-After", "2"),),
)
TOO_MANY: Final = Problem(
    503,
    ProblemCode.TOO_MANY,
    "Too many connections are open. Close some, or try again in a moment.",
    (("Retry-After", "2"),),
)
