"""What bad settings get: every problem at once, each with its key and its cure, and never a secret."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as run
from hypothesis import strategies as st

from vega_terminal.domain.errors import SettingsError
from vega_terminal.settings import load_settings
from vega_terminal.settings.key import Scope
from vega_terminal.settings.keys import KEYS

from .environments import GOOD, NO_FILE, error_of, good, load, problems_of

ONE_KEY_WRONG = [
    # key, text, what the sentence says is wrong, what it tells to do
    ("UPSTOX_API_NAMES", "WEBSOCKET1", "PRIMARY is missing", "such as PRIMARY,WEBSOCKET1"),
    ("UPSTOX_API_NAMES", "PRIMARY,WEBSOCKET1,PRIMARY", "'PRIMARY' stands there more than once", "1 to 24"),
    ("UPSTOX_API_NAMES", "PRIMARY,WEBSOCKET1,feed-1", "'feed-1' cannot name a slot", "1 to 24 names"),
    ("UPSTOX_API_NAMES", "primary,websocket1", "'primary', 'websocket1' cannot name a slot", "PRIMARY"),
    ("UPSTOX_CLIENT_ID_PRIMARY", "", "not set", "Copy it from the app's page"),
    ("UPSTOX_CLIENT_ID_PRIMARY", "two words", "holds a space", "Copy it again"),
    ("UPSTOX_CLIENT_ID_PRIMARY", "schlüssel", "outside ASCII", "Copy it again"),
    ("UPSTOX_CLIENT_ID_PRIMARY", "zero\u200bwidth", "character 5 is invisible", "by hand"),
    ("UPSTOX_CLIENT_ID_WEBSOCKET1", "client-id-of-primary", "same as UPSTOX_CLIENT_ID_PRIMARY", "of its own"),
    ("UPSTOX_CLIENT_SECRET_WEBSOCKET1", "", "not set", "or take WEBSOCKET1 out of UPSTOX_API_NAMES"),
    ("UPSTOX_CLIENT_SECRET_PRIMARY", "two words", "holds a space", "Copy it again"),
    ("UPSTOX_CLIENT_SECRET_PRIMARY", "bytes\udcff", "character 6 is invisible", "by hand"),
    ("UPSTOX_REDIRECT_URI", "", "nor is there one for PRIMARY, WEBSOCKET1", "registered"),
    ("UPSTOX_REDIRECT_URI", "/callback", "not an absolute http or https address", "Write it in full"),
    ("UPSTOX_REDIRECT_URI", "ftp://127.0.0.1/x", "not an absolute http or https address", "Write it in full"),
    ("UPSTOX_REDIRECT_URI", "https://", "not an absolute http or https address", "Write it in full"),
    ("UPSTOX_REDIRECT_URI", "http://[::1", "not an absolute http or https address", "Write it in full"),
    ("UPSTOX_REDIRECT_URI", "http://127.0.0.1:99999/", "not an absolute http", "Write it in full"),
    ("UPSTOX_REDIRECT_URI", "https://me@host/x", "without a user name", "Write it in full"),
    ("UPSTOX_REDIRECT_URI", "https://host/x#part", "has a fragment", "Take away the #"),
    ("UPSTOX_REDIRECT_URI", "http://example.com/x", "in clear", "Use https"),
    ("UPSTOX_REDIRECT_URI_PRIMARY", "http://127.0.0.1.example.com/x", "in clear", "Use https"),
    ("UPSTOX_MOBILE_NUMBER", "98765", "not a mobile number of ten digits", "such as 9876543210"),
    ("UPSTOX_MOBILE_NUMBER", "+44 9876543210", "not a mobile number of ten digits", "such as 9876543210"),
    ("UPSTOX_MOBILE_NUMBER_PRIMARY", "९८७६५४३२१०", "not a mobile number", "such as 9876543210"),
    ("UPSTOX_PIN", "12345", "not a PIN of six digits", "Write the digits"),
    ("UPSTOX_PIN_PRIMARY", "12345a", "not a PIN of six digits", "Write the digits"),
    ("UPSTOX_TOTP_SECRET", "123456", "no authenticator secret", "not the six digits that change"),
    ("UPSTOX_TOTP_SECRET", "JBSWY3DP", "16 or more", "beside the QR code"),
    ("UPSTOX_TOTP_SECRET_PRIMARY", "JBSWY3DPEHPK3PX1", "no authenticator secret", "beside the QR code"),
    ("UPSTOX_API_BASE_URL", "api.upstox.com", "not an absolute http or https address", "Write it in full"),
    ("UPSTOX_API_BASE_URL", "http://api.upstox.com", "in clear", "Use https"),
    ("UPSTOX_API_BASE_URL", "https://api.upstox.com/v2", "has a path", "only scheme and host"),
    ("UPSTOX_DECISION_MODE", "SOMETIMES", "none of its values", "AUTO, ASK, NEVER"),
    ("UPSTOX_DEFAULT_ACTION", "SOME", "none of its values", "INVALID_ONLY, ALL, NONE"),
    ("UPSTOX_DECISION_TIMEOUT_MS", "5s", "not a whole number from 0 to 3600000", "milliseconds"),
    ("UPSTOX_VERIFY_TIMEOUT_MS", "3", "not a whole number from 100 to 60000", "milliseconds"),
    ("UPSTOX_VERIFY_TIMEOUT_MS", "3_000", "not a whole number", "digits only"),
    ("UPSTOX_LOGIN_STEP_TIMEOUT_SEC", "-1", "not a number of seconds from 1 to 600", "digits only"),
    ("UPSTOX_CAPTCHA_TIMEOUT_SEC", "nan", "not a number of seconds from 1 to 3600", "digits only"),
    ("UPSTOX_COOLDOWN_SEC", "659", "less than the broker's own pause of 660", "Write 660 or more"),
    ("UPSTOX_COOLDOWN_SEC", "1e3", "not a number of seconds", "digits only"),
    ("UPSTOX_LOGIN_SPACING_SEC", "99999", "not a number of seconds from 0 to 3600", "digits only"),
    ("UPSTOX_WARMUP_TIME", "8am", "not a time of the day", "HH:MM in IST"),
    ("UPSTOX_WARMUP_TIME", "24:00", "not a time of the day", "HH:MM in IST"),
    ("UPSTOX_WARMUP_TIME", "02:30", "before 03:30 IST", "08:00"),
    ("VEGA_DATA_DIR", "~nobody-of-that-name/x", "home folder that is not known", "from / on"),
    ("VEGA_BROWSER", "safari", "none of its values", "chrome, chromium, edge, firefox"),
    ("VEGA_HEADLESS", "maybe", "none of its values", "auto, true or false"),
    ("VEGA_DB_BUSY_ATTEMPTS", "0", "not a whole number from 1 to 100", "attempts"),
    ("VEGA_API_HOST", "http://127.0.0.1", "not a host", "such as 127.0.0.1"),
    ("VEGA_API_PORT", "65536", "not a whole number from 1 to 65535", "digits only"),
    ("VEGA_REDIS_URL", "localhost:6379", "not the address of a Redis server", "rediss://"),
    ("VEGA_LOG_LEVEL", "LOUD", "none of its values", "DEBUG, INFO, WARNING, ERROR, CRITICAL"),
    # keys that are none
    ("UPSTOX_COOLDOWN_SECS", "700", "no such setting", "Did you mean UPSTOX_COOLDOWN_SEC?"),
    ("UPSTOX_TOTP", "JBSWY3DPEHPK3PXP", "no such setting", "Did you mean UPSTOX_TOTP_SECRET?"),
    ("UPSTOX_HEADLESS", "1", "no such setting", "Did you mean VEGA_HEADLESS?"),
    ("vega_api_port", "1", "no such setting", "Did you mean VEGA_API_PORT?"),
    ("VEGA_COFFEE", "black", "no such setting", ".env.example explains every key"),
    ("UPSTOX_CLIENT_ID", "x", "does not say for which slot", "such as UPSTOX_CLIENT_ID_PRIMARY"),
    ("UPSTOX_CLIENT_ID_0", "x", "names, not numbers", "such as UPSTOX_CLIENT_ID_PRIMARY"),
    ("UPSTOX_REDIRECT_URI_6", "x", "names, not numbers", "each name in UPSTOX_API_NAMES"),
    ("UPSTOX_CLIENT_SECRET_WEBSOCKET4", "x", "WEBSOCKET4 is not in UPSTOX_API_NAMES", "WEBSOCKET1"),
    ("UPSTOX_PIN_FEED", "123456", "FEED is not in UPSTOX_API_NAMES", "Add FEED there, or take"),
]


@pytest.mark.parametrize(("key", "text", "wrong", "cure"), ONE_KEY_WRONG)
def test_one_wrong_key_is_the_one_problem(key: str, text: str, wrong: str, cure: str) -> None:
    (problem,) = problems_of(good(**{key: text}))
    assert problem.key == key
    assert wrong in problem.wrong
    assert cure in problem.cure
    assert str(problem) == f"{key}: {problem.wrong} {problem.cure}"


def test_everything_wrong_is_told_at_once() -> None:
    """Each case of the table that spoils another key, all in one environment."""
    spoilt = {key: text for key, text, _, _ in ONE_KEY_WRONG if key != "UPSTOX_API_NAMES" and text}
    keys = [problem.key for problem in problems_of(good(**spoilt))]
    # The same client id twice cannot be seen while one of the two is unreadable.
    assert set(keys) == set(spoilt) - {"UPSTOX_CLIENT_ID_WEBSOCKET1"}
    assert len(keys) == len(set(keys))


def test_the_wrong_folder_is_told_before_all_that_is_missing_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, *others = problems_of({}, None)
    assert first.key == ".env"
    assert f"There is none in {tmp_path}." in str(first)
    assert "--env-file" in first.cure
    assert others
    assert load_settings(GOOD, None).roster.names, "whoever sets the environment needs no file"


def test_a_wrong_roster_hides_nothing_else() -> None:
    environ = {"UPSTOX_API_NAMES": "PRIMARY,feed", "UPSTOX_CLIENT_ID_PRIMARY": "x", "VEGA_API_PORT": "no"}
    keys = {problem.key for problem in problems_of(environ)}
    assert keys == {
        "UPSTOX_API_NAMES",
        "UPSTOX_CLIENT_SECRET_PRIMARY",
        "UPSTOX_CLIENT_ID_FEED",
        "UPSTOX_CLIENT_SECRET_FEED",
        "UPSTOX_REDIRECT_URI",
        "VEGA_API_PORT",
    }


def test_a_missing_pair_hides_nothing_else() -> None:
    environ = good(
        UPSTOX_CLIENT_SECRET_WEBSOCKET1="", UPSTOX_CLIENT_ID_WEBSOCKET1=GOOD["UPSTOX_CLIENT_ID_PRIMARY"]
    )
    assert {problem.key for problem in problems_of(environ)} == {
        "UPSTOX_CLIENT_SECRET_WEBSOCKET1",
        "UPSTOX_CLIENT_ID_WEBSOCKET1",
    }


def test_twenty_five_slots_are_one_too_many() -> None:
    names = ["PRIMARY", *(f"SLOT_{number}" for number in range(24))]
    problems = problems_of({"UPSTOX_API_NAMES": ",".join(names)})
    assert any(problem.key == "UPSTOX_API_NAMES" and "25 names" in problem.wrong for problem in problems)
    assert len(problems) == 1 + 2 * 24 + 1, "a roster without end does not make a report without end"


def test_what_follows_a_mistyped_key_is_not_shown() -> None:
    environ = good(**{"UPSTOX_PIN:987123": "x", "UPSTOX_CLIENT_SECRET_PRIMARY:hush": "y"})
    problems = problems_of(environ)
    keys = {problem.key for problem in problems}
    assert keys == {"UPSTOX_PIN...", "UPSTOX_CLIENT_SECRET_PRIMARY..."}
    assert not re.search("987123|hush", " ".join(map(str, problems)))


def test_tokens_do_not_belong_into_the_file(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("UPSTOX_ACCESS_TOKEN_PRIMARY=canary\n")
    (problem,) = problems_of(GOOD, path)
    assert problem.key == "UPSTOX_ACCESS_TOKEN_PRIMARY"
    assert "vega-auth token" in problem.cure
    assert "canary" not in str(problem)


def test_a_long_value_is_cut_in_the_message() -> None:
    (problem,) = problems_of(good(VEGA_BROWSER="x" * 10_000))
    assert len(str(problem)) < 200


SECRETS = {
    "UPSTOX_CLIENT_SECRET_PRIMARY": "canary-secret with a space",
    "UPSTOX_MOBILE_NUMBER": "canary-mobile",
    "UPSTOX_PIN": "canary-pin",
    "UPSTOX_TOTP_SECRET": "canary-seed",
    "VEGA_REDIS_URL": "http://:canary-password@redis/0",
    "UPSTOX_CLIENT_SECRET": "canary-unknown",
}


def test_no_secret_is_in_the_error_nor_in_a_crash_report_with_locals() -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(good(**SECRETS), NO_FILE)
    assert {problem.key for problem in caught.value.problems} == set(SECRETS)
    own_frames = caught.tb.tb_next
    assert own_frames is not None
    report = "".join(
        traceback.TracebackException(SettingsError, caught.value, own_frames, capture_locals=True).format()
    )
    assert "_settings_from" in report
    assert "source = " in report
    assert "canary" not in report


def test_no_secret_is_in_the_repr_of_the_settings() -> None:
    secrets = {
        "UPSTOX_MOBILE_NUMBER": "9876543210",
        "UPSTOX_PIN": "314159",
        "UPSTOX_TOTP_SECRET": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        "VEGA_REDIS_URL": "redis://:canary@redis/0",
    }
    shown = repr(load(good(**secrets)))
    hidden = [*secrets.values(), GOOD["UPSTOX_CLIENT_SECRET_PRIMARY"], "98765", "canary"]
    assert not [text for text in hidden if text in shown]


NAMES = ("PRIMARY", "WEBSOCKET1")
EVERY_KEY = tuple(
    name
    for key in KEYS
    for name in ([key.name] if key.scope is Scope.PROGRAM else [key.name, *(key.of(slot) for slot in NAMES)])
)
HIDDEN = ("CLIENT_SECRET", "MOBILE", "PIN", "TOTP", "REDIS")
TEXTS = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=st.characters(categories=("L", "Cs", "Cf", "Zs")), max_size=10),
    st.text(alphabet="0123456789.:-+e_", max_size=12),
    st.from_regex(r"(https?|rediss?)://[a-z0-9.\[\]:@/#?-]{0,20}", fullmatch=True),
    st.sampled_from(["PRIMARY", "PRIMARY,PRIMARY", "~", "~~", "\ud800", "\x00", "AUTO", "7" * 5000]),
)


@run(deadline=None, max_examples=300)
@given(st.dictionaries(st.sampled_from(EVERY_KEY), TEXTS, max_size=8), st.booleans())
def test_any_text_in_any_key_raises_nothing_else_and_leaks_nothing(
    texts: dict[str, str], complete: bool
) -> None:
    # Marked, a secret cannot stand in a message by accident.
    marked = {
        key: f"«{text}»" if any(part in key for part in HIDDEN) else text.replace("«", "")
        for key, text in texts.items()
    }
    error = error_of(good(**marked) if complete else marked)
    if error is not None:
        assert error.problems
        assert all(problem.key and problem.wrong and problem.cure for problem in error.problems)
        assert "«" not in str(error)
        assert "«" not in repr(error.problems)
        str(error).encode()


@run(deadline=None, max_examples=200)
@given(st.text(max_size=40), TEXTS)
def test_any_key_of_ours_is_known_or_named(rest: str, text: str) -> None:
    problems = problems_of(good(**{f"UPSTOX_{rest}": f"{text}."}))
    assert problems, "no key of the prefix takes a text that ends in a full stop"
    str(problems[0]).encode()
