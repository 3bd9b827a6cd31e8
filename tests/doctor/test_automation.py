"""Calendar, REST API, notices, metrics file: each sound, and each spoilt."""

from __future__ import annotations

import fcntl
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.doctor.ground import MORNING, ClockAt, everything_in, finding, ground_in
from tests.doctor.test_configuration import listening
from vega_terminal.doctor.findings import Verdict
from vega_terminal.domain.token import IST

NAMES = ("Calendar", "REST API", "Notices", "Metrics file")


@pytest.mark.parametrize("name", NAMES)
async def test_on_a_new_machine_all_is_well_and_nothing_is_made(tmp_path: Path, name: str) -> None:
    found = await finding(name, ground_in(tmp_path, clock=ClockAt(MORNING), VEGA_API_PORT=free_port()))
    assert (found.verdict, found.cure) == (Verdict.OK, ""), found
    assert everything_in(tmp_path) == {}


@pytest.mark.parametrize("name", NAMES)
async def test_with_wrong_settings_nothing_is_known(tmp_path: Path, name: str) -> None:
    found = await finding(name, ground_in(tmp_path, UPSTOX_REDIRECT_URI=""))
    assert found.verdict is Verdict.UNKNOWN


async def test_a_calendar_that_no_longer_reaches_to_today_is_a_warning(tmp_path: Path) -> None:
    later = ClockAt(datetime(2031, 1, 2, 9, 30, tzinfo=IST))
    found = await finding("Calendar", ground_in(tmp_path, clock=later))
    assert found.verdict is Verdict.WARN
    assert "Known through 31 Dec 2026 alone" in found.found
    assert "VEGA_CALENDAR_FILE" in found.cure


async def test_a_calendar_of_ones_own_that_cannot_be_used_is_a_warning(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text('{"format": 1, "days": [{"date": "2026-10-06", "kind": "FEAST"}]}')
    found = await finding("Calendar", ground_in(tmp_path, VEGA_CALENDAR_FILE=str(own)))
    assert found.verdict is Verdict.WARN
    assert found.found == (
        f'The calendar {own} is not used. Day 1: "kind" has to be one of OPEN, HOLIDAY, SPECIAL.'
    )
    assert found.cure == "Correct the file; the others are used meanwhile."


async def test_a_port_of_the_api_that_a_stranger_has_is_a_warning(tmp_path: Path) -> None:
    with listening() as port:
        found = await finding("REST API", ground_in(tmp_path, VEGA_API_PORT=str(port)))
    assert found.verdict is Verdict.WARN
    assert f"127.0.0.1:{port}" in found.found
    assert "VEGA_API_PORT" in found.cure


async def test_a_port_that_our_own_server_has_is_fine_unless_others_can_read_its_token(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    token = data / "api.token"
    token.touch(0o600)
    with listening() as port, (data / "api.lock").open("w") as lock:
        ground = ground_in(tmp_path, VEGA_API_PORT=str(port))
        assert (await finding("REST API", ground)).verdict is Verdict.WARN, "left by a killed server"
        fcntl.flock(lock, fcntl.LOCK_EX)
        served = await finding("REST API", ground)
        assert (served.verdict, str(token) in served.found) == (Verdict.OK, True)
        token.chmod(0o640)
        loose = await finding("REST API", ground)
    assert loose.verdict is Verdict.WARN
    assert "Other users" in loose.found


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
async def test_where_the_api_cannot_be_served_is_a_warning(tmp_path: Path, host: str) -> None:
    with listening() as port:
        found = await finding("REST API", ground_in(tmp_path, VEGA_API_HOST=host, VEGA_API_PORT=str(port)))
    assert found.verdict is Verdict.WARN
    assert ("VEGA_API_HOST=127.0.0.1" in found.cure) is (host == "0.0.0.0")


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"VEGA_NOTIFY_COMMAND": "sh -c 'exit 0'"}, Verdict.OK),
        ({"VEGA_NOTIFY_COMMAND": "no-such-program --loud"}, Verdict.WARN),
        ({"VEGA_NOTIFY_DESKTOP": "on"}, Verdict.WARN),
        ({"VEGA_NOTIFY_DESKTOP": "on", "DISPLAY": ":0"}, Verdict.OK),
        ({"VEGA_NOTIFY_DESKTOP": "off"}, Verdict.OK),
    ],
)
async def test_a_way_to_people_that_is_not_there_is_a_warning(
    tmp_path: Path, changes: dict[str, Any], verdict: Verdict
) -> None:
    found = await finding("Notices", ground_in(tmp_path, **changes))
    assert found.verdict is verdict, found
    assert ("vega-auth notices test" in found.cure) is (verdict is Verdict.WARN)
    assert "--loud" not in found.found + found.cure, "an argument may be a secret"


async def test_an_address_for_notices_is_not_shown(tmp_path: Path) -> None:
    found = await finding(
        "Notices", ground_in(tmp_path, VEGA_NOTIFY_WEBHOOK="https://hooks.example/T0/secret")
    )
    assert (found.verdict, found.found) == (Verdict.OK, "Sent to an address.")


@pytest.mark.parametrize(
    ("place", "verdict"),
    [("vega.prom", Verdict.OK), ("missing/vega.prom", Verdict.WARN)],
)
async def test_a_metrics_file_that_cannot_be_written_is_a_warning(
    tmp_path: Path, place: str, verdict: Verdict
) -> None:
    ground = ground_in(tmp_path, VEGA_METRICS_FILE=str(tmp_path / place))
    found = await finding("Metrics file", ground)
    assert (found.verdict, bool(found.cure)) == (verdict, verdict is Verdict.WARN)


@pytest.mark.parametrize("name", ["Browser", "Driver", "Display"])
async def test_no_browser_is_looked_for_where_every_slot_is_approved_on_the_phone(
    tmp_path: Path, name: str
) -> None:
    changes: dict[str, Any] = {
        "UPSTOX_LOGIN_ROUTE": "phone",
        "VEGA_NOTIFIER_PATH": f"/upstox/{'0123456789abcdef' * 2}",
    }
    broken: dict[str, Any] = {"VEGA_BROWSER_BINARY": str(tmp_path / "none"), "VEGA_HEADLESS": "false"}
    assert (await finding(name, ground_in(tmp_path, **broken, **changes))).verdict is Verdict.OK
    one = await finding(name, ground_in(tmp_path, **broken, **changes, UPSTOX_LOGIN_ROUTE_PRIMARY="browser"))
    assert one.verdict is Verdict.FAIL


def free_port() -> str:
    with listening() as port:
        return str(port)
