"""What a refresh is asked for: the body of the one route that changes something."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from vega_terminal.api.problems import INVALID_REQUEST, Problem
from vega_terminal.domain.execution import Scope, TokenExecutionRequest

REQUESTED_BY: Final = "rest"
_BODY: Final = 'It must be a JSON object with nothing but "scope", "only" and "consent", all optional.'


class BadOrder(ValueError):
    """The body is no order; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


class RefreshOrder(BaseModel):
    """What may be generated: only what needs it or everything, and for which slots; none named is all.

    With `consent` somebody has said yes already: nobody is asked, and the settings' default action, which
    may be less, does not count. It is what `--yes` is on the command line.
    """

    model_config = ConfigDict(extra="forbid")

    scope: Scope = Scope.INVALID_ONLY
    only: list[str] = Field(default_factory=list)
    consent: StrictBool = False


def order_schema(names: Sequence[str]) -> dict[str, Any]:
    """The schema of the body on this roster."""
    schema = RefreshOrder.model_json_schema()
    schema.pop("$defs")
    schema["properties"]["scope"] = {"enum": [scope.value for scope in Scope], "default": Scope.INVALID_ONLY}
    schema["properties"]["only"] |= {"items": {"enum": [*names]}, "default": []}
    return schema


def request_in(body: bytes, names: Sequence[str]) -> TokenExecutionRequest:
    """The request that a body stands for; no body is an order without wishes.

    Raises:
        BadOrder: it is no order, or names a slot that is not in the roster.
    """
    try:
        order = RefreshOrder.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise BadOrder(INVALID_REQUEST.saying(_in_words(error))) from None
    if not set(order.only) <= set(names):
        raise BadOrder(
            INVALID_REQUEST.saying(f"only: there is no such slot. Choose from {', '.join(names)}.")
        )
    return TokenExecutionRequest(REQUESTED_BY, order.scope, tuple(dict.fromkeys(order.only)), order.consent)


def _in_words(error: ValidationError) -> str:
    """What does not fit, without what was sent."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    known = set(RefreshOrder.model_fields)
    place = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in known)
    return f"{place or 'body'}: {first['msg'] if place else _BODY}"
