"""Episodes over every history: told once, never after their end; and no event breaks anything."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.engine.fake_clock import FakeClock
from tests.engine.rosters import ANN, SIX, roster
from vega_terminal.domain import events as ev
from vega_terminal.domain.errors import IllegalTransition
from vega_terminal.domain.fold import fold
from vega_terminal.domain.progress import LoginStep
from vega_terminal.domain.status import AuthStatus
from vega_terminal.notices.episodes import Episodes
from vega_terminal.notices.notice import NEEDS_PERSON, Matter, NoticeKind
from vega_terminal.notices.occasions import UNANSWERED_SECONDS, Occasions

from .any_events import EVENTS, NOW

KINDS = st.sampled_from([NoticeKind.OTP, NoticeKind.COOLDOWN])
SUBJECTS = st.sampled_from(["A", "B"])


class Histories(RuleBasedStateMachine):
    """A model that counts: each episode has a number, and numbers are told."""

    def __init__(self) -> None:
        super().__init__()
        self.episodes = Episodes()
        self.now = 0.0
        self.number = 0
        self.open: dict[tuple[NoticeKind, str], tuple[int, float]] = {}
        self.told: list[int] = []

    @rule(kind=KINDS, subject=SUBJECTS, after=st.sampled_from([0.0, 1.0, 10.0]))
    def begin(self, kind: NoticeKind, subject: str, after: float) -> None:
        if (kind, subject) not in self.open:
            self.number += 1
            self.open[kind, subject] = (self.number, self.now + after)
        number, _due = self.open[kind, subject]
        self.episodes.begin(Matter(kind, subject, "", "", (str(number),)), self.now + after)

    @rule(kind=KINDS, subject=SUBJECTS)
    def end(self, kind: NoticeKind, subject: str) -> None:
        self.open.pop((kind, subject), None)
        self.episodes.end(kind, subject)

    @rule(seconds=st.sampled_from([0.5, 1.0, 20.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds
        for notice in self.episodes.due(self.now, NOW):
            self.told += [int(number) for number in notice.slots]
        late = [number for number, due in self.open.values() if due <= self.now]
        assert set(late) <= set(self.told)

    @invariant()
    def nothing_is_told_twice(self) -> None:
        assert len(self.told) == len(set(self.told))

    @invariant()
    def what_waits_has_a_time(self) -> None:
        waiting = {number: due for number, due in self.open.values() if number not in self.told}
        assert self.episodes.next_due() == min(waiting.values(), default=None)


TestHistories = Histories.TestCase
TestHistories.settings = run(max_examples=50, stateful_step_count=20, deadline=None)


@given(st.lists(EVENTS, max_size=25))
@run(max_examples=60, deadline=None)
def test_any_events_in_any_order_are_borne_and_waits_for_people_end_with_the_run(
    events: list[ev.Event],
) -> None:
    clock, episodes, status = FakeClock(NOW), Episodes(), AuthStatus.for_names(SIX)
    occasions = Occasions(episodes, roster(), clock, spent=lambda: (ANN,), attended=lambda: False)
    for event in events:
        with suppress(IllegalTransition):
            status = fold(status, event)
        occasions.heard(event, status)
    told = episodes.due(float("inf"), NOW)
    assert len({notice.kind for notice in told}) == len(told)
    assert all(notice.title and notice.to_do for notice in told)
    occasions.heard(ev.StepReached(NOW, "PRIMARY", LoginStep.CONSENT), status)
    occasions.heard(ev.RunFinished(NOW, "run", 1, "It is over."), status)
    after = episodes.due(clock.monotonic() + 2 * UNANSWERED_SECONDS, NOW)
    assert not {notice.kind for notice in after} & NEEDS_PERSON
