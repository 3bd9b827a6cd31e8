"""The control routes, the counts, and the program as a process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from vega_terminal.simulator import DEFAULT_APPS, Call, Scenario, SimulatedBroker, describe
from vega_terminal.simulator.population import populate

from .walker import Landing, Walker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def control(broker: SimulatedBroker) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=broker.control_url, verify=False) as client:
        yield client


def test_faults_can_be_set_and_seen_over_http(control: httpx.Client, walker: Walker) -> None:
    change = {
        "knobs": {"overlay_ms": 0, "turnstile_by_app": {"PRIMARY": "on"}},
        "add": [{"kind": "forbidden", "times": 1}],
    }

    answer = control.patch("/faults", json=change).json()

    assert answer["knobs"]["turnstile_by_app"] == {"PRIMARY": "on"}
    assert [fault["kind"] for fault in answer["faults"]] == ["forbidden"]
    assert [walker.profile("PRIMARY").status_code for _ in range(2)] == [403, 200]
    assert walker.open_page("PRIMARY").settings["turnstile"] == "on"
    control.patch("/faults", json={"add": [{"kind": "hang"}]})
    assert control.patch("/faults", json={"clear": True}).json()["faults"] == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"knobs": {"no_such": 1}}, "no such knob: no_such"),
        ({"knobs": {"turnstile": "sometimes"}}, "takes one of off, on, late"),
        ({"knobs": {"throttle_s": "long"}}, "takes int"),
        ({"knobs": {"session_carried": 1}}, "takes bool"),
        ({"knobs": {"turnstile_by_app": ["PRIMARY"]}}, "takes a mapping"),
        ({"add": [{"kind": "earthquake"}]}, "earthquake"),
        ({"add": [{"kind": "wrong_user_id"}]}, "can only happen at"),
    ],
)
def test_a_senseless_change_is_refused_and_changes_nothing(
    control: httpx.Client, change: dict[str, Any], reason: str
) -> None:
    before = control.get("/faults").json()

    response = control.patch("/faults", json=change)

    assert response.status_code == 400
    assert reason in response.json()["error"]
    assert control.get("/faults").json() == before


def test_counts_are_the_same_from_both_sides(
    broker: SimulatedBroker, control: httpx.Client, walker: Walker
) -> None:
    landing = walker.sign_in("PRIMARY")
    walker.exchange("PRIMARY", landing.code)
    walker.profile("WEBSOCKET1")

    counts = control.get("/counts").json()

    assert counts["total"]["exchanges_ok"] == broker.counts.total.exchanges_ok == 1
    assert counts["by_app"]["WEBSOCKET1"]["profile_calls"] == 1
    assert counts["by_app"]["OPTIONCHAIN2"]["profile_calls"] == 0
    assert counts["calls"] == broker.counts.calls
    walked = (Call.DIALOG, Call.LOGIN_PAGE, Call.OTP_REQUEST, Call.OTP_SUBMIT, Call.PIN_SUBMIT, Call.REDIRECT)
    assert counts["calls"] == dict.fromkeys((*walked, Call.TOKEN, Call.PROFILE), 1)
    assert (counts["most_open_sign_ins"], counts["open_sign_ins"]) == (1, 0)


def test_what_a_person_may_do_over_http(
    broker: SimulatedBroker, control: httpx.Client, walker: Walker
) -> None:
    broker.faults.change(turnstile="on")
    page = walker.open_page("PRIMARY")
    assert control.post("/solve-turnstile", json={"app": "PRIMARY"}).json() == {"solved": 1}
    page.get_otp()
    otp = control.get("/last-otp", params={"mobile": page.app.identity.mobile}).json()["otp"]
    assert page.enter_otp(otp)["step"] == "pin"
    for _ in range(5):
        page.enter_pin("000000")
    assert control.post("/unblock", json={"mobile": page.app.identity.mobile}).status_code == 200
    walker.land(page.app, page.enter_pin()["onward"])

    token = control.post("/issue-token", json={"app": "PRIMARY"}).json()["access_token"]
    assert walker.get("/v2/user/profile", token).status_code == 200
    assert control.post("/revoke", json={"app": "PRIMARY"}).json() == {"revoked": ["PRIMARY"]}
    assert walker.get("/v2/user/profile", token).status_code == 401
    assert control.post("/revoke", json={"app": "NOBODY"}).status_code == 400
    assert control.post("/revoke").json()["revoked"] == list(DEFAULT_APPS)


def test_the_clock_moves_over_http(broker: SimulatedBroker, control: httpx.Client) -> None:
    control.post("/clock", json={"to": "2027-03-01T03:29:00+05:30"})
    assert control.post("/clock", json={"jump_s": 120}).json()["now"].startswith("2027-02-28T22:01")
    assert broker.now().year == 2027
    assert control.post("/clock", json={"to": "2027-03-01T03:29:00"}).status_code == 400


def test_a_reset_forgets_everything(broker: SimulatedBroker, control: httpx.Client, walker: Walker) -> None:
    walker.sign_in("PRIMARY")
    broker.faults.change(otp_limit=9)
    broker.jump(1e6)
    token = broker.issue_token("WEBSOCKET1")
    broker.revoke("WEBSOCKET1")

    control.post("/reset")

    assert not any(broker.counts.calls.values())
    assert broker.faults.knobs.otp_limit == 2
    assert not isinstance(walker.visit("PRIMARY"), Landing)
    assert walker.get("/v2/user/profile", token).status_code == 200


def test_sessions_can_be_ended(broker: SimulatedBroker, control: httpx.Client, walker: Walker) -> None:
    walker.sign_in("PRIMARY")
    assert isinstance(walker.visit("WEBSOCKET1"), Landing)

    control.post("/end-sessions")

    assert not isinstance(walker.visit("WEBSOCKET1"), Landing)


def test_the_control_routes_are_never_struck(broker: SimulatedBroker, control: httpx.Client) -> None:
    control.patch("/faults", json={"add": [{"kind": "reset"}]})

    assert control.get("/").json() == {"scenario": "happy", "environment": broker.environment()}


@pytest.mark.parametrize(
    ("names", "identities"),
    [((), 1), (("A", "A"), 1), (("lower",), 1), (("A", "B"), 3), (tuple(f"A{n}" for n in range(25)), 1)],
)
def test_an_impossible_population_is_refused(names: tuple[str, ...], identities: int) -> None:
    with pytest.raises(ValueError, match=r"app|identities"):
        populate(names, identities)


def test_twelve_apps_of_two_customers_have_their_own_settings(scenario: Callable[..., Walker]) -> None:
    names = ("PRIMARY", *(f"APP{number}" for number in range(11)))
    environment = scenario(Scenario.HAPPY, apps=names, identities=2).broker.environment()

    assert environment["UPSTOX_API_NAMES"] == ",".join(names)
    assert "UPSTOX_PIN" not in environment
    mobiles = [environment[f"UPSTOX_MOBILE_NUMBER_{name}"] for name in names]
    assert mobiles == [mobiles[0], mobiles[1]] * 6
    assert len({environment[f"UPSTOX_CLIENT_ID_{name}"] for name in names}) == 12


@pytest.mark.parametrize("name", Scenario)
def test_every_scenario_starts_and_serves_its_settings(
    scenario: Callable[..., Walker], name: Scenario
) -> None:
    walker = scenario(name)

    answer = httpx.get(walker.broker.control_url + "/").json()

    assert answer["environment"]["UPSTOX_API_BASE_URL"] == walker.broker.api_base_url
    assert name.value in dict(describe())


def test_a_token_of_an_earlier_run_is_refused_once_in_one_refused(scenario: Callable[..., Walker]) -> None:
    earlier = scenario(Scenario.HAPPY).broker
    tokens = {app: earlier.issue_token(app) for app in DEFAULT_APPS}
    walker = scenario(Scenario.ONE_REFUSED)

    refused = [
        app for app, token in tokens.items() if walker.get("/v2/user/profile", token).status_code != 200
    ]

    assert refused == ["OPTIONCHAIN1"]
    assert walker.profile("OPTIONCHAIN1").status_code == 200


def start_process(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "vega_terminal.simulator", *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def ready_line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line: dict[str, Any] = json.loads(process.stdout.readline())
    return line


def test_the_program_says_where_it_is_and_dies_with_its_parent() -> None:
    process = start_process("two-identities", "--die-with-stdin", "--apps", "PRIMARY,SECOND")
    ready = ready_line(process)

    profile = httpx.get(ready["apiBaseUrl"] + "/v2/user/profile")
    overview = httpx.get(ready["controlUrl"] + "/").json()
    _, complaints = process.communicate(timeout=10)  # closes stdin

    assert profile.status_code == 401
    assert overview == {"scenario": "two-identities", "environment": ready["environment"]}
    assert ready["scenario"] == "two-identities"
    assert ready["environment"]["UPSTOX_API_NAMES"] == "PRIMARY,SECOND"
    assert ready["loginUrl"].startswith("http://localhost:")
    assert (process.returncode, complaints) == (0, "")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_program_ends_cleanly_on_a_signal(ending: signal.Signals) -> None:
    process = start_process()
    ready_line(process)

    process.send_signal(ending)
    output, complaints = process.communicate(timeout=10)

    assert (process.returncode, output, complaints) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("sunny",), "no scenario 'sunny'; there are happy, captcha"),
        (("--apps", "A,A"), "named twice"),
        (("--port", "many"), "invalid int value"),
    ],
)
def test_a_wrong_command_line_is_explained(arguments: tuple[str, ...], complaint: str) -> None:
    process = start_process(*arguments)

    output, complaints = process.communicate(timeout=10)

    assert (process.returncode, output) == (64, "")
    assert complaint in complaints


def test_importing_the_package_loads_no_server() -> None:
    program = (
        "import sys, vega_terminal.simulator; print({'starlette', 'uvicorn', 'httpx'} & set(sys.modules))"
    )

    output = subprocess.check_output([sys.executable, "-c", program], text=True)

    assert output.strip() == "set()"
