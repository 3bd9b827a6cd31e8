"""Every kind of fault over the wire, and where and how often it strikes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest

from vega_terminal.simulator import Call, Fault, FaultKind, Scenario, SimulatedBroker

from .walker import STATE, Walker, code_of

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(FaultKind.UNAUTHORIZED), 401, "UDAPI100050"),
        (Fault(FaultKind.FORBIDDEN), 403, "UDAPI100067"),
        (Fault(FaultKind.SERVICE_HOURS), 423, "UDAPI100072"),
        (Fault(FaultKind.TOO_MANY_REQUESTS), 429, "UDAPI10005"),
        (Fault(FaultKind.SERVER_ERROR), 500, "UDAPI100500"),
        (Fault(FaultKind.SERVER_ERROR, status=503), 503, "UDAPI100500"),
        (Fault(FaultKind.ERROR_IN_200), 200, "UDAPI100500"),
        (Fault(FaultKind.ERROR_IN_200, code="UDAPI100050"), 200, "UDAPI100050"),
        (Fault(FaultKind.ERROR, status=400, code="UDAPI100073", message="inactive"), 400, "UDAPI100073"),
    ],
)
def test_errors_come_in_the_envelope(
    broker: SimulatedBroker, walker: Walker, fault: Fault, status: int, code: str
) -> None:
    broker.faults.add(fault)

    response = walker.profile("PRIMARY")

    assert (response.status_code, code_of(response)) == (status, code)
    assert response.json()["status"] == "error"


@pytest.mark.parametrize(
    ("casing", "fields"),
    [
        (
            "both",
            {
                "errorCode",
                "propertyPath",
                "invalidValue",
                "message",
                "error_code",
                "property_path",
                "invalid_value",
            },
        ),
        ("snake", {"error_code", "property_path", "invalid_value", "message"}),
        ("camel", {"errorCode", "propertyPath", "invalidValue", "message"}),
    ],
)
def test_the_envelope_has_both_casings_or_one(
    broker: SimulatedBroker, walker: Walker, casing: str, fields: set[str]
) -> None:
    broker.faults.change(error_casing=casing)

    for response in (walker.get("/v2/user/profile"), walker.get("/v2/no/such/route")):
        assert set(response.json()["errors"][0]) == fields


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.HTML_IN_200, 200),
        (FaultKind.UNKNOWN_PAGE, 200),
        (FaultKind.BAD_GATEWAY_PAGE, 502),
        (FaultKind.BLOCK_PAGE, 403),
        (FaultKind.THROTTLE_PAGE, 429),
        (FaultKind.MAINTENANCE_PAGE, 503),
    ],
)
def test_pages_can_take_the_place_of_any_answer(
    broker: SimulatedBroker, walker: Walker, kind: FaultKind, status: int
) -> None:
    broker.faults.add(Fault(kind))
    location = walker.broker.login_url

    for response in (walker.profile("PRIMARY"), walker.http.get(location)):
        assert response.status_code == status
        assert response.headers["content-type"].startswith("text/html")
        assert "mobileNum" not in response.text


def test_retry_after_is_sent_only_when_asked_for(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.add(
        Fault(FaultKind.TOO_MANY_REQUESTS, times=1), Fault(FaultKind.TOO_MANY_REQUESTS, retry_after_s=7)
    )

    assert "retry-after" not in walker.profile("PRIMARY").headers
    assert walker.profile("PRIMARY").headers["retry-after"] == "7"


def test_a_reset_connection_gives_no_answer(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.add(Fault(FaultKind.RESET, times=1))

    with pytest.raises(httpx.ReadError) as caught:
        walker.profile("PRIMARY")

    assert "reset" in str(caught.value)
    assert walker.profile("PRIMARY").status_code == 200


def test_a_truncated_body_is_shorter_than_promised(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.add(Fault(FaultKind.TRUNCATED, times=1))

    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        walker.profile("PRIMARY")


def test_a_hanging_call_ends_with_the_clients_patience(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.add(Fault(FaultKind.HANG, Call.PROFILE, app="WEBSOCKET1"))
    walker.http.timeout = httpx.Timeout(0.3)

    with pytest.raises(httpx.ReadTimeout):
        walker.profile("WEBSOCKET1")

    assert walker.profile("PRIMARY").status_code == 200


def test_a_broker_with_hanging_calls_still_stops(scenario: Callable[..., Walker]) -> None:
    walker = scenario(Scenario.HAPPY)
    walker.broker.faults.add(Fault(FaultKind.HANG), Fault(FaultKind.SLOW_HEADERS, delay_ms=60_000))
    walker.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        walker.profile("PRIMARY")

    started = time.monotonic()
    walker.broker.stop()

    assert time.monotonic() - started < 5


@pytest.mark.parametrize("kind", [FaultKind.SLOW_HEADERS, FaultKind.SLOW_BODY])
def test_a_slow_answer_is_whole_in_the_end(broker: SimulatedBroker, walker: Walker, kind: FaultKind) -> None:
    broker.faults.add(Fault(kind, delay_ms=800, times=1))
    token, started = broker.issue_token("PRIMARY"), time.monotonic()
    request = walker.http.build_request(
        "GET", f"{broker.api_base_url}/v2/user/profile", headers={"Authorization": f"Bearer {token}"}
    )

    response = walker.http.send(request, stream=True)
    headers_after = time.monotonic() - started
    body = response.read()

    assert (headers_after >= 0.8) is (kind is FaultKind.SLOW_HEADERS)
    assert time.monotonic() - started >= 0.8
    assert b'"status":"success"' in body


def test_a_fault_strikes_one_app_one_call_and_a_number_of_times(
    broker: SimulatedBroker, walker: Walker
) -> None:
    broker.faults.add(Fault(FaultKind.UNAUTHORIZED, Call.PROFILE, app="WEBSOCKET2", times=2))
    token = broker.issue_token("WEBSOCKET2")

    assert walker.get("/v2/user/ip", token).status_code == 200
    assert walker.profile("PRIMARY").status_code == 200
    assert [walker.profile("WEBSOCKET2").status_code for _ in range(3)] == [401, 401, 200]
    assert broker.faults.pending() == ()


def test_the_oldest_fitting_fault_strikes_first(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.add(Fault(FaultKind.SERVER_ERROR, times=1), Fault(FaultKind.FORBIDDEN))

    assert [walker.profile("PRIMARY").status_code for _ in range(3)] == [500, 403, 403]
    broker.faults.clear()
    assert walker.profile("PRIMARY").status_code == 200


def test_a_fault_for_an_app_finds_its_dead_tokens_too(broker: SimulatedBroker, walker: Walker) -> None:
    token = broker.issue_token("PRIMARY")
    broker.revoke("PRIMARY")
    assert code_of(walker.get("/v2/user/profile", token)) == "UDAPI100050"

    broker.faults.add(Fault(FaultKind.SERVER_ERROR, Call.PROFILE, app="PRIMARY"))

    assert walker.get("/v2/user/profile", token).status_code == 500


def test_a_profile_can_be_somebody_elses(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.add(Fault(FaultKind.WRONG_USER_ID, Call.PROFILE, times=1))

    users = [walker.profile("PRIMARY").json()["data"]["user_id"] for _ in range(2)]

    assert users == ["ZZ9999", broker.population.identities[0].user_id]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (FaultKind.STATE_DROPPED, {"code"}),
        (FaultKind.STATE_ALTERED, {"code", "state"}),
        (FaultKind.REDIRECT_ERROR_CODE, {"error_code", "error_message", "state"}),
        (FaultKind.REDIRECT_STANDARD_ERROR, {"error", "error_description", "state"}),
    ],
)
def test_the_redirect_can_go_wrong(
    broker: SimulatedBroker, walker: Walker, kind: FaultKind, expected: set[str]
) -> None:
    broker.faults.add(Fault(kind, Call.REDIRECT, app="PRIMARY", times=1))

    query = walker.sign_in("PRIMARY").query

    assert set(query) == expected
    assert (query.get("state") == STATE) is ("error" in "".join(expected))
    assert broker.counts.total.codes == ("code" in expected)


def test_the_dialog_can_lead_nowhere_or_refuse(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.add(
        Fault(FaultKind.EMPTY_LOCATION, Call.DIALOG, times=1),
        Fault(FaultKind.REDIRECT_STANDARD_ERROR, Call.DIALOG),
    )

    assert walker.dialog("PRIMARY").headers["location"] == ""
    assert (
        walker.dialog("PRIMARY")
        .headers["location"]
        .startswith(walker.app("PRIMARY").redirect_uri + "?error=")
    )


def test_a_fault_at_an_impossible_place_is_refused() -> None:
    with pytest.raises(ValueError, match="wrong_user_id can only happen at profile, token"):
        Fault(FaultKind.WRONG_USER_ID, Call.FUNDS)
    with pytest.raises(ValueError, match="needs a status and a code"):
        Fault(FaultKind.ERROR)
    with pytest.raises(ValueError, match="never happens"):
        Fault(FaultKind.RESET, times=0)


def test_funds_close_by_the_simulated_clock(broker: SimulatedBroker, walker: Walker) -> None:
    def statuses() -> list[int]:
        token = broker.issue_token("PRIMARY")
        return [
            walker.get(f"/{version}/user/get-funds-and-margin", token).status_code for version in ("v2", "v3")
        ]

    broker.faults.change(night_window="auto")
    now = broker.now()
    broker.jump_to(now.replace(hour=19, minute=0))  # 00:30 IST
    assert statuses() == [423, 423]
    assert walker.profile("PRIMARY").status_code == 200
    broker.jump_to(now.replace(hour=6, minute=0))  # 11:30 IST
    assert statuses() == [200, 200]
    broker.faults.change(night_window="on")
    assert statuses() == [423, 423]
    broker.jump_to(now.replace(hour=19, minute=0))
    broker.faults.change(night_window="off")
    assert statuses() == [200, 200]


def test_the_rate_limit_is_one_for_all_apps_of_a_customer(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.change(rate_limit_per_s=3)
    tokens = [broker.issue_token(app.name) for app in broker.population.apps]

    statuses = [walker.get("/v2/user/profile", token).status_code for token in tokens]

    assert statuses == [200, 200, 200, 429, 429, 429]
    broker.jump(1)
    assert walker.get("/v2/user/profile", tokens[5]).status_code == 200


def test_jumping_over_half_past_three_kills_a_token(broker: SimulatedBroker, walker: Walker) -> None:
    broker.jump_to(broker.now().replace(hour=21, minute=59, second=45))
    token = broker.issue_token("PRIMARY")

    assert walker.get("/v2/user/profile", token).status_code == 200
    broker.jump(15)
    assert code_of(walker.get("/v2/user/profile", token)) == "UDAPI100050"


def test_the_date_header_follows_clock_and_skew(broker: SimulatedBroker, walker: Walker) -> None:
    broker.jump_to(broker.now().replace(hour=12, minute=0, second=0))
    broker.faults.change(date_skew_s=-300)

    assert " 11:55:" in walker.profile("PRIMARY").headers["date"]
    assert len(walker.profile("PRIMARY").headers.get_list("date")) == 1


def test_history_answers_without_a_token_and_quotes_do_not(walker: Walker) -> None:
    key = "NSE_INDEX|Nifty 50"

    assert (
        walker.get("/v3/historical-candle/NSE_INDEX%7CNifty%2050/days/1/2026-01-30/2026-01-01").status_code
        == 200
    )
    assert code_of(walker.get("/v3/market-quote/ltp", instrument_key=key)) == "UDAPI100050"


def test_logout_kills_one_token_only(broker: SimulatedBroker, walker: Walker) -> None:
    first, second = broker.issue_token("PRIMARY"), broker.issue_token("PRIMARY")

    response = walker.http.delete(
        f"{broker.api_base_url}/v2/logout", headers={"Authorization": f"Bearer {first}"}
    )

    assert response.json() == {"status": "success", "data": True}
    assert [walker.get("/v2/user/profile", token).status_code for token in (first, second)] == [401, 200]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v2/nope", "UDAPI100060"),
        ("/v2/login/authorization/token", "UDAPI100060"),
        ("/v3/market-quote/ltp?instrument_key=nonsense", "UDAPI1087"),
        ("/v3/market-quote/ltp?instrument_key=NSE_EQ%7CINE000000000", "UDAPI100011"),
        ("/v3/market-quote/ohlc?instrument_key=NSE_INDEX%7CNifty%2050", "UDAPI1027"),
        ("/v3/market-quote/ohlc?instrument_key=NSE_INDEX%7CNifty%2050&interval=I7", "UDAPI1028"),
        (
            "/v2/market-quote/quotes?instrument_key=" + ",".join(["NSE_EQ%7CINE002A01018"] * 501),
            "UDAPI100042",
        ),
        ("/v3/market-quote/option-greek?instrument_key=" + ",".join(["NSE_EQ%7CX"] * 51), "UDAPI100043"),
        ("/v2/option/chain?instrument_key=NSE_EQ%7CINE002A01018&expiry_date=2026-01-06", "UDAPI100011"),
        ("/v2/option/chain?instrument_key=NSE_INDEX%7CNifty%2050&expiry_date=tomorrow", "UDAPI1022"),
        ("/v3/historical-candle/NSE_INDEX%7CNifty%2050/years/1/2026-01-30", "UDAPI1146"),
        ("/v3/historical-candle/NSE_INDEX%7CNifty%2050/minutes/301/2026-01-30", "UDAPI1147"),
        ("/v3/historical-candle/NSE_INDEX%7CNifty%2050/minutes/1/2026-03-30/2026-01-01", "UDAPI1148"),
        ("/v3/historical-candle/NSE_INDEX%7CNifty%2050/days/1/2026-01-01/2026-01-30", "UDAPI1015"),
        ("/v2/market/status/LSE", "UDAPI1089"),
        ("/v2/market/timings/someday", "UDAPI1088"),
    ],
)
def test_wrong_questions_get_their_code(
    broker: SimulatedBroker, walker: Walker, path: str, code: str
) -> None:
    response = walker.http.get(
        broker.api_base_url + path, headers={"Authorization": f"Bearer {broker.issue_token('PRIMARY')}"}
    )

    assert code_of(response) == code
    assert response.status_code == (404 if code == "UDAPI100060" else 400)
