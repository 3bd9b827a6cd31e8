"""The table of all keys. Parsing, the check for unknown keys and `.env.example` are derived from it."""

from __future__ import annotations

from typing import Final

from vega_terminal.domain.decision import DecisionMode, DefaultAction
from vega_terminal.domain.slots import RouteKind
from vega_terminal.settings import parsers, secret_parsers
from vega_terminal.settings.key import Key, Scope, Section
from vega_terminal.settings.values import BrowserKind, DesktopNotices, LogLevel

MIN_COOLDOWN: Final = 660
"""Seconds of the broker's own throttle, the eleven minutes of seed 3 section 10."""

API_NAMES: Final = Key(
    "UPSTOX_API_NAMES",
    parsers.slot_names,
    "The API apps that need a token, in order of importance: 1 to 24 names, among them PRIMARY.",
    "PRIMARY,WEBSOCKET1,WEBSOCKET2,WEBSOCKET3,OPTIONCHAIN1,OPTIONCHAIN2",
)
CLIENT_ID: Final = Key(
    "UPSTOX_CLIENT_ID",
    secret_parsers.client_id,
    "API key of each app, from its page at the broker.",
    scope=Scope.SLOT,
    required=True,
)
CLIENT_SECRET: Final = Key(
    "UPSTOX_CLIENT_SECRET",
    secret_parsers.credential,
    "API secret of each app, from the same page.",
    scope=Scope.SLOT,
    required=True,
)
REDIRECT_URI: Final = Key(
    "UPSTOX_REDIRECT_URI",
    secret_parsers.redirect_uri,
    "Redirect URI, character for character as registered with the broker. Nothing has to listen there.",
    scope=Scope.BOTH,
    required=True,
)
MOBILE_NUMBER: Final = Key(
    "UPSTOX_MOBILE_NUMBER",
    secret_parsers.mobile,
    "Mobile number of ten digits of whoever signs in. Slots with the same number share one sign-in."
    " Not set: typed in the browser.",
    scope=Scope.BOTH,
)
PIN: Final = Key(
    "UPSTOX_PIN",
    secret_parsers.pin,
    "PIN of six digits of that person. Not set: typed in the browser.",
    scope=Scope.BOTH,
)
TOTP_SECRET: Final = Key(
    "UPSTOX_TOTP_SECRET",
    secret_parsers.totp_secret,
    "Authenticator secret of that person (base32, shown beside the QR code). Not set: the OTP is asked in the"
    " terminal.",
    scope=Scope.BOTH,
)
LOGIN_ROUTE: Final = Key(
    "UPSTOX_LOGIN_ROUTE",
    parsers.choice(RouteKind),
    "How a token is got: browser (the login page), or phone (the broker asks its app's user to approve).",
    "browser",
    scope=Scope.BOTH,
)
PHONE_TIMEOUT: Final = Key(
    "UPSTOX_PHONE_TIMEOUT_SEC",
    parsers.seconds(1, 3600),
    "How long somebody has to approve on the phone, in seconds (1 to 3600).",
    "300",
)
NOTIFIER_HOST: Final = Key(
    "VEGA_NOTIFIER_HOST",
    parsers.host,
    "Where the broker's answer to an approval is taken; a reverse proxy with TLS stands before it.",
    "127.0.0.1",
)
NOTIFIER_PORT: Final = Key(
    "VEGA_NOTIFIER_PORT", parsers.whole(1, 65_535, "ports"), "Port of it (1 to 65535).", "8644"
)
NOTIFIER_PATH: Final = Key(
    "VEGA_NOTIFIER_PATH",
    secret_parsers.notifier_path,
    "Path of it, as in the notifier URL that each app is registered with; long and hard to guess, because"
    " the broker does not sign what it sends. Needed for phone.",
)
API_BASE_URL: Final = Key(
    "UPSTOX_API_BASE_URL",
    secret_parsers.api_base_url,
    "Scheme and host for all broker calls and the authorization dialog.",
    "https://api.upstox.com",
)
DECISION_MODE: Final = Key(
    "UPSTOX_DECISION_MODE",
    parsers.choice(DecisionMode),
    "AUTO: ask where someone can answer, take the default action when the time is up or nobody can."
    " ASK: nothing without an answer. NEVER: report only.",
    "AUTO",
)
DEFAULT_ACTION: Final = Key(
    "UPSTOX_DEFAULT_ACTION",
    parsers.choice(DefaultAction),
    "What AUTO generates when nobody answers: INVALID_ONLY, ALL or NONE.",
    "INVALID_ONLY",
)
DECISION_TIMEOUT: Final = Key(
    "UPSTOX_DECISION_TIMEOUT_MS",
    parsers.milliseconds(0, 3_600_000),
    "How long AUTO waits for an answer, in milliseconds (0 to 3600000).",
    "5000",
)
VERIFY_TIMEOUT: Final = Key(
    "UPSTOX_VERIFY_TIMEOUT_MS",
    parsers.milliseconds(100, 60_000),
    "How long the verification of one token may take, in milliseconds (100 to 60000).",
    "3000",
)
LOGIN_STEP_TIMEOUT: Final = Key(
    "UPSTOX_LOGIN_STEP_TIMEOUT_SEC",
    parsers.seconds(1, 600),
    "How long one step of the login page may take, in seconds (1 to 600).",
    "30",
)
CAPTCHA_TIMEOUT: Final = Key(
    "UPSTOX_CAPTCHA_TIMEOUT_SEC",
    parsers.seconds(1, 3600),
    "How long a person has to solve a CAPTCHA, in seconds (1 to 3600).",
    "180",
)
COOLDOWN: Final = Key(
    "UPSTOX_COOLDOWN_SEC",
    parsers.seconds(0, 86_400),
    "Pause after the broker throttled a sign-in, in seconds (660 to 86400; less only with a broker on"
    " loopback).",
    str(MIN_COOLDOWN),
)
LOGIN_SPACING: Final = Key(
    "UPSTOX_LOGIN_SPACING_SEC",
    parsers.seconds(0, 3600),
    "Least time between two sign-ins of one person, in seconds (0 to 3600); an early second one can fail"
    " silently.",
    "0",
)
WARMUP_TIME: Final = Key(
    "UPSTOX_WARMUP_TIME",
    parsers.warmup_time,
    "Time of the warm-up run, HH:MM in IST, Monday to Friday; not before 03:30, when tokens die.",
    "08:00",
)
DATA_DIR: Final = Key(
    "VEGA_DATA_DIR",
    parsers.path,
    "Folder of the database, journal, lock, browser profile and logs; made with rights 0700."
    " Not set: the platform's user data folder.",
)
KEY_FILE: Final = Key(
    "VEGA_KEY_FILE",
    parsers.path,
    "File with the key that seals the tokens. Not set: $CREDENTIALS_DIRECTORY/vega-key, the system keyring,"
    " or a file in the user's config folder.",
)
BROWSER: Final = Key(
    "VEGA_BROWSER",
    parsers.choice(BrowserKind),
    "chrome, chromium, edge or firefox. Not set: found by itself.",
)
BROWSER_BINARY: Final = Key(
    "VEGA_BROWSER_BINARY", parsers.path, "The browser's program. Not set: found by itself."
)
DRIVER_PATH: Final = Key("VEGA_DRIVER_PATH", parsers.path, "Its WebDriver program. Not set: found by itself.")
HEADLESS: Final = Key(
    "VEGA_HEADLESS",
    parsers.headless,
    "Whether the browser's window is hidden: auto (shown where there is a display), true or false.",
    "auto",
)
DB_BUSY_ATTEMPTS: Final = Key(
    "VEGA_DB_BUSY_ATTEMPTS",
    parsers.whole(1, 100, "attempts"),
    "Attempts to write to a locked database before it counts as locked (1 to 100).",
    "3",
)
API_HOST: Final = Key(
    "VEGA_API_HOST", parsers.host, "Where the REST API listens; keep it on loopback.", "127.0.0.1"
)
API_PORT: Final = Key(
    "VEGA_API_PORT", parsers.whole(1, 65_535, "ports"), "Port of the REST API (1 to 65535).", "8642"
)
REDIS_URL: Final = Key(
    "VEGA_REDIS_URL",
    secret_parsers.redis_url,
    "Second replay buffer and login lease across hosts: rediss://user:password@host:6379/0, redis:// without"
    " TLS, or unix:///path/to/redis.sock. Not set: none.",
)
NOTIFY_DESKTOP: Final = Key(
    "VEGA_NOTIFY_DESKTOP",
    parsers.choice(DesktopNotices),
    "Notices on the desktop when a person is needed: auto (where there is a desktop), on or off.",
    "auto",
)
NOTIFY_COMMAND: Final = Key(
    "VEGA_NOTIFY_COMMAND",
    parsers.command,
    "Program that takes each notice as one JSON document on its stdin. Not set: none.",
)
NOTIFY_WEBHOOK: Final = Key(
    "VEGA_NOTIFY_WEBHOOK",
    secret_parsers.webhook,
    "Address to which each notice is posted as one JSON document; may hold a secret. Not set: none.",
)
NOTIFY_REMINDER: Final = Key(
    "VEGA_NOTIFY_REMINDER_TIME",
    parsers.clock_time,
    "When a reminder goes out on a trading day if a token is missing, HH:MM in IST.",
    "08:45",
)
DEAD_MAN_URL: Final = Key(
    "VEGA_DEAD_MAN_URL",
    secret_parsers.webhook,
    "Address that is called after each run that ended well, so that a monitor notices when none comes;"
    " /fail is added when one did not. Not set: none.",
)
METRICS_FILE: Final = Key(
    "VEGA_METRICS_FILE",
    parsers.metrics_file,
    "File for the metrics of each run, for node_exporter's textfile collector; ends in .prom. Not set: none.",
)
CALENDAR_FILE: Final = Key(
    "VEGA_CALENDAR_FILE",
    parsers.path,
    "Holidays and special sessions of one's own (JSON) that go before the shipped ones. Not set: none.",
)
LOG_LEVEL: Final = Key(
    "VEGA_LOG_LEVEL",
    parsers.choice(LogLevel),
    "How much goes to the log: DEBUG, INFO, WARNING, ERROR or CRITICAL.",
    "INFO",
)

SECTIONS: Final = (
    Section("The API apps", (API_NAMES,)),
    Section("One pair for each app", (CLIENT_ID, CLIENT_SECRET)),
    Section("Signing in", (REDIRECT_URI, MOBILE_NUMBER, PIN, TOTP_SECRET)),
    Section(
        "Approving on the phone instead",
        (LOGIN_ROUTE, PHONE_TIMEOUT, NOTIFIER_HOST, NOTIFIER_PORT, NOTIFIER_PATH),
    ),
    Section("The broker", (API_BASE_URL, VERIFY_TIMEOUT)),
    Section("Who decides", (DECISION_MODE, DEFAULT_ACTION, DECISION_TIMEOUT)),
    Section("Pace", (LOGIN_STEP_TIMEOUT, CAPTCHA_TIMEOUT, COOLDOWN, LOGIN_SPACING)),
    Section("Warm-up", (WARMUP_TIME, CALENDAR_FILE)),
    Section(
        "Notices and metrics",
        (NOTIFY_DESKTOP, NOTIFY_COMMAND, NOTIFY_WEBHOOK, NOTIFY_REMINDER, DEAD_MAN_URL, METRICS_FILE),
    ),
    Section("Files", (DATA_DIR, KEY_FILE, DB_BUSY_ATTEMPTS, LOG_LEVEL)),
    Section("Browser", (BROWSER, BROWSER_BINARY, DRIVER_PATH, HEADLESS)),
    Section("REST API and Redis", (API_HOST, API_PORT, REDIS_URL)),
)
KEYS: Final = tuple(key for section in SECTIONS for key in section.keys)
