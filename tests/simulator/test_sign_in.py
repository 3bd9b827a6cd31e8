"""The sign-in page's rules, walked through over HTTP as its script does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from vega_terminal.simulator import Scenario, SimulatedBroker
from vega_terminal.simulator.knobs import ALERT_TEXTS, Alert

from .walker import STATE, Landing, SignInPage, Walker, code_of

if TYPE_CHECKING:
    from collections.abc import Callable


def alert(which: Alert) -> dict[str, str]:
    return {"alert": ALERT_TEXTS[which]}


def test_the_dialog_hides_the_api_key_and_leads_to_another_origin(
    broker: SimulatedBroker, walker: Walker
) -> None:
    response = walker.dialog("PRIMARY")

    target = urlsplit(response.headers["location"])
    query = parse_qs(target.query)
    assert response.status_code == 302
    assert f"{target.scheme}://{target.netloc}" == broker.login_url
    assert target.hostname != urlsplit(broker.api_base_url).hostname
    assert query["client_id"][0].startswith("PW3-")
    assert query["redirect_uri"][0].startswith(f"{broker.api_base_url}/login/authorization/redirect")
    assert walker.app("PRIMARY").client_id not in target.query


def test_a_sign_in_ends_at_the_redirect_uri_with_code_and_state(
    broker: SimulatedBroker, walker: Walker
) -> None:
    landing = walker.sign_in("PRIMARY")

    assert len(landing.code) == 6
    assert landing.query["state"] == STATE
    counts = broker.counts
    assert counts.by_app["PRIMARY"] == counts.total
    total = counts.total
    assert (total.dialogs, total.sign_in_pages, total.otp_requests, total.otps_right) == (1, 1, 1, 1)
    assert (total.pins_right, total.logins, total.codes, total.exchanges) == (1, 1, 1, 0)
    assert counts.by_mobile[walker.app("PRIMARY").identity.mobile].logins == 1


def test_one_sign_in_serves_every_app_of_the_customer(broker: SimulatedBroker, walker: Walker) -> None:
    walker.sign_in("PRIMARY")

    for app in broker.population.apps[1:]:
        landing = walker.visit(app.name)
        assert isinstance(landing, Landing)
        assert walker.exchange(app.name, landing.code).status_code == 200
    assert (broker.counts.total.logins, broker.counts.total.sessions_used) == (1, 5)
    assert broker.counts.total.sign_in_pages == 1


def test_without_carried_sessions_each_app_gets_the_page(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.change(session_carried=False)
    walker.sign_in("PRIMARY")

    walker.open_page("WEBSOCKET1").complete()

    assert broker.counts.total.logins == 2


def test_a_session_is_worthless_for_another_customer(scenario: Callable[..., Walker]) -> None:
    walker = scenario(Scenario.TWO_IDENTITIES)
    first, second = walker.broker.population.identities
    walker.sign_in("PRIMARY")

    page = walker.open_page("WEBSOCKET1")
    token = walker.exchange("WEBSOCKET1", page.complete(first).code).json()

    assert walker.app("WEBSOCKET1").identity == second
    assert token["user_id"] == first.user_id
    assert walker.get("/v2/user/profile", token["access_token"]).json()["data"]["user_id"] == first.user_id


@pytest.mark.parametrize(
    "wrong", [{"client_id": "nobody"}, {"redirect_uri": "http://localhost:28020/callback"}]
)
def test_the_dialog_refuses_what_is_not_registered(
    broker: SimulatedBroker, walker: Walker, wrong: dict[str, str]
) -> None:
    response = walker.dialog("PRIMARY", **wrong)
    assert (response.status_code, code_of(response)) == (400, "UDAPI100068")

    broker.faults.change(dialog_error_style="error_code")
    refused = walker.dialog("PRIMARY", **wrong).headers["location"]
    assert "error_code=UDAPI100068&error_message=invalid+redirect+uri" in refused

    broker.faults.change(dialog_error_style="standard")
    assert "error=access_denied" in walker.dialog("PRIMARY", **wrong).headers["location"]


def test_response_type_matters_only_when_strict(broker: SimulatedBroker, walker: Walker) -> None:
    assert walker.dialog("PRIMARY", response_type="token").status_code == 400
    url = str(walker.dialog("PRIMARY").request.url).replace("response_type=code&", "")
    assert walker.http.get(url).status_code == 302

    broker.faults.change(strict_response_type=True)

    assert walker.http.get(url).status_code == 400


def test_the_steps_cannot_be_skipped(walker: Walker) -> None:
    page = walker.open_page("PRIMARY")

    assert page.enter_otp("123456") == alert(Alert.STALE)
    assert page.enter_pin() == alert(Alert.STALE)
    page.get_otp()
    assert page.enter_pin() == alert(Alert.STALE)


def test_the_redirect_wants_proof_of_the_sign_in(broker: SimulatedBroker, walker: Walker) -> None:
    page = walker.open_page("PRIMARY")
    page.reach_pin()
    transaction = page.settings["transaction"]

    for grant in ("", "guess"):
        response = walker.get("/login/authorization/redirect", transaction=transaction, grant=grant)
        assert response.status_code == 400
    onward = page.enter_pin()["onward"]
    walker.land(page.app, onward)

    assert walker.http.get(onward).status_code == 400
    assert broker.counts.total.codes == 1


def test_an_unknown_mobile_number_goes_nowhere(walker: Walker) -> None:
    assert walker.open_page("PRIMARY").press("get-otp", mobile="1234567890") == alert(Alert.UNKNOWN_MOBILE)


def test_an_sms_code_works_once(broker: SimulatedBroker, walker: Walker) -> None:
    page = walker.open_page("PRIMARY")
    page.get_otp()
    otp = broker.last_otp(page.app.identity.mobile)
    assert otp is not None

    assert page.enter_otp(otp)["step"] == "pin"
    assert page.enter_otp(otp) == alert(Alert.WRONG_OTP)
    assert (broker.counts.total.otps_right, broker.counts.total.otps_wrong) == (1, 1)


def test_a_time_step_is_accepted_once(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.change(totp_follows_jumps=True)
    page = walker.open_page("PRIMARY")
    page.get_otp()
    authenticator = pyotp.TOTP(page.app.identity.totp_secret)
    broker.jump(30 - broker.now().timestamp() % 30)  # a fresh step, so that none ends during the test

    code = authenticator.at(broker.now())
    assert page.enter_otp(code)["step"] == "pin"
    assert page.enter_otp(code) == alert(Alert.WRONG_OTP)
    assert page.enter_otp(authenticator.at(broker.now() - timedelta(seconds=30))) == alert(Alert.WRONG_OTP)
    broker.jump(30)
    assert page.enter_otp(code) == alert(Alert.WRONG_OTP)
    assert page.enter_otp(authenticator.at(broker.now()))["step"] == "pin"


def test_a_renewed_authenticator_makes_every_known_password_wrong(scenario: Callable[..., Walker]) -> None:
    page = scenario(Scenario.WRONG_OTP).open_page("PRIMARY")
    page.get_otp()

    assert page.enter_otp(pyotp.TOTP(page.app.identity.totp_secret).now()) == alert(Alert.WRONG_OTP)


def test_a_third_otp_within_ten_minutes_is_refused(broker: SimulatedBroker, walker: Walker) -> None:
    page = walker.open_page("PRIMARY")

    assert [page.get_otp().get("step") for _ in range(3)] == ["otp", "otp", None]
    assert page.get_otp() == alert(Alert.OTP_LIMIT)
    broker.jump(601)
    assert page.get_otp()["step"] == "otp"
    assert (broker.counts.total.otp_requests, broker.counts.total.otp_requests_refused) == (5, 2)


def test_five_wrong_pins_block_the_account_until_it_is_unblocked(
    broker: SimulatedBroker, walker: Walker
) -> None:
    page = walker.open_page("PRIMARY")
    page.reach_pin()

    answers = [page.enter_pin("000000") for _ in range(5)]

    assert answers == [alert(Alert.WRONG_PIN)] * 4 + [alert(Alert.BLOCKED)]
    assert page.enter_pin() == alert(Alert.BLOCKED)
    broker.unblock(page.app.identity.mobile)
    assert "onward" in page.enter_pin()
    assert (broker.counts.total.pins_wrong, broker.counts.total.pins_right) == (5, 2)


def test_the_settings_pin_is_wrong_in_wrong_pin(scenario: Callable[..., Walker]) -> None:
    page = scenario(Scenario.WRONG_PIN).open_page("PRIMARY")
    page.reach_pin()

    assert page.enter_pin() == alert(Alert.WRONG_PIN)


@pytest.mark.parametrize("step", ["otp", "pin"])
def test_an_early_second_sign_in_stands_still_without_a_word(
    broker: SimulatedBroker, walker: Walker, step: str
) -> None:
    broker.faults.change(session_carried=False, throttle_step=step, otp_limit=0)
    walker.sign_in("PRIMARY")
    broker.jump(600)

    page = walker.open_page("WEBSOCKET1")
    page.get_otp()
    answer = page.enter_otp()
    if step == "pin":
        answer = page.enter_pin()

    assert answer == {}
    assert (broker.counts.total.logins, broker.counts.total.stalls) == (1, 1)
    broker.jump(61)
    assert len(walker.sign_in("WEBSOCKET1").code) == 6


def test_a_challenge_must_be_solved_by_a_person_first(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.change(turnstile="on")
    page = walker.open_page("PRIMARY")

    assert page.get_otp() == alert(Alert.UNSOLVED)
    assert broker.solve_turnstile("WEBSOCKET1") == 0
    assert broker.solve_turnstile("PRIMARY") == 1
    assert broker.solve_turnstile("PRIMARY") == 0
    page.complete()
    assert isinstance(walker.visit("WEBSOCKET1"), Landing)


def test_an_app_with_its_own_challenge_gets_the_page_despite_the_session(
    scenario: Callable[..., Walker],
) -> None:
    walker = scenario(Scenario.CAPTCHA)
    walker.sign_in("PRIMARY")

    assert isinstance(walker.visit("WEBSOCKET1"), Landing)
    page = walker.visit("WEBSOCKET2")

    assert isinstance(page, SignInPage)
    assert page.settings["turnstile"] == "on"
    assert page.get_otp() == alert(Alert.UNSOLVED)


def test_overlapping_sign_ins_are_noticed(broker: SimulatedBroker, walker: Walker) -> None:
    first, second = walker.open_page("PRIMARY"), walker.open_page("WEBSOCKET1")
    first.get_otp()
    assert broker.open_sign_ins() == 1
    second.get_otp()
    assert (broker.open_sign_ins(), broker.counts.most_open_sign_ins) == (2, 2)

    first.press("left")
    assert broker.open_sign_ins() == 1
    broker.jump(31)
    assert broker.open_sign_ins() == 0
    assert broker.counts.most_open_sign_ins == 2


def test_sign_ins_one_after_the_other_do_not_overlap(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.change(session_carried=False)
    walker.sign_in("PRIMARY")
    walker.sign_in("WEBSOCKET1")

    assert broker.counts.most_open_sign_ins == 1


def test_a_page_without_its_dialog_has_expired(broker: SimulatedBroker, walker: Walker) -> None:
    page = walker.open_page("PRIMARY")
    broker.jump(1801)

    assert walker.http.get(page.url).status_code == 400
    assert page.get_otp() == alert(Alert.STALE)


def test_the_sms_box_shows_what_was_sent(scenario: Callable[..., Walker]) -> None:
    walker = scenario(Scenario.SMS_OTP)
    page = walker.open_page("PRIMARY")

    assert page.get_otp()["sms"] == walker.broker.last_otp(page.app.identity.mobile)
    assert "UPSTOX_TOTP_SECRET" not in walker.broker.environment()


def test_alert_texts_can_be_changed(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.change(alerts={"unknown_mobile": "Kein Anschluss"})

    assert walker.open_page("PRIMARY").press("get-otp", mobile="1") == {"alert": "Kein Anschluss"}
