"""A late dataclass is a frozen one with slots in every way that shows."""

from __future__ import annotations

import copy
import inspect
from dataclasses import FrozenInstanceError, asdict, dataclass, fields, replace
from typing import Any, cast

import pytest

from vega_terminal.domain.late_dataclass import late_dataclass


@dataclass(frozen=True, slots=True)
class PlainBase:
    at: int


@dataclass(frozen=True, slots=True)
class Plain(PlainBase):
    slot: str
    names: tuple[str, ...] = ()


@late_dataclass
class LateBase:
    at: int


@late_dataclass
class Late(LateBase):
    slot: str
    names: tuple[str, ...] = ()


@late_dataclass
class Other(LateBase):
    slot: str
    names: tuple[str, ...] = ()


def test_fields_are_known_before_the_first_instance() -> None:
    @late_dataclass
    class Fresh(LateBase):
        slot: str = "-"

    assert [each.name for each in fields(Fresh)] == ["at", "slot"]
    assert vars(Fresh)["__slots__"] == ("slot",)
    assert "init" not in str(inspect.signature(Fresh))


def test_it_is_made_compared_and_shown_like_a_plain_one() -> None:
    late, plain = Late(1, slot="A", names=("x",)), Plain(1, slot="A", names=("x",))
    assert repr(late) == repr(plain).replace("Plain", "Late")
    assert late == Late(1, "A", ("x",))
    assert hash(late) == hash(Late(1, "A", ("x",)))
    assert late != Late(2, "A", ("x",))
    assert late != cast("object", Other(1, "A", ("x",)))
    assert asdict(late) == asdict(plain)
    assert replace(late, at=3) == Late(3, "A", ("x",))
    assert copy.copy(late) == copy.deepcopy(late) == late
    assert Late(1, "A").names == ()
    match late:
        case Late(at, slot):
            assert (at, slot) == (1, "A")
    assert str(inspect.signature(Late)) == str(inspect.signature(Plain))


@pytest.mark.parametrize("kind", [Plain, Late])
def test_it_cannot_be_changed_nor_made_wrongly(kind: Any) -> None:
    made = kind(1, "A")
    for name in ("at", "slot", "unknown"):
        with pytest.raises((FrozenInstanceError, TypeError)):
            setattr(made, name, 2)
    with pytest.raises(FrozenInstanceError):
        del made.slot
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'slot'"):
        kind(1)
    with pytest.raises(TypeError, match="unexpected keyword argument 'more'"):
        kind(1, "A", more=2)
    assert not hasattr(made, "__dict__")
