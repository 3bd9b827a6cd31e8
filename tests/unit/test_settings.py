"""What the settings are when nothing is wrong: defaults, precedence, the file, warnings."""

from __future__ import annotations

import os
from datetime import time
from pathlib import Path

import pytest
from platformdirs import user_data_dir

from vega_terminal.domain.decision import DecisionMode, DecisionPolicy, DefaultAction
from vega_terminal.domain.secret import Secret
from vega_terminal.settings import BrowserKind, BrowserSettings, Headless, LogLevel, load_settings

from .environments import GOOD, good, load, problems_of


@pytest.fixture(autouse=True)
def working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def env_file(folder: Path, content: str | bytes, name: str = ".env", rights: int = 0o600) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(rights)
    return path


def as_file(environ: dict[str, str]) -> str:
    return "".join(f"{key}={text}\n" for key, text in environ.items())


def test_defaults_are_those_of_the_contract() -> None:
    settings = load(GOOD)
    assert settings.api_base_url == "https://api.upstox.com"
    assert settings.policy == DecisionPolicy(DecisionMode.AUTO, DefaultAction.INVALID_ONLY, 5.0)
    assert settings.verify_timeout == 3.0
    assert settings.login_step_timeout == 30
    assert settings.captcha_timeout == 180
    assert settings.cooldown == 660
    assert settings.login_spacing == 0
    assert settings.warmup_time == time(8, 0)
    assert settings.data_dir == Path(user_data_dir("vega-terminal"))
    assert settings.key_file is None
    assert settings.browser == BrowserSettings(None, None, None, Headless.AUTO)
    assert settings.db_busy_attempts == 3
    assert (settings.api_host, settings.api_port) == ("127.0.0.1", 8642)
    assert settings.redis_url is None
    assert settings.log_level is LogLevel.INFO
    assert settings.warnings == ()
    assert not settings.broker_on_loopback


def test_the_default_roster_is_the_six_slots_in_order() -> None:
    names = ["PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3", "OPTIONCHAIN1", "OPTIONCHAIN2"]
    pairs = {f"UPSTOX_CLIENT_{part}_{name}": f"{part}-{name}" for name in names for part in ("ID", "SECRET")}
    settings = load({**pairs, "UPSTOX_REDIRECT_URI": "http://localhost:1/x"})
    assert settings.roster.names == tuple(names)
    assert [slot.client_id for slot in settings.roster] == [f"ID-{name}" for name in names]
    assert settings.roster["WEBSOCKET3"].client_secret == Secret("SECRET-WEBSOCKET3")


def test_every_setting_can_be_set() -> None:
    settings = load(
        good(
            UPSTOX_API_BASE_URL="http://127.0.0.5:8000/",
            UPSTOX_DECISION_MODE="ask",
            UPSTOX_DEFAULT_ACTION="all",
            UPSTOX_DECISION_TIMEOUT_MS="250",
            UPSTOX_VERIFY_TIMEOUT_MS="1500",
            UPSTOX_LOGIN_STEP_TIMEOUT_SEC="2.5",
            UPSTOX_CAPTCHA_TIMEOUT_SEC="60",
            UPSTOX_COOLDOWN_SEC="2",
            UPSTOX_LOGIN_SPACING_SEC="0.5",
            UPSTOX_WARMUP_TIME="7:45",
            VEGA_DATA_DIR="/srv/vega",
            VEGA_KEY_FILE="/srv/key",
            VEGA_BROWSER="Firefox",
            VEGA_BROWSER_BINARY="/usr/bin/firefox",
            VEGA_DRIVER_PATH="/usr/bin/geckodriver",
            VEGA_HEADLESS="YES",
            VEGA_DB_BUSY_ATTEMPTS="5",
            VEGA_API_HOST="::1",
            VEGA_API_PORT="9000",
            VEGA_REDIS_URL="rediss://user:pass@redis.example:6379/0",
            VEGA_LOG_LEVEL="debug",
        )
    )
    assert settings.api_base_url == "http://127.0.0.5:8000"
    assert settings.broker_on_loopback
    assert settings.policy == DecisionPolicy(DecisionMode.ASK, DefaultAction.ALL, 0.25)
    assert (settings.verify_timeout, settings.login_step_timeout, settings.captcha_timeout) == (1.5, 2.5, 60)
    assert (settings.cooldown, settings.login_spacing) == (2, 0.5)
    assert settings.warmup_time == time(7, 45)
    assert (settings.data_dir, settings.key_file) == (Path("/srv/vega"), Path("/srv/key"))
    assert settings.browser == BrowserSettings(
        BrowserKind.FIREFOX, Path("/usr/bin/firefox"), Path("/usr/bin/geckodriver"), Headless.ON
    )
    assert settings.db_busy_attempts == 5
    assert (settings.api_host, settings.api_port) == ("::1", 9000)
    assert settings.redis_url == Secret("rediss://user:pass@redis.example:6379/0")
    assert settings.log_level is LogLevel.DEBUG
    assert settings.warnings == ()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        *((word, Headless.ON) for word in ("true", "1", "yes", "True")),
        *((word, Headless.OFF) for word in ("false", "0", "no")),
        ("auto", Headless.AUTO),
    ],
)
def test_headless_takes_the_usual_words(text: str, meant: Headless) -> None:
    assert load(good(VEGA_HEADLESS=text)).browser.headless is meant


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "localhost", "LocalHost", "[::1]"])
def test_http_and_a_short_cooldown_are_for_a_broker_on_loopback(host: str) -> None:
    settings = load(good(UPSTOX_API_BASE_URL=f"http://{host}:8000", UPSTOX_COOLDOWN_SEC="1"))
    assert settings.broker_on_loopback
    assert settings.cooldown == 1


def test_a_slot_may_have_a_redirect_uri_of_its_own_and_it_is_kept_to_the_letter() -> None:
    uri = "HTTPS://Example.com:443/Callback/?a=%2f"
    roster = load(good(UPSTOX_REDIRECT_URI_WEBSOCKET1=uri)).roster
    assert roster["WEBSOCKET1"].redirect_uri == uri
    assert roster["PRIMARY"].redirect_uri == GOOD["UPSTOX_REDIRECT_URI"]


def test_redirect_uris_of_all_slots_make_the_shared_one_unnecessary() -> None:
    own = {f"UPSTOX_REDIRECT_URI_{name}": f"http://localhost/{name}" for name in ("PRIMARY", "WEBSOCKET1")}
    assert (
        load(good(UPSTOX_REDIRECT_URI="", **own)).roster["PRIMARY"].redirect_uri == "http://localhost/PRIMARY"
    )


def test_an_empty_value_is_not_set_and_spaces_around_one_do_not_count() -> None:
    settings = load(
        good(
            UPSTOX_COOLDOWN_SEC="  ",
            VEGA_KEY_FILE="",
            VEGA_API_PORT=" 9000 ",
            UPSTOX_API_NAMES=" PRIMARY , WEBSOCKET1, ",
        )
    )
    assert (settings.cooldown, settings.key_file, settings.api_port) == (660, None, 9000)
    assert settings.roster.names == ("PRIMARY", "WEBSOCKET1")


def test_twenty_four_slots_are_possible() -> None:
    names = ["PRIMARY", *(f"SLOT_{number}" for number in range(23))]
    pairs = {f"UPSTOX_CLIENT_{part}_{name}": f"{part}-{name}" for name in names for part in ("ID", "SECRET")}
    environ = {**pairs, "UPSTOX_API_NAMES": ",".join(names), "UPSTOX_REDIRECT_URI": "http://localhost/"}
    assert len(load(environ).roster) == 24


def test_other_programs_variables_and_exported_tokens_are_none_of_our_business() -> None:
    environ = good(PATH="/bin", UPSTOX_ACCESS_TOKEN="t", UPSTOX_ACCESS_TOKEN_PRIMARY="t", MY_UPSTOX_KEY="x")
    assert load(environ) == load(GOOD)


# --- the file -------------------------------------------------------------------------------------


def test_dot_env_of_the_working_directory_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    env_file(tmp_path, as_file(good(UPSTOX_COOLDOWN_SEC="700", VEGA_API_PORT="9000")))
    settings = load_settings({"UPSTOX_COOLDOWN_SEC": "800"}, None)
    assert (settings.cooldown, settings.api_port) == (800, 9000)


def test_no_file_is_needed() -> None:
    assert load_settings(GOOD, None).roster.names == ("PRIMARY", "WEBSOCKET1")


def test_a_named_file_stands_in_for_dot_env(tmp_path: Path) -> None:
    env_file(tmp_path, "VEGA_API_PORT=1\n")
    other = env_file(tmp_path, as_file(good(VEGA_API_PORT="2")), "other.env")
    assert load_settings({}, other).api_port == 2


def test_every_usual_way_to_write_a_file_works(tmp_path: Path) -> None:
    content = (
        "\ufeffUPSTOX_API_NAMES=PRIMARY\r\n"
        "# a comment\r\n"
        "\r\n"
        "export UPSTOX_CLIENT_ID_PRIMARY='single'\r\n"
        'UPSTOX_CLIENT_SECRET_PRIMARY="a#b$HOME${HOME}"\r\n'
        "UPSTOX_REDIRECT_URI = http://localhost/x # why\r\n"
        "OTHER_PROGRAM=1\r\n"
        "UPSTOX_PIN=\r\n"
    )
    (slot,) = load_settings({}, env_file(tmp_path, content)).roster
    assert slot.client_id == "single"
    assert slot.client_secret == Secret("a#b$HOME${HOME}"), "nothing is put in for a dollar sign"
    assert slot.redirect_uri == "http://localhost/x"
    assert slot.identity.pin is None


def test_relative_paths_of_the_file_count_from_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    path = env_file(folder, as_file(good(VEGA_DATA_DIR="data", VEGA_KEY_FILE="key")))
    settings = load_settings({"VEGA_KEY_FILE": "key", "VEGA_DRIVER_PATH": "~/driver"}, path)
    assert settings.data_dir == folder / "data"
    assert settings.key_file == tmp_path / "key"
    assert settings.browser.driver == Path.home() / "driver"


@pytest.mark.parametrize(
    ("rights", "told"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o602, True)]
)
def test_a_file_that_others_can_read_or_write_is_warned_about_with_the_cure(
    tmp_path: Path, rights: int, told: bool
) -> None:
    path = env_file(tmp_path, as_file(GOOD), rights=rights)
    warnings = load_settings({}, path).warnings
    assert [f"chmod 600 {path}" in warning for warning in warnings] == ([True] if told else [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_somebody_else_is_warned_about(tmp_path: Path) -> None:
    path = env_file(tmp_path, as_file(GOOD))
    os.chown(path, 65534, -1)
    (warning,) = load_settings({}, path).warnings
    assert "belongs to another user" in warning
    assert "chown" in warning


def test_a_key_that_stands_twice_is_warned_about(tmp_path: Path) -> None:
    path = env_file(tmp_path, as_file(GOOD) + "VEGA_API_PORT=1\nVEGA_API_PORT=2\n")
    settings = load_settings({}, path)
    assert settings.api_port == 2
    assert any("VEGA_API_PORT more than once" in warning for warning in settings.warnings)


def test_the_first_minute_of_a_tokens_day_is_a_time_to_warm_up() -> None:
    assert load(good(UPSTOX_WARMUP_TIME="03:30")).warmup_time == time(3, 30)


def test_a_rest_api_on_loopback_is_not_warned_about() -> None:
    assert load(good(VEGA_API_HOST="LocalHost")).warnings == ()


def test_a_rest_api_that_others_can_reach_is_warned_about() -> None:
    (warning,) = load(good(VEGA_API_HOST="0.0.0.0")).warnings
    assert warning.startswith("VEGA_API_HOST")
    assert "VEGA_API_HOST=127.0.0.1" in warning


def test_a_named_file_that_is_missing_is_a_problem_beside_all_others(tmp_path: Path) -> None:
    problems = problems_of({"VEGA_API_PORT": "x"}, tmp_path / "missing.env")
    keys = [problem.key for problem in problems]
    assert keys[0] == "--env-file"
    assert "missing.env" in str(problems[0])
    assert "VEGA_API_PORT" in keys


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"OK=1\nUPSTOX_PIN 987123\n", "not KEY=value"),
        (b"UPSTOX_PIN='987123\n", "not KEY=value"),
        (b"UPSTOX_PIN:987123\n", "not KEY=value"),
    ],
)
def test_a_file_that_cannot_be_understood_is_told_without_its_content(
    tmp_path: Path, content: bytes, wrong: str
) -> None:
    path = env_file(tmp_path, content)
    (problem,) = problems_of(GOOD, path)
    assert str(path) in problem.key
    assert wrong in problem.wrong
    assert problem.cure
    assert "987123" not in str(problem)


def test_a_broken_line_is_named_by_its_number(tmp_path: Path) -> None:
    path = env_file(tmp_path, "A=1\r\n\r\n\r\nUPSTOX_PIN 987123\r\nB=2\r\n")
    (problem,) = problems_of(GOOD, path)
    assert problem.key == f"{path} line 4"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (problem,) = problems_of(GOOD, tmp_path)
    assert problem.key == str(tmp_path)
    assert "cannot be read" in problem.wrong
