"""Reads all settings, or tells everything that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from vega_terminal.domain.decision import DecisionPolicy
from vega_terminal.domain.errors import SettingsError
from vega_terminal.domain.slots import MAX_SLOTS, ApiSlot, Roster, RouteKind
from vega_terminal.settings import keys
from vega_terminal.settings.addresses import is_loopback
from vega_terminal.settings.data_folder import folder_in
from vega_terminal.settings.key import Scope
from vega_terminal.settings.reader import Reader
from vega_terminal.settings.slots import configured_names, read_slots, route_of
from vega_terminal.settings.source import Source, read_source
from vega_terminal.settings.unknown import unknown_keys
from vega_terminal.settings.values import (
    BrowserSettings,
    NoticeSettings,
    PhoneSettings,
    Settings,
    is_broker_on_loopback,
)


def load_settings(environ: Mapping[str, str], env_file: Path | None) -> Settings:
    """Read the settings from the environment and a file; the environment wins.

    Args:
        environ: the environment, usually `os.environ`.
        env_file: a file that must exist; None reads `./.env` if there is one.

    Raises:
        SettingsError: with every problem, each with its key and its cure.
    """
    source = read_source(environ, env_file)
    del environ  # crash reports show what is in a frame
    return _settings_from(source)


def _settings_from(source: Source) -> Settings:
    reader = Reader(source)
    names = configured_names(reader)
    reader.problems.extend(unknown_keys(source, names))
    slots = _checked(reader, names[:MAX_SLOTS])
    if reader.problems:
        raise SettingsError((*source.absent, *reader.problems))
    return _settings(reader, Roster(slots))


def _checked(reader: Reader, names: tuple[str, ...]) -> tuple[ApiSlot, ...]:
    """Read every key once, so that no problem hides another, and what depends on several keys."""
    for key in keys.KEYS:
        if key.scope is not Scope.SLOT:
            reader.find(key)
        if key.scope is not Scope.PROGRAM:
            for name in names:
                reader.find(key, name)
    _check_cooldown(reader)
    _check_api_host(reader)
    _check_redis(reader)
    _check_phone(reader, names)
    return read_slots(reader, names)


def _check_cooldown(reader: Reader) -> None:
    cooldown = reader.get(keys.COOLDOWN)
    if cooldown < keys.MIN_COOLDOWN and not is_broker_on_loopback(reader.get(keys.API_BASE_URL)):
        reader.problem(
            keys.COOLDOWN.name,
            f"{cooldown:g} seconds is less than the broker's own pause of {keys.MIN_COOLDOWN}.",
            f"Write {keys.MIN_COOLDOWN} or more; less is for a simulated broker on loopback.",
        )


def _check_api_host(reader: Reader) -> None:
    host = reader.get(keys.API_HOST)
    if not is_loopback(host):
        reader.warnings.append(
            f"{keys.API_HOST.name} lets other machines reach the REST API, in clear. "
            f"Mend it with: {keys.API_HOST.name}={keys.API_HOST.default}"
        )


def _check_redis(reader: Reader) -> None:
    url = reader.find(keys.REDIS_URL)
    if url is None:
        return
    parts = urlsplit(url.reveal())
    if parts.scheme == "redis" and parts.password and not is_loopback(parts.hostname):
        reader.warnings.append(
            f"{keys.REDIS_URL.name} sends its password over the network in clear. Mend it with rediss://"
            " (TLS), or with a socket on this machine."
        )


def _check_phone(reader: Reader, names: tuple[str, ...]) -> None:
    """An approval needs a place for its answer, and one that nobody else can find."""
    on_phone = [name for name in names if route_of(reader, name) is RouteKind.PHONE]
    if on_phone and not reader.holds(keys.NOTIFIER_PATH.name):
        reader.problem(
            keys.NOTIFIER_PATH.name,
            f"It is not set, but needed for what is approved on the phone: {', '.join(on_phone)}.",
            "Set it to the path of the notifier URL that the app is registered with, such as /upstox/"
            " and 32 random letters.",
        )
    if not is_loopback(reader.get(keys.NOTIFIER_HOST)):
        reader.warnings.append(
            f"{keys.NOTIFIER_HOST.name} takes tokens over the network in clear. Mend it with a reverse proxy"
            f" with TLS on this machine and: {keys.NOTIFIER_HOST.name}={keys.NOTIFIER_HOST.default}"
        )


def _settings(reader: Reader, roster: Roster) -> Settings:
    return Settings(
        roster=roster,
        api_base_url=reader.get(keys.API_BASE_URL),
        policy=_policy(reader),
        verify_timeout=reader.get(keys.VERIFY_TIMEOUT),
        login_step_timeout=reader.get(keys.LOGIN_STEP_TIMEOUT),
        captcha_timeout=reader.get(keys.CAPTCHA_TIMEOUT),
        cooldown=reader.get(keys.COOLDOWN),
        login_spacing=reader.get(keys.LOGIN_SPACING),
        warmup_time=reader.get(keys.WARMUP_TIME),
        data_dir=folder_in(reader),
        key_file=reader.find_path(keys.KEY_FILE),
        browser=_browser(reader),
        db_busy_attempts=reader.get(keys.DB_BUSY_ATTEMPTS),
        api_host=reader.get(keys.API_HOST),
        api_port=reader.get(keys.API_PORT),
        phone=_phone(reader),
        notices=notice_settings(reader),
        metrics_file=reader.find_path(keys.METRICS_FILE),
        calendar_file=reader.find_path(keys.CALENDAR_FILE),
        redis_url=reader.find(keys.REDIS_URL),
        log_level=reader.get(keys.LOG_LEVEL),
        warnings=tuple(reader.warnings),
    )


def _policy(reader: Reader) -> DecisionPolicy:
    return DecisionPolicy(
        mode=reader.get(keys.DECISION_MODE),
        default_action=reader.get(keys.DEFAULT_ACTION),
        timeout=reader.get(keys.DECISION_TIMEOUT),
    )


def _browser(reader: Reader) -> BrowserSettings:
    return BrowserSettings(
        kind=reader.find(keys.BROWSER),
        binary=reader.find_path(keys.BROWSER_BINARY),
        driver=reader.find_path(keys.DRIVER_PATH),
        headless=reader.get(keys.HEADLESS),
    )


def _phone(reader: Reader) -> PhoneSettings:
    return PhoneSettings(
        timeout=reader.get(keys.PHONE_TIMEOUT),
        host=reader.get(keys.NOTIFIER_HOST),
        port=reader.get(keys.NOTIFIER_PORT),
        path=reader.find(keys.NOTIFIER_PATH),
    )


def notice_settings(reader: Reader) -> NoticeSettings:
    """Who is told of what."""
    return NoticeSettings(
        desktop=reader.get(keys.NOTIFY_DESKTOP),
        command=reader.find(keys.NOTIFY_COMMAND),
        webhook=reader.find(keys.NOTIFY_WEBHOOK),
        reminder=reader.get(keys.NOTIFY_REMINDER),
        dead_man=reader.find(keys.DEAD_MAN_URL),
    )
