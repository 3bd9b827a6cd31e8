"""The code exchange: single use, burnt by every failure, flat body with a decoy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vega_terminal.simulator import Call, Fault, FaultKind, SimulatedBroker

from .walker import Walker, code_of

if TYPE_CHECKING:
    from collections.abc import Callable

FLAT_FIELDS = {
    "email", "exchanges", "products", "broker", "user_id", "user_name", "order_types", "user_type", "poa",
    "is_active", "access_token", "extended_token",
}  # fmt: skip


def test_the_answer_is_flat_and_has_no_expiry(broker: SimulatedBroker, walker: Walker) -> None:
    response = walker.exchange("PRIMARY", walker.sign_in("PRIMARY").code)

    assert response.status_code == 200
    assert set(response.json()) == FLAT_FIELDS
    assert walker.get("/v2/user/profile", response.json()["access_token"]).status_code == 200
    assert (broker.counts.total.exchanges_ok, broker.counts.total.exchanges_failed) == (1, 0)


def test_the_extended_token_is_good_for_some_reads_only(walker: Walker, broker: SimulatedBroker) -> None:
    token = walker.exchange("PRIMARY", broker.issue_code("PRIMARY")).json()["extended_token"]

    refused = walker.get("/v2/user/profile", token)
    assert (refused.status_code, code_of(refused)) == (403, "UDAPI100067")
    for path in ("portfolio/short-term-positions", "portfolio/long-term-holdings", "order/retrieve-all"):
        assert walker.get(f"/v2/{path}", token).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"client_secret": "no"}, 401, "UDAPI100069"),
        ({"client_id": "no"}, 401, "UDAPI100069"),
        ({"redirect_uri": "http://localhost:28020/callback"}, 400, "UDAPI100070"),
        ({"grant_type": "refresh_token"}, 400, "UDAPI1023"),
        ({"client_id": ""}, 400, "UDAPI1017"),
        ({"redirect_uri": ""}, 400, "UDAPI1018"),
        ({"grant_type": ""}, 400, "UDAPI1023"),
        ({"client_secret": ""}, 400, "UDAPI1024"),
    ],
)
def test_a_failed_exchange_burns_the_code(
    broker: SimulatedBroker, walker: Walker, wrong: dict[str, str], status: int, code: str
) -> None:
    authorization = broker.issue_code("PRIMARY")

    failed = walker.exchange("PRIMARY", authorization, **wrong)
    repeated = walker.exchange("PRIMARY", authorization)

    assert (failed.status_code, code_of(failed)) == (status, code)
    assert (repeated.status_code, code_of(repeated)) == (401, "UDAPI100057")
    assert broker.counts.total.exchanges_failed == 2


def test_a_code_of_another_app_is_refused(broker: SimulatedBroker, walker: Walker) -> None:
    assert code_of(walker.exchange("WEBSOCKET1", broker.issue_code("PRIMARY"))) == "UDAPI100069"


def test_a_missing_code_is_named(walker: Walker) -> None:
    assert code_of(walker.exchange("PRIMARY", "")) == "UDAPI1022"


def test_a_code_is_checked_before_the_key(broker: SimulatedBroker, walker: Walker) -> None:
    broker.faults.change(bad_code_status=400)

    response = walker.exchange("PRIMARY", "abcdef", client_id="nobody", client_secret="nothing")

    assert (response.status_code, code_of(response)) == (400, "UDAPI100057")


def test_a_code_works_once(broker: SimulatedBroker, walker: Walker) -> None:
    code = broker.issue_code("PRIMARY")

    assert [walker.exchange("PRIMARY", code).status_code for _ in range(2)] == [200, 401]


def test_a_code_grows_old(broker: SimulatedBroker, walker: Walker) -> None:
    young, old = broker.issue_code("PRIMARY"), broker.issue_code("PRIMARY")
    broker.jump(100)
    assert walker.exchange("PRIMARY", young).status_code == 200
    broker.jump(21)
    assert code_of(walker.exchange("PRIMARY", old)) == "UDAPI100057"


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.ERROR_IN_200, FaultKind.BAD_GATEWAY_PAGE])
def test_a_broker_that_fails_burns_the_code_all_the_same(
    broker: SimulatedBroker, walker: Walker, kind: FaultKind
) -> None:
    broker.faults.add(Fault(kind, Call.TOKEN, app="PRIMARY", times=1))
    code = broker.issue_code("PRIMARY")

    assert "access_token" not in walker.exchange("PRIMARY", code).text
    assert code_of(walker.exchange("PRIMARY", code)) == "UDAPI100057"


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (FaultKind.EMPTY_ACCESS_TOKEN, lambda body: body["access_token"] == ""),
        (FaultKind.NOT_A_JWT, lambda body: "." not in body["access_token"]),
        (FaultKind.WRONG_USER_ID, lambda body: body["user_id"] == "ZZ9999"),
    ],
)
def test_an_exchange_can_answer_nonsense(
    broker: SimulatedBroker, walker: Walker, kind: FaultKind, wrong: Callable[[dict[str, str]], bool]
) -> None:
    broker.faults.add(Fault(kind, Call.TOKEN, times=1))

    assert wrong(walker.exchange("PRIMARY", broker.issue_code("PRIMARY")).json())
    assert not wrong(walker.exchange("PRIMARY", broker.issue_code("PRIMARY")).json())


def test_a_second_login_can_kill_the_first_token(broker: SimulatedBroker, walker: Walker) -> None:
    def login(name: str) -> str:
        token: str = walker.exchange(name, broker.issue_code(name)).json()["access_token"]
        return token

    first, other = login("PRIMARY"), login("WEBSOCKET1")
    assert walker.get("/v2/user/profile", first).status_code == 200
    login("PRIMARY")
    assert walker.get("/v2/user/profile", first).status_code == 200

    broker.faults.change(second_login_kills_first=True)
    second = login("PRIMARY")

    alive = [walker.get("/v2/user/profile", token).status_code for token in (first, second, other)]
    assert alive == [401, 200, 200]
