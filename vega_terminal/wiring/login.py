"""The ways to tokens: the machine's login lock, the one browser, and the approval on the phone."""

from __future__ import annotations

from collections.abc import Callable

from vega_terminal.broker.client import UpstoxBroker
from vega_terminal.browser.configuration import BrowserConfiguration
from vega_terminal.browser.configuration import BrowserKind as BrowserProgram
from vega_terminal.browser.orphans import Orphans
from vega_terminal.clock import Clock
from vega_terminal.engine.ports import ApprovalRoute, LoginRoute
from vega_terminal.phone.two_ways import TwoWayRoute
from vega_terminal.settings.values import Headless, Settings
from vega_terminal.store.login_lock import LoginLock
from vega_terminal.wiring.sharing import LOCK_PATIENCE_SECONDS


def orphans_of(settings: Settings) -> Orphans:
    """What runs that were killed have left behind: drivers, browsers, profiles."""
    return Orphans(settings.data_dir / "browser")


def login_lock(settings: Settings, clock: Clock, notify: Callable[[str], None]) -> LoginLock:
    """The lock of this machine, which ends what killed runs have left behind."""
    orphans = orphans_of(settings)
    return LoginLock(
        settings.data_dir / "login.lock",
        clock,
        LOCK_PATIENCE_SECONDS,
        reap=orphans.end_processes,
        sweep=orphans.sweep,
        notify=notify,
    )


def login_route(settings: Settings, broker: UpstoxBroker, lock: LoginLock, clock: Clock) -> LoginRoute:
    """Each slot by its own way; what none of them needs is neither loaded nor started."""
    return TwoWayRoute(
        browser=lambda: browser_route(settings, broker, lock, clock),
        phone=lambda: phone_route(settings, broker, clock),
    )


def phone_route(settings: Settings, broker: UpstoxBroker, clock: Clock) -> ApprovalRoute:
    """The approval on the phone, and a listener for the broker's answer.

    Raises:
        ValueError: there is no path to take the answer at; the settings see to it that there is.
    """
    from vega_terminal.phone.notifier import Place  # noqa: PLC0415  loaded for slots that need it
    from vega_terminal.phone.route import PhoneRoute  # noqa: PLC0415  likewise

    phone = settings.phone
    if phone.path is None:
        raise ValueError("VEGA_NOTIFIER_PATH is not set.")
    place = Place(phone.host, phone.port, phone.path)
    return PhoneRoute(broker, place, settings.data_dir, phone.timeout, clock)


def browser_route(settings: Settings, broker: UpstoxBroker, lock: LoginLock, clock: Clock) -> LoginRoute:
    """One visible browser, whose driver keeps the lock for as long as it lives."""
    from vega_terminal.browser.route import BrowserRoute  # noqa: PLC0415  loaded for slots that need it
    from vega_terminal.browser.walk import WalkRules  # noqa: PLC0415  likewise

    return BrowserRoute(
        browser_configuration(settings),
        broker.authorization_url,
        (slot.redirect_uri for slot in settings.roster),
        WalkRules(settings.api_base_url, settings.login_step_timeout),
        settings.data_dir / "logs",
        clock,
        inherited=lock.descriptors,
    )


def browser_configuration(settings: Settings) -> BrowserConfiguration:
    """Which browser is driven, and whether it shows a window."""
    browser = settings.browser
    return BrowserConfiguration(
        profiles_dir=settings.data_dir / "browser",
        kind=None if browser.kind is None else BrowserProgram(browser.kind.value),
        binary=browser.binary,
        driver=browser.driver,
        headless={Headless.AUTO: None, Headless.ON: True, Headless.OFF: False}[browser.headless],
    )
