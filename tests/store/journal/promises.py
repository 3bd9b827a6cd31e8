"""What a journal owes to those who use it, and journals on a disk that can be broken."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import PRIMARY
from vega_terminal.domain.token import AccessToken, IssuedToken
from vega_terminal.engine.ports import HeldToken
from vega_terminal.store.journal.file_ops import FileOps
from vega_terminal.store.journal.journal_file import JournalFile
from vega_terminal.store.journal.pending import HeldNote, PendingRecords
from vega_terminal.store.journal.sealing import RecordSeal
from vega_terminal.store.vault.key import KeySource, VaultKey

NOW: Final = datetime(2026, 10, 6, 4, 0, tzinfo=UTC)
PATH: Final = Path("/data/pending.journal")
TOPIC: Final = "cooldowns"
SLOTS: Final = ("PRIMARY", "WEBSOCKET1", "OPTIONCHAIN1")


def vault_key(secret: bytes = bytes(range(32))) -> VaultKey:
    return VaultKey(Secret(base64.b64encode(secret).decode()), KeySource.KEY_FILE, "nowhere")


def token(name: str = "PRIMARY", epoch: int = 1) -> AccessToken:
    issued = IssuedToken(Secret(f"token-{epoch}-of-{name}"), "AB1234", NOW + timedelta(seconds=epoch))
    return AccessToken.from_issue(name, f"client-of-{name}", issued, epoch)


class StandingClock:
    """It is always the same moment."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    def boot_id(self) -> str:
        return "boot"

    def uptime(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("The journal waits for nothing.")


def process(ops: FileOps, told: list[str], path: Path = PATH, key: VaultKey | None = None) -> PendingRecords:
    """What one process has in its hands."""
    seal = RecordSeal(key or vault_key())
    return PendingRecords(JournalFile(path, seal, ops, StandingClock(), told.append), seal, told.append)


@dataclass
class Promises:
    """Carries out what is asked and remembers what was promised.

    Attributes:
        acknowledged: what `hold` returned for.
        attempted: what `hold` was called for; it may be there, but nobody was promised it.
        noted: what `note_all` returned for, in that order.
        attempted_notes: what `note_all` was called for, as it was written at once.
        order_known: `noted` is in the order in which it was written.
        struck: what `strike` returned for.
        perhaps_struck: what `strike` was called for.
    """

    acknowledged: dict[int, AccessToken] = field(default_factory=dict)
    attempted: list[AccessToken] = field(default_factory=list)
    noted: dict[int, str] = field(default_factory=dict)
    order_known: bool = True
    attempted_notes: list[tuple[str, ...]] = field(default_factory=list)
    struck: set[int] = field(default_factory=set)
    perhaps_struck: set[int] = field(default_factory=set)

    def hold(self, journal: PendingRecords, token: AccessToken) -> int:
        self.attempted.append(token)
        sequence = journal.hold(token)
        assert self.acknowledged.get(sequence, token) == token
        assert sequence not in self.struck
        self.acknowledged[sequence] = token
        self.perhaps_struck.discard(sequence)
        return sequence

    def note_all(self, journal: PendingRecords, texts: tuple[str, ...]) -> tuple[int, ...]:
        self.attempted_notes.append(texts)
        sequences = journal.note_all(TOPIC, texts)
        assert not self.struck.union(self.noted).intersection(sequences)
        self.noted.update(zip(sequences, texts, strict=True))
        return sequences

    def strike(self, journal: PendingRecords, sequences: Iterable[int]) -> None:
        numbers = set(sequences)
        self.perhaps_struck |= numbers
        journal.strike(numbers)
        self.struck |= numbers

    def require_kept(self, journal: PendingRecords) -> tuple[HeldToken, ...]:
        """Every promise is kept: nothing is missing, double, wrong, or back from the dead."""
        held = journal.held()
        self._require_right(held)
        numbers = {each.sequence for each in held}
        assert set(self.acknowledged) - self.perhaps_struck <= numbers
        assert not numbers & self.struck
        self._require_notes_kept(journal.notes())
        return held

    def _require_notes_kept(self, notes: tuple[HeldNote, ...]) -> None:
        self._require_notes_right(notes)
        numbers = [each.sequence for each in notes]
        assert self.noted.keys() - self.perhaps_struck <= set(numbers)
        assert not self.struck.intersection(numbers)
        promised = [number for number in numbers if number in self.noted]
        if self.order_known:
            assert promised == [number for number in self.noted if number in promised]

    def require_nothing_wrong(self, journal: PendingRecords) -> None:
        """After damage to the medium: what is there is right; from now on that is what is owed."""
        held = journal.held()
        self._require_right(held)
        notes = journal.notes()
        self._require_notes_right(notes)
        self.acknowledged = {each.sequence: each.token for each in held}
        self.noted = {each.sequence: each.text for each in notes}
        self.perhaps_struck -= {*self.acknowledged, *self.noted}
        self.struck -= {*self.acknowledged, *self.noted}

    def _require_notes_right(self, notes: tuple[HeldNote, ...]) -> None:
        texts = [each.text for each in notes]
        assert len(set(texts)) == len(texts)
        for each in notes:
            assert each.topic == TOPIC
            assert each.text == self.noted.get(each.sequence, each.text)
        for at_once in self.attempted_notes:
            written = [text for text in at_once if text in texts]
            assert written == [text for text in texts if text in at_once]
            assert len(written) in {0, len(at_once)} or self.perhaps_struck
        assert set(texts) <= {text for at_once in self.attempted_notes for text in at_once}

    def _require_right(self, held: tuple[HeldToken, ...]) -> None:
        assert len({each.sequence for each in held}) == len(held)
        assert len({each.token for each in held}) == len(held)
        for each in held:
            assert each.token == self.acknowledged.get(each.sequence, each.token)
            assert each.token in self.attempted
        primary_first = sorted(held, key=lambda each: each.token.slot != PRIMARY)
        assert list(held) == primary_first
