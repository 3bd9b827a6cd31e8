"""What is worth a notice: events and questions become episodes here. Silence on success."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from vega_terminal.clock import Clock
from vega_terminal.domain import events as ev
from vega_terminal.domain.progress import DatabaseState, LoginStep
from vega_terminal.domain.slots import PRIMARY, ApiSlot, LoginIdentity
from vega_terminal.domain.status import AuthStatus, Probe
from vega_terminal.domain.token import Verdict
from vega_terminal.engine.ports.people import CaptchaPrompt, DecisionPrompt
from vega_terminal.notices import run_words, wording
from vega_terminal.notices.episodes import Episodes
from vega_terminal.notices.notice import NEEDS_PERSON, Matter, NoticeKind
from vega_terminal.notices.questions import Question
from vega_terminal.notices.run_end import Circumstances, lacking, needs_no_words

UNANSWERED_SECONDS: Final = 10.0
"""A question that is answered sooner was seen, so nobody is called."""
WORTH_A_CALL_SECONDS: Final = 30.0
"""A decision that is taken by default sooner than this needs nobody."""
GATHERING_SECONDS: Final = 1.0
"""What happens together is told together."""
DATABASE_SECONDS: Final = 60.0
"""A database that is back sooner was busy, not in trouble."""

_BY_HAND: Final = frozenset({LoginStep.WAITING_MOBILE, LoginStep.WAITING_PIN, LoginStep.CONSENT})
"""Steps on the broker's page that a person does without being asked by a prompt."""
_RUN_ENDS: Final = frozenset({NoticeKind.RUN_PARTIAL, NoticeKind.RUN_CAPTCHA, NoticeKind.RUN_FATAL})


class Occasions:
    """Opens and closes episodes. Told every event but those of a run in which all is well."""

    def __init__(
        self,
        episodes: Episodes,
        slots: Iterable[ApiSlot],
        clock: Clock,
        *,
        spent: Callable[[], tuple[LoginIdentity, ...]],
        attended: Callable[[], bool],
    ) -> None:
        """Keep `episodes`.

        Args:
            episodes: where they are kept.
            slots: the roster.
            clock: dates what is begun.
            spent: the identities that sign in no more until a person re-arms them; none during a run.
            attended: whether somebody is there to be asked.
        """
        self._episodes = episodes
        self._owner = {slot.name: slot.identity.key for slot in slots}
        self._clock = clock
        self._spent = spent
        self._attended = attended
        self._stopped_by_operator: bool | None = None
        self._database_since: datetime | None = None
        self._handlers = self._table()

    def heard(self, event: ev.Event, status: AuthStatus) -> None:
        """Draw the consequences of `event`, which led to `status`."""
        handle = self._handlers.get(type(event))
        if handle is not None:
            handle(event, status)

    def asked(self, question: Question) -> Callable[[], None]:
        """Somebody is asked; the returned function is called when it is over."""
        if isinstance(question, DecisionPrompt):
            if question.timeout is not None and question.timeout < WORTH_A_CALL_SECONDS:
                return _nothing
            matter = wording.decision(question, self._clock.now())
        elif isinstance(question, CaptchaPrompt):
            matter = wording.captcha(question, self._clock.now())
        else:
            matter = wording.otp(question, self._clock.now())
        self._begin(matter, UNANSWERED_SECONDS)
        return lambda: self._episodes.end(matter.kind, matter.subject)

    def stopping(self, *, by_operator: bool) -> None:
        """A signal stops the run under way: the operator's own, or one of a shutdown."""
        self._stopped_by_operator = by_operator

    def ending(self, status: AuthStatus) -> None:
        """The program ends: nobody has to come any more, and only what is still held matters."""
        self._episodes.end_all(NEEDS_PERSON)
        if status.pending_persist == 0:
            self._episodes.end(NoticeKind.DATABASE, "")

    def _table(self) -> Mapping[type[ev.Event], Callable[[Any, AuthStatus], None]]:
        return {
            ev.StepReached: self._step_reached,
            ev.SlotStarted: self._left_the_step,
            ev.SlotParked: self._left_the_step,
            ev.SlotFailed: self._left_the_step,
            ev.TokenIssued: self._new_token,
            ev.TokenLoaded: self._token_loaded,
            ev.TokenReplayed: self._new_token,
            ev.TokenExpired: self._new_token,
            ev.SlotVerified: self._slot_verified,
            ev.RunFinished: self._run_finished,
            ev.SignInsRearmed: self._rearmed,
            ev.CooldownStarted: self._cooldown_started,
            ev.CooldownEnded: self._cooldown_ended,
            ev.GateClosed: self._gate_closed,
            ev.GateOpened: self._gate_opened,
            ev.DatabaseChanged: self._database_changed,
        }

    def _begin(self, matter: Matter, after: float) -> None:
        self._episodes.begin(matter, self._clock.monotonic() + after)

    def _slots_of(self, identity: str) -> tuple[str, ...]:
        return tuple(name for name, owner in self._owner.items() if owner == identity)

    # --- one slot ---------------------------------------------------------------------------------

    def _step_reached(self, event: ev.StepReached, _status: AuthStatus) -> None:
        self._left_the_step(event, _status)
        if event.step in _BY_HAND:
            self._begin(wording.login_page(event), UNANSWERED_SECONDS)
        elif event.step is LoginStep.WAITING_APPROVAL:
            self._begin(wording.approval(event), UNANSWERED_SECONDS)

    def _left_the_step(self, event: ev.SlotEvent, _status: AuthStatus) -> None:
        self._episodes.end(NoticeKind.LOGIN_PAGE, event.slot)
        self._episodes.end(NoticeKind.APPROVAL, event.slot)

    def _new_token(self, event: ev.SlotEvent, status: AuthStatus) -> None:
        self._left_the_step(event, status)
        self._episodes.end(NoticeKind.TOKEN_REFUSED, event.slot)

    def _token_loaded(self, event: ev.TokenLoaded, _status: AuthStatus) -> None:
        if not event.refused:
            self._episodes.end(NoticeKind.TOKEN_REFUSED, event.slot)

    def _slot_verified(self, event: ev.SlotVerified, status: AuthStatus) -> None:
        """A run generates what is refused; an open gate tells of PRIMARY by closing."""
        if event.verdict is not Verdict.INVALID:
            if event.verdict is not Verdict.UNKNOWN:
                self._episodes.end(NoticeKind.TOKEN_REFUSED, event.slot)
            return
        gate_tells = event.slot == PRIMARY and status.probe is Probe.CONFIRMED
        if not status.running and not gate_tells:
            self._begin(wording.token_refused(event), GATHERING_SECONDS)

    # --- a run ------------------------------------------------------------------------------------

    def _run_finished(self, event: ev.RunFinished, status: AuthStatus) -> None:
        self._episodes.end_all(NEEDS_PERSON | {NoticeKind.NOT_STARTED})
        self._tell_stopped_sign_ins()
        by_operator, self._stopped_by_operator = self._stopped_by_operator, None
        if event.exit_code == 0:
            self._episodes.end_all(_RUN_ENDS)
            return
        attended = self._attended() if by_operator is None else by_operator
        left = lacking(status, event.at)
        known = Circumstances(self._owner, self._episodes, attended=attended)
        if by_operator or needs_no_words(left, known):
            return
        matter = run_words.run_ended(event, left)
        self._episodes.end_all(_RUN_ENDS, but=matter)
        self._begin(matter, GATHERING_SECONDS)

    def _tell_stopped_sign_ins(self) -> None:
        spent = {identity.key: identity for identity in self._spent()}
        for key in set(self._owner.values()) - spent.keys():
            self._episodes.end(NoticeKind.SIGN_INS_STOPPED, key)  # another process may have re-armed them
        for key, identity in spent.items():
            self._begin(wording.sign_ins_stopped(identity, self._slots_of(key)), GATHERING_SECONDS)

    def _rearmed(self, event: ev.SignInsRearmed, _status: AuthStatus) -> None:
        self._episodes.end(NoticeKind.SIGN_INS_STOPPED, event.identity)

    # --- cooldown, gate, database -----------------------------------------------------------------

    def _cooldown_started(self, event: ev.CooldownStarted, status: AuthStatus) -> None:
        """One that is found at the start began in an earlier process, which told it."""
        if status.running:
            self._begin(wording.cooldown(event, self._slots_of(event.identity)), GATHERING_SECONDS)

    def _cooldown_ended(self, event: ev.CooldownEnded, _status: AuthStatus) -> None:
        self._episodes.end(NoticeKind.COOLDOWN, event.identity)

    def _gate_closed(self, event: ev.GateClosed, status: AuthStatus) -> None:
        """At 03:30 IST every token ends; that is no loss."""
        if status.primary.verdict_at(event.at) is not Verdict.EXPIRED:
            self._begin(wording.primary_lost(event), GATHERING_SECONDS)

    def _gate_opened(self, _event: ev.GateOpened, _status: AuthStatus) -> None:
        self._episodes.end(NoticeKind.PRIMARY_LOST, "")

    def _database_changed(self, event: ev.DatabaseChanged, _status: AuthStatus) -> None:
        if event.state is DatabaseState.OK:
            self._database_since = None
            self._episodes.end(NoticeKind.DATABASE, "")
            return
        self._database_since = self._database_since or event.at
        if event.state is not DatabaseState.RECOVERING:
            self._begin(wording.database(event, self._database_since), DATABASE_SECONDS)


def _nothing() -> None:
    """Nobody was called."""
