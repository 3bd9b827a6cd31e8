"""One kind of record that may be deferred: its state, the note of one change, and the note as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

S = TypeVar("S")
N = TypeVar("N")


@dataclass(frozen=True, slots=True)
class Topic(Generic[S, N]):
    """One kind of record: its state `S`, and the note `N` of one change.

    Attributes:
        name: of the topic in the journal.
        meaning: what it means for the operator when a note cannot be read.
        fields: of a note, as JSON takes them; instants as in the database.
        build: the note with these fields.
        key: which record a note is about.
        fold: the state after the change; the same change twice in a row counts once, and nothing that
            protects the account ever goes back.
    """

    name: str
    meaning: str
    fields: Callable[[N], Mapping[str, object]]
    build: Callable[[Mapping[str, Any]], N]
    key: Callable[[N], str]
    fold: Callable[[S, N], S]

    def encode(self, note: N) -> str:
        """The one text of a note: canonical JSON."""
        return json.dumps(self.fields(note), sort_keys=True, separators=(",", ":"))

    def decode(self, text: str) -> N:
        """Read what `encode` wrote.

        Raises:
            ValueError: it is no note of this topic.
        """
        try:
            return self.build(json.loads(text))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from error
