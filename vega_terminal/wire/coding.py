"""Values of the product as JSON, and back: one codec for everything that crosses.

A `Secret` has no form here, so that a message which holds one cannot even be described; the single
exception says so where it stands (`questions.OtpAnswer`). Fields that a newer sender adds are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from functools import cache
from typing import Any, Final, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from vega_terminal.domain import decision, execution, failure, lifecycle, market, progress, status, token
from vega_terminal.domain.errors import VegaError

T = TypeVar("T")
_LINE_ENDS: Final = {ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"}
"""What JSON leaves as it is, and some readers of lines take for the end of one."""


class NotUnderstood(VegaError):
    """What came is no message of this kind: the other side has another version, or is something else."""


def encode(kind: Any, value: object) -> str:  # noqa: ANN401 - any type that has a form on the wire
    """`value` of the type `kind` as one line of JSON. Characters that are no text become `?`."""
    plain = _adapter(kind).dump_python(value, mode="json", warnings=False)
    return json.dumps(plain, ensure_ascii=False).encode(errors="replace").decode().translate(_LINE_ENDS)


def decode(kind: type[T], text: str | bytes) -> T:
    """The value of the type `kind` that `text` holds.

    Raises:
        NotUnderstood: it holds none. The text is not in the error: it may be an answer of the operator.
    """
    try:
        value: T = _adapter(cast("Hashable", kind)).validate_python(json.loads(text))
    except (ValueError, RecursionError, ValidationError):
        raise NotUnderstood(
            "The other side sent something that this version does not understand. Use the same version of "
            "VEGA Terminal on both sides."
        ) from None
    return value


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type that has a form on the wire
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    adapter.rebuild(_types_namespace=_names())
    return adapter


@cache
def _names() -> dict[str, Any]:
    """What the annotations of the domain name, also where a module imports it for the type checker alone."""
    modules = (decision, execution, failure, lifecycle, progress, status, token)
    named = {name: value for module in modules for name, value in vars(module).items() if name[0] != "_"}
    return named | {name: getattr(market, name) for name in market.__all__}
