"""Whatever happens to two processes and their disk, in any order: no promise of the journal is broken."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from vega_terminal.domain.errors import StorageError

from .fake_disk import Died, FakeDisk, Plan
from .promises import PATH, SLOTS, Promises, process, token

WHO = st.sampled_from([0, 1])
SOON = st.integers(1, 25)


class AnyHistory(RuleBasedStateMachine):
    """Two processes share a journal. Rules ask something of one of them, or break something."""

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.disk = FakeDisk(seed)
        self.promises = Promises()
        self.told: list[str] = []
        self.epoch = 0
        self.processes = [process(self.disk, self.told) for _ in range(2)]

    @rule(who=WHO, name=st.sampled_from(SLOTS))
    def hold_a_new_token(self, who: int, name: str) -> None:
        self.epoch += 1
        fresh = token(name, self.epoch)
        self._ask(who, lambda: self.promises.hold(self.processes[who], fresh))

    @precondition(lambda self: self.promises.attempted)
    @rule(who=WHO, pick=st.randoms(use_true_random=False))
    def hold_a_token_again(self, who: int, pick: Random) -> None:
        known = pick.choice(self.promises.attempted)
        self._ask(who, lambda: self.promises.hold(self.processes[who], known))

    @rule(who=WHO, count=st.integers(1, 3))
    def note_something(self, who: int, count: int) -> None:
        self.epoch += 1
        texts = tuple(f"note-{self.epoch}-{number}" for number in range(count))
        self._ask(who, lambda: self.promises.note_all(self.processes[who], texts))

    @precondition(lambda self: self.promises.acknowledged or self.promises.noted)
    @rule(who=WHO, pick=st.randoms(use_true_random=False))
    def strike_some_also_twice(self, who: int, pick: Random) -> None:
        numbers = [
            each for each in {**self.promises.acknowledged, **self.promises.noted} if pick.random() < 0.6
        ]
        self._ask(who, lambda: self.promises.strike(self.processes[who], numbers))

    @rule(who=WHO)
    def start_anew(self, who: int) -> None:
        self.processes[who] = process(self.disk, self.told)

    @rule(call=SOON, error=st.sampled_from([errno.EIO, errno.ENOSPC]), for_good=st.booleans())
    def break_the_disk(self, call: int, error: int, for_good: bool) -> None:
        self.disk.expect(Plan(fail_at=call, error=error, for_good=for_good))

    @rule(call=SOON)
    def let_the_next_one_die(self, call: int) -> None:
        self.disk.expect(Plan(die_at=call))

    @rule()
    def mend_the_disk(self) -> None:
        self.disk.expect(Plan())

    @rule()
    def cut_the_power(self) -> None:
        self._end_all()

    @precondition(lambda self: self.disk.is_flushed(PATH))
    @rule(bits=st.lists(st.integers(0, 2**20), min_size=1, max_size=3))
    def flip_bits(self, bits: list[int]) -> None:
        """The medium decays; what is lost is told, or the file refused, and nothing is ever wrong."""
        self._end_all()
        before = self.disk.content(PATH)
        for bit in bits:
            self.disk.flip(PATH, bit)
        changed = self.disk.content(PATH) != before
        told_before = len(self.told)
        try:
            self.promises.require_nothing_wrong(self.processes[0])
        except StorageError:
            self._move_the_journal_away()
        else:
            assert len(self.told) > told_before or not changed

    @rule(who=WHO)
    def look(self, who: int) -> None:
        self._ask(who, lambda: self.promises.require_kept(self.processes[who]))

    @invariant()
    def every_promise_is_kept(self) -> None:
        """Now, and if the power failed now."""
        self.promises.require_kept(process(self.disk.twin(), self.told))
        after_power_cut = self.disk.twin()
        after_power_cut.power_cut()
        self.promises.require_kept(process(after_power_cut, self.told))
        assert not self.disk.descriptors

    def _ask(self, who: int, request: Callable[[], object]) -> None:
        try:
            with suppress(OSError):
                request()
        except Died:
            if self.disk.random.random() < 0.5:
                self._end_all()
            else:
                self.disk.kill()
                self.processes[who] = process(self.disk, self.told)

    def _end_all(self) -> None:
        self.disk.power_cut()
        self.processes = [process(self.disk, self.told) for _ in range(2)]

    def _move_the_journal_away(self) -> None:
        self.disk.unlink(PATH)
        self.disk.fsync_dir(PATH.parent)
        self.promises = Promises()


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
