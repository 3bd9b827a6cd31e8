"""What the settings are, once they are known to be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from vega_terminal.domain.decision import DecisionPolicy
from vega_terminal.domain.secret import Secret
from vega_terminal.domain.slots import Roster
from vega_terminal.settings.addresses import is_loopback


class BrowserKind(StrEnum):
    """Browsers that can be driven."""

    CHROME = "chrome"
    CHROMIUM = "chromium"
    EDGE = "edge"
    FIREFOX = "firefox"


class Headless(StrEnum):
    """Whether the browser's window is hidden; AUTO shows it where there is a display."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class LogLevel(StrEnum):
    """How much goes to the log, in the words of `logging`."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"
    CRITICAL = "CRITICAL"


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """Which browser to drive; None is found by itself.

    Attributes:
        kind: the browser.
        binary: its program.
        driver: its WebDriver program.
        headless: whether its window is hidden.
    """

    kind: BrowserKind | None
    binary: Path | None
    driver: Path | None
    headless: Headless


class DesktopNotices(StrEnum):
    """Whether notices are shown on the desktop; AUTO does where there is one."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class PhoneSettings:
    """The way by approval on the phone.

    Attributes:
        timeout: seconds for the person.
        host, port: where the broker's answer is taken.
        path: of it; secret, because the answer is not signed. None unless a slot takes this way.
    """

    timeout: float
    host: str
    port: int
    path: Secret | None


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """Who is told when a person is needed; None is nobody.

    Attributes:
        desktop: whether notices are shown on the desktop.
        command: program and arguments; the notice is on its stdin.
        webhook: address that each notice is posted to.
        reminder: time of the day, IST.
        dead_man: address that is called after each run.
    """

    desktop: DesktopNotices
    command: tuple[str, ...] | None
    webhook: Secret | None
    reminder: time
    dead_man: Secret | None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be configured. All spans are in seconds, all paths absolute.

    Attributes:
        roster: the slots with their credentials and login identities.
        api_base_url: scheme and host of the broker's API, without a slash at the end.
        policy: who decides what is generated.
        verify_timeout: for one token's verification.
        login_step_timeout: for one step of the login page.
        captcha_timeout: for a person at a CAPTCHA.
        cooldown: pause that follows a throttled sign-in.
        login_spacing: least time between two sign-ins of one identity.
        warmup_time: of the run from Monday to Friday, IST.
        data_dir: folder of the database, journal, lock, browser profile and logs.
        key_file: key of the vault, if it is a file.
        browser: which browser to drive.
        db_busy_attempts: attempts at a locked database before it counts as locked.
        api_host, api_port: where the REST API listens.
        phone: the way by approval on the phone.
        notices: who is told when a person is needed.
        metrics_file: for the metrics of each run.
        calendar_file: holidays and special sessions of one's own.
        redis_url: optional second replay buffer and login lease across hosts; may hold a password.
        log_level: how much goes to the log.
        warnings: sentences to be shown at each start; none of them stops it.
    """

    roster: Roster
    api_base_url: str
    policy: DecisionPolicy
    verify_timeout: float
    login_step_timeout: float
    captcha_timeout: float
    cooldown: float
    login_spacing: float
    warmup_time: time
    data_dir: Path
    key_file: Path | None
    browser: BrowserSettings
    db_busy_attempts: int
    api_host: str
    api_port: int
    phone: PhoneSettings
    notices: NoticeSettings
    metrics_file: Path | None
    calendar_file: Path | None
    redis_url: Secret | None
    log_level: LogLevel
    warnings: tuple[str, ...] = ()

    @property
    def broker_on_loopback(self) -> bool:
        """Whether the broker is on this machine, which only a simulated one can be."""
        return is_broker_on_loopback(self.api_base_url)


def is_broker_on_loopback(api_base_url: str) -> bool:
    """Whether a well-formed address names this machine."""
    return is_loopback(urlsplit(api_base_url).hostname)
