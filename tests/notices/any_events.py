"""Every event that there is, with whatever fits into it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args, get_type_hints

from hypothesis import strategies as st

from tests.engine.rosters import SIX
from vega_terminal.domain import events as ev

NOW: Final = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)
INSTANTS: Final = st.timedeltas(timedelta(0), timedelta(days=1)).map(lambda passed: NOW + passed)
KINDS: Final = tuple(
    kind
    for kind in vars(ev).values()
    if isinstance(kind, type) and issubclass(kind, ev.Event) and kind not in (ev.Event, ev.SlotEvent)
)


def _events_of(kind: type[ev.Event]) -> st.SearchStrategy[ev.Event]:
    fields = {name: _values_of(name, hint) for name, hint in get_type_hints(kind).items()}
    return st.builds(kind, **fields)


def _values_of(name: str, hint: Any) -> st.SearchStrategy[Any]:
    if name == "slot":
        return st.sampled_from(SIX)
    return INSTANTS if datetime in (hint, *get_args(hint)) else st.from_type(hint)


EVENTS: Final = st.one_of(*map(_events_of, KINDS))
