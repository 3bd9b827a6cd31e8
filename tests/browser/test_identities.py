"""Several persons in one browser: nobody's session is used for somebody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from selenium.webdriver.remote.webdriver import WebDriver

from vega_terminal.domain.failure import Failure, FailureKind
from vega_terminal.simulator import SimulatedBroker
from vega_terminal.simulator.knobs import Turnstile

from .bench import Bench, browser_bench
from .person import solve_captcha

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest_asyncio.fixture
async def two(tmp_path: Path) -> AsyncIterator[Bench]:
    """Two customers: PRIMARY and WEBSOCKET2 belong to one, WEBSOCKET1 and WEBSOCKET3 to the other."""
    apps = ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2", "WEBSOCKET3")
    with SimulatedBroker(apps=apps, identities=2) as broker:
        async with browser_bench(broker, tmp_path) as bench:
            yield bench


async def test_each_identity_signs_in_once_and_gets_its_own_codes(two: Bench) -> None:
    for app in ("PRIMARY", "WEBSOCKET2", "WEBSOCKET1", "WEBSOCKET3"):
        await two.code(app)

    counts = two.broker.counts
    assert {mobile: (tally.logins, tally.codes) for mobile, tally in counts.by_mobile.items()} == {
        person.mobile: (1, 2) for person in two.broker.population.identities
    }
    assert counts.total.sign_in_pages == 2
    assert two.broker.open_sign_ins() == 0


async def test_going_back_to_an_identity_signs_it_in_anew(two: Bench) -> None:
    for app in ("PRIMARY", "WEBSOCKET1", "WEBSOCKET2"):
        await two.code(app)

    first, second = two.broker.population.identities
    by_mobile = two.broker.counts.by_mobile
    assert (by_mobile[first.mobile].logins, by_mobile[second.mobile].logins) == (2, 1)


async def test_the_session_of_one_is_gone_before_anothers_dialog_opens(two: Bench) -> None:
    await two.code("PRIMARY")
    assert await two.by_hand(_session_cookies)
    desk = two.desk("WEBSOCKET1")
    desk.refuses = Failure(FailureKind.COOLDOWN, "Not now.")

    await two.failure("WEBSOCKET1", desk)

    assert await two.by_hand(_session_cookies) == []


async def test_a_parked_app_is_resumed_as_its_own_person(two: Bench) -> None:
    two.broker.faults.change(turnstile_by_app={"PRIMARY": Turnstile.ON})
    await two.parked("PRIMARY")
    await two.code("WEBSOCKET1")
    desk = two.desk("PRIMARY")

    async def solved() -> bool:
        await solve_captcha(two, "PRIMARY")
        return True

    desk.captcha_answer = solved
    assert await two.resumed("PRIMARY", desk)

    owner = two.broker.population.by_name["PRIMARY"].identity
    assert two.broker.counts.by_mobile[owner.mobile].codes == 1
    assert two.broker.counts.by_app["PRIMARY"].codes == 1


def _session_cookies(driver: WebDriver) -> list[str]:
    """The sessions of the simulated broker that the browser holds, for every site."""
    answer = driver.execute("executeCdpCommand", {"cmd": "Network.getAllCookies", "params": {}})
    return [cookie["value"] for cookie in answer["value"]["cookies"] if cookie["name"] == "simulated_session"]
