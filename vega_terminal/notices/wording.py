"""The words of every notice: what happened, what it means, and what to do. Names slots, never a secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from vega_terminal.domain.errors import SettingsError, VegaError
from vega_terminal.domain.events import (
    CooldownStarted,
    DatabaseChanged,
    GateClosed,
    SlotVerified,
    StepReached,
)
from vega_terminal.domain.slots import PRIMARY, LoginIdentity
from vega_terminal.domain.token import IST
from vega_terminal.engine.ports.people import CaptchaPrompt, DecisionPrompt, OtpPrompt
from vega_terminal.engine.sign_in_guard import MOST_FAILURES
from vega_terminal.notices.notice import Matter, Notice, NoticeKind
from vega_terminal.notices.words import listed

PROBLEMS_SHOWN: Final = 3
"""Of so many wrong settings it is told what is wrong; of more, how many there are."""

TITLES: Final[Mapping[NoticeKind, str]] = MappingProxyType(
    {
        NoticeKind.CAPTCHA: "A CAPTCHA waits for you",
        NoticeKind.OTP: "A one-time password is asked for",
        NoticeKind.DECISION: "A decision waits for you",
        NoticeKind.LOGIN_PAGE: "The broker's login page waits for you",
        NoticeKind.APPROVAL: "An approval waits on your phone",
        NoticeKind.RUN_PARTIAL: "Access tokens are missing",
        NoticeKind.RUN_CAPTCHA: "An unsolved CAPTCHA left access tokens missing",
        NoticeKind.RUN_FATAL: "The run could do nothing",
        NoticeKind.NOT_STARTED: "The run could not start",
        NoticeKind.COOLDOWN: "The broker asks for a pause",
        NoticeKind.SIGN_INS_STOPPED: "Sign-ins are stopped until you allow them again",
        NoticeKind.PRIMARY_LOST: "The dashboard closed",
        NoticeKind.TOKEN_REFUSED: "The broker refused an access token",
        NoticeKind.DATABASE: "The database cannot be used",
        NoticeKind.TOKENS_MISSING: "Access tokens are missing on a trading day",
        NoticeKind.TEST: "A test",
    }
)
_GENERATE: Final = "Press g in VEGA Terminal, or run `vega-auth refresh`."


def notice_of(matters: Sequence[Matter], at: datetime) -> Notice:
    """One notice of what happened in one kind; there is at least one matter, and `at` is UTC."""
    kind = matters[0].kind
    return Notice(
        kind,
        TITLES[kind],
        " ".join(_once(matter.happened for matter in matters)),
        " ".join(_once(matter.to_do for matter in matters)),
        tuple(_once(slot for matter in matters for slot in matter.slots)),
        at,
    )


def captcha(prompt: CaptchaPrompt, now: datetime) -> Matter:
    """A person has to solve a CAPTCHA."""
    happened = f"{prompt.slot}: a person has to solve a CAPTCHA before {_in(now, prompt.timeout)}."
    to_do = "Solve it in the browser window."
    if not prompt.window_shown:
        to_do = (
            "The browser has no window here. Run `vega-auth refresh` at a desktop, with VEGA_HEADLESS=false."
        )
    return Matter(NoticeKind.CAPTCHA, prompt.slot, happened, to_do, (prompt.slot,))


def otp(prompt: OtpPrompt, now: datetime) -> Matter:
    """The broker sent an OTP to somebody's phone."""
    happened = f"{prompt.slot}: the broker waits for the one-time password of {prompt.identity.label}."
    to_do = f"Type it in VEGA Terminal before {_in(now, prompt.timeout)}."
    return Matter(NoticeKind.OTP, prompt.slot, happened, to_do, (prompt.slot,))


def decision(prompt: DecisionPrompt, now: datetime) -> Matter:
    """Somebody has to say what is generated."""
    slots = prompt.preselected or prompt.report.needing_login
    happened = f"VEGA Terminal asks whether to sign in for {listed(slots)}."
    until = "" if prompt.timeout is None else f" before {_in(now, prompt.timeout)}"
    return Matter(NoticeKind.DECISION, "", happened, f"Answer in VEGA Terminal{until}.", slots)


def login_page(event: StepReached) -> Matter:
    """A step that only a person can do on the broker's page."""
    to_do = f"Go on in the browser window that VEGA Terminal opened{_until(event)}."
    return Matter(NoticeKind.LOGIN_PAGE, event.slot, _step(event), to_do, (event.slot,))


def approval(event: StepReached) -> Matter:
    """The broker asked its app's user to approve."""
    to_do = f"Approve it in the broker's app{_until(event)}."
    return Matter(NoticeKind.APPROVAL, event.slot, _step(event), to_do, (event.slot,))


def not_started(error: VegaError) -> Matter:
    """A run that ended before it had an engine; errors of one kind or in the same settings are one."""
    to_do = "`vega-auth doctor` says what to mend; then run `vega-auth refresh`."
    subject, why = type(error).__name__, str(error)
    if isinstance(error, SettingsError):
        subject = f"{subject}:{','.join(problem.key for problem in error.problems)}"
        why = f"The settings are wrong. {_problems(error)}"
    return Matter(NoticeKind.NOT_STARTED, subject, f"No access token was looked at. {why}", to_do)


def cooldown(event: CooldownStarted, slots: tuple[str, ...]) -> Matter:
    """The broker throttles an identity."""
    until = event.until.astimezone(IST)
    happened = f"Nothing signs in as {event.label} before {until:%H:%M:%S} IST. {event.reason}"
    to_do = (
        "A terminal or server that runs goes on by itself then; otherwise run `vega-auth refresh` after that."
    )
    return Matter(NoticeKind.COOLDOWN, event.identity, happened, to_do, slots)


def sign_ins_stopped(identity: LoginIdentity, slots: tuple[str, ...]) -> Matter:
    """One more failure might have the account blocked."""
    happened = (
        f"{MOST_FAILURES} sign-ins of {identity.label} in a row did not succeed. The broker blocks the"
        " account at five, so nothing signs in any more."
    )
    to_do = "Check mobile number, PIN and authenticator; then run `vega-auth rearm`."
    return Matter(NoticeKind.SIGN_INS_STOPPED, identity.key, happened, to_do, slots)


def primary_lost(event: GateClosed) -> Matter:
    """Readiness ended in the middle of the day."""
    happened = f"PRIMARY is no longer confirmed. {event.why}"
    return Matter(NoticeKind.PRIMARY_LOST, "", happened, _GENERATE, (PRIMARY,))


def token_refused(event: SlotVerified) -> Matter:
    """The broker said no to a token that is not expired."""
    why = f" {event.failure}" if event.failure else ""
    happened = f"{event.slot}: the token is no longer good.{why}"
    return Matter(NoticeKind.TOKEN_REFUSED, event.slot, happened, _GENERATE, (event.slot,))


def database(event: DatabaseChanged, since: datetime) -> Matter:
    """The database has been out of use since `since` (UTC)."""
    held = {0: "", 1: " One new token is held safely in the journal."}.get(
        event.pending, f" {event.pending} new tokens are held safely in the journal."
    )
    happened = f"Since {since.astimezone(IST):%H:%M:%S} IST. {event.detail}{held}"
    to_do = (
        "Close the program that holds it, or run `vega-auth doctor`. Everything held is saved by itself once"
        " the database is back."
    )
    return Matter(NoticeKind.DATABASE, "", happened, to_do)


def tokens_missing(slots: tuple[str, ...], now: datetime) -> Matter:
    """The reminder of a trading morning."""
    have = "has" if len(slots) == 1 else "have"
    happened = f"It is {now.astimezone(IST):%H:%M} IST, and {listed(slots)} {have} no valid token."
    return Matter(NoticeKind.TOKENS_MISSING, "", happened, _GENERATE, slots)


def trial(at: datetime) -> Notice:
    """What `vega-auth notices test` sends."""
    happened = "Somebody tried out the notices with `vega-auth notices test`; nothing has happened."
    return notice_of([Matter(NoticeKind.TEST, "", happened, "There is nothing to do.")], at)


def _step(event: StepReached) -> str:
    return f"{event.slot}: {event.step.value}."


def _until(event: StepReached) -> str:
    return "" if event.until is None else f" before {event.until.astimezone(IST):%H:%M:%S} IST"


def _in(now: datetime, seconds: float) -> str:
    return f"{(now + timedelta(seconds=seconds)).astimezone(IST):%H:%M:%S} IST"


def _problems(error: SettingsError) -> str:
    told = [str(problem) for problem in error.problems[:PROBLEMS_SHOWN]]
    more = len(error.problems) - len(told)
    return " ".join([*told, *([f"And {more} more."] if more else [])])


def _once(texts: Iterable[str]) -> Iterable[str]:
    """Each text once, in the order of their first coming."""
    return dict.fromkeys(texts)
