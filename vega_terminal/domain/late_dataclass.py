"""Frozen dataclasses whose methods are made with the first instance.

Making the methods of a dataclass takes some 0.4 ms. A closed set of many small kinds, most of which never
occur in one process, would cost a start more than the broker does: here the kinds are there at once, and
each is completed when it first occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields, make_dataclass
from typing import Any, Final, TypeVar, dataclass_transform

T = TypeVar("T")

_COMPLETED: Final = ("__init__", "__repr__", "__eq__", "__hash__")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def late_dataclass(cls: type[T]) -> type[T]:
    """As `dataclass(frozen=True, slots=True)`, but its methods are made later.

    Fields, slots and the refusal of changes are there at once, for `fields`, `replace` and `match`. A
    class that inherits from such a one has to be one, too.
    """
    made = dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    late: dict[str, Callable[..., Any]] = {
        "__init__": _completing(made),
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__reduce__": _reduced,
    }
    for name, method in late.items():
        setattr(made, name, method)
    return made


def _completing(cls: type[Any]) -> Callable[..., None]:
    def __init__(self: Any, *values: Any, **named: Any) -> None:  # noqa: ANN401, N807
        _complete(cls)
        cls.__init__(self, *values, **named)

    return __init__


def _complete(cls: type[Any]) -> None:
    """Take over the methods that the standard library makes for the same fields."""
    specified = [(each.name, each.type, _copy(each)) for each in fields(cls)]
    # With a docstring it does not have to make one, which would take longer than all else.
    model = make_dataclass(cls.__name__, specified, namespace={"__doc__": "Gives its methods."}, frozen=True)
    for name in _COMPLETED:
        setattr(cls, name, getattr(model, name))


def _copy(original: Field[Any]) -> Any:  # noqa: ANN401 - a `Field` serves one class alone
    names = ("default", "default_factory", "init", "repr", "hash", "compare", "kw_only")
    chosen = {name: getattr(original, name) for name in names}
    return field(**{name: value for name, value in chosen.items() if value is not MISSING})


def _refuse(_self: object, name: str, *_value: object) -> None:
    raise FrozenInstanceError(f"cannot change field {name!r}")


def _reduced(self: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """How it is copied: from its values."""
    return type(self), tuple(getattr(self, each.name) for each in fields(self))
