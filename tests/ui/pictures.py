"""The states of the terminal that are kept as pictures: how each comes about, and in which looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from vega_terminal.doctor.findings import Finding
from vega_terminal.doctor.findings import Verdict as Health
from vega_terminal.domain import events as ev
from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.domain.market import Dashboard, Panel
from vega_terminal.engine.ports import CaptchaPrompt, OtpPrompt
from vega_terminal.engine.ports.audit import AuditKind
from vega_terminal.ui.app import VegaApp
from vega_terminal.ui.facade import BrokerKind
from vega_terminal.ui.functions import Code
from vega_terminal.ui.looks import Look, MarketColours, ThemeName
from vega_terminal.ui.preferences import Preferences

from . import market_scenes, scenes
from .audit_records import record
from .scripted_engine import IDENTITY, SIX, History, Script, ScriptedEngine, generate_everything

WIDE, NARROW = (120, 36), (80, 24)


@dataclass(frozen=True)
class Variant:
    """One way to look at a state."""

    name: str
    size: tuple[int, int] = WIDE
    look: Look = field(default_factory=Look)
    no_color: bool = False


AMBER = Variant("amber")
CVD = Variant("cvd", look=Look(ThemeName.CVD))
PLAIN = Variant("plain", no_color=True)
SMALL = Variant("80x24", size=NARROW)
RED_UP = Variant("red-up", look=Look(market=MarketColours.RED_UP))
EVERY = (AMBER, CVD, PLAIN, SMALL)


@dataclass(frozen=True)
class Picture:
    """A state.

    Attributes:
        name: of the state.
        history: what the engine tells when it starts.
        calls: a function that is called once the engine runs.
        beside: what is typed beside it.
        keys: pressed after that.
        shows: text that must stand on the screen before the picture is taken or `then` is pressed.
        and_shows: text of another part of it that comes by itself.
        then: pressed after that.
        variants: in which looks and sizes it is kept.
        script: the run that `g` begins.
        names: the roster.
        broker: real or simulated.
    """

    name: str
    history: History
    shows: str
    and_shows: str = ""
    calls: Code | None = None
    beside: str | None = None
    keys: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = (AMBER,)
    script: Script = generate_everything
    names: tuple[str, ...] = SIX
    broker: BrokerKind = BrokerKind.SIMULATED

    def app(self, variant: Variant) -> VegaApp:
        """The App, not yet running; nothing of it hears the outside."""
        engine = ScriptedEngine(self.history, self.names)
        engine.script = self.script
        return scenes.app_for(engine, self.broker, Preferences(look=variant.look))


# --- histories ------------------------------------------------------------------------------------


def partial(engine: ScriptedEngine) -> None:
    """Some tokens, PRIMARY refused by the operator's own settings, and nothing goes on."""
    engine.find_missing()
    engine.say(ev.LoginRequested(engine.now, SIX[:3]))
    for name in SIX[1:3]:
        engine.issue(name)
        engine.prove(name)
    wrong = Failure(
        FailureKind.APP_MISCONFIGURED, "The redirect URI is not the one registered at the broker."
    )
    engine.say(ev.SlotFailed(engine.now, "PRIMARY", wrong), ev.Settled(engine.now))


def gate_closed(engine: ScriptedEngine) -> None:
    """It was open, and the broker took PRIMARY away."""
    scenes.ready(engine)
    engine.clock.advance(3600)
    engine.close_gate("The broker refused the PRIMARY token (401).")


def night(engine: ScriptedEngine) -> None:
    """The broker's closed hours: the last values stay, old, with the reason."""
    scenes.ready(engine)
    closed = Failure(
        FailureKind.SERVICE_HOURS, "The broker closes this from 00:00 to 05:30 IST.", "UDAPI100072"
    )
    market, ago = engine.dashboard, engine.now - timedelta(hours=9)

    def old(panel: Panel[object]) -> Panel[object]:
        return replace(panel, fetched_at=ago, failure=closed)

    engine.dashboard = Dashboard(
        **{name: old(getattr(market, name)) for name in Dashboard.__dataclass_fields__}  # type: ignore[arg-type]
    )


def audited(engine: ScriptedEngine) -> None:
    """A morning in the audit trail."""
    scenes.ready(engine)
    kinds: tuple[tuple[AuditKind, str | None, dict[str, str]], ...] = (
        (AuditKind.RUN_STARTED, None, {"by": "terminal"}),
        (AuditKind.VERDICT, "PRIMARY", {"verdict": "EXPIRED"}),
        (AuditKind.VERDICT, "WEBSOCKET1", {"verdict": "VALID"}),
        (AuditKind.DECISION, None, {"chosen": "PRIMARY", "by": "operator"}),
        (AuditKind.SIGN_IN, "PRIMARY", {"identity": "…3210"}),
        (AuditKind.TOKEN_ISSUED, "PRIMARY", {"expires": "25 Nov 03:30 IST"}),
        (AuditKind.TOKEN_HELD, "PRIMARY", {"database": "LOCKED"}),
        (AuditKind.TOKEN_REPLAYED, "PRIMARY", {}),
        (AuditKind.SLOT_FAILED, "OPTIONCHAIN2", {"why": "The OTP page did not come within 30 seconds."}),
        (AuditKind.COOLDOWN, None, {"identity": "…3210", "until": "09:11 IST"}),
        (AuditKind.GATE, None, {"change": "opened"}),
        (AuditKind.RUN_FINISHED, None, {"exit": "1", "summary": "5 of 6"}),
    )
    engine.book.trail = [
        record(number, kind, slot, at=engine.now - timedelta(minutes=50 - number), facts=facts)
        for number, (kind, slot, facts) in enumerate(kinds * 4, start=1)
    ]


def examined(engine: ScriptedEngine) -> None:
    """A machine with something of everything."""
    scenes.empty(engine)
    engine.backstage.findings = [
        Finding("Settings", Health.OK, "6 slots, one login identity.", "", 0.01),
        Finding(".env", Health.WARN, ".env can be read by other users.", "chmod 600 .env", 0.0),
        Finding("Browser", Health.OK, "Chromium 130.0 and its driver fit together.", "", 0.4),
        Finding("Database", Health.OK, "vega_trade.db is whole; schema 4.", "", 0.02),
        Finding(
            "Clock",
            Health.FAIL,
            "This machine's clock is 94 s ahead of the broker's.",
            "timedatectl set-ntp true",
            0.2,
        ),
        Finding(
            "Redis",
            Health.UNKNOWN,
            "It did not answer within 2 s.",
            "Start it, or take VEGA_REDIS_URL out.",
            2.0,
        ),
        Finding("Folder rights", Health.OK, "Nobody else can read ~/.local/share/vega-terminal.", "", 0.0),
    ]


async def ask_otp(engine: ScriptedEngine) -> None:
    assert engine.prompts is not None
    await engine.prompts.otp(OtpPrompt("PRIMARY", IDENTITY, 180.0))


async def ask_captcha(engine: ScriptedEngine) -> None:
    assert engine.prompts is not None
    await engine.prompts.captcha(CaptchaPrompt("WEBSOCKET2", 180.0))


# --- the table ------------------------------------------------------------------------------------

PICTURES = (
    Picture("login-empty", scenes.empty, "0 / 6"),
    Picture("login-generating", scenes.generating, "2 / 6", variants=EVERY),
    Picture("login-partial", partial, "2 / 6"),
    Picture("login-cooldown", scenes.partial_cooldown, "3 / 6", variants=EVERY),
    Picture("login-locked", scenes.locked, "temporarily locked", variants=EVERY),
    Picture("login-ready", scenes.ready, "6 / 6", variants=EVERY),
    Picture("login-gate-closed", gate_closed, "INVALID"),
    Picture("login-24-slots", scenes.partly_ready, "9 / 24", names=scenes.MANY, variants=(AMBER, SMALL)),
    Picture(
        "login-1-slot-live",
        scenes.ready,
        "1 / 1",
        names=SIX[:1],
        broker=BrokerKind.LIVE,
        variants=(SMALL, PLAIN),
    ),
    Picture("decision", scenes.empty, "CONFIRM", keys=("g",), then=("down", "space"), variants=EVERY),
    Picture("otp", scenes.empty, "OTP", keys=("g",), then=("1", "2", "3"), script=ask_otp, variants=EVERY),
    Picture("captcha", scenes.empty, "CAPTCHA", keys=("g",), script=ask_captcha, variants=EVERY),
    Picture("leave-question", scenes.generating, "LEAVE?", keys=("ctrl+q",)),
    Picture("rearm-question", scenes.spent, "ALLOW SIGN-INS", keys=("g",), then=tuple("REA")),
    Picture(
        "account-partial", scenes.partial_cooldown, "Login partially completed.", keys=("2",), variants=EVERY
    ),
    Picture("account-ready", scenes.ready, "ACCOUNT", keys=("2",)),
    Picture("dashboard", scenes.ready, "BANKNIFTY25NOV52000PE", keys=("3",), variants=(*EVERY, RED_UP)),
    Picture("dashboard-night", night, "00:00 to 05:30", keys=("3",)),
    Picture("portfolio", scenes.ready, "HDFCBANK", calls=Code.PORT),
    Picture("watchlist", market_scenes.live, "RELIANCE", calls=Code.W, variants=(AMBER, CVD, SMALL)),
    Picture(
        "description",
        market_scenes.live,
        "Circuit limits",
        calls=Code.DES,
        beside="MARUTI",
        variants=(AMBER, SMALL),
    ),
    Picture(
        "options", market_scenes.live, "24,550", calls=Code.OMON, beside="NIFTY", variants=(AMBER, SMALL)
    ),
    Picture(
        "graph",
        market_scenes.live,
        "24,541",
        "24,750.00",
        calls=Code.GP,
        beside="NIFTY",
        variants=(AMBER, CVD, SMALL),
    ),
    Picture("audit", audited, "WHOLE", "RUN_FINISHED", keys=("4",), variants=EVERY),
    Picture("log", scenes.partial_cooldown, "Cooldown of", calls=Code.LOG),
    Picture("doctor", examined, "Folder rights", calls=Code.DOC),
    Picture("theme", scenes.empty, "VERDICTS", calls=Code.THEME, variants=(AMBER, SMALL)),
    Picture("help", scenes.empty, "KEYS HERE", keys=("question_mark",), variants=EVERY),
    Picture("manual", scenes.empty, "KEYS HERE", keys=("question_mark",), then=("f1",)),
    Picture("completions", scenes.ready, "DASH", keys=("D",), then=("down",), variants=(AMBER, PLAIN)),
)


def framed() -> Iterator[tuple[Picture, Variant]]:
    """Every picture in every variant in which it is kept."""
    return ((picture, variant) for picture in PICTURES for variant in picture.variants)
