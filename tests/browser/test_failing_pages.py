"""Pages and redirects that lead to no code: each gets its own name, and a bundle without secrets."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from vega_terminal.domain.failure import FailureKind
from vega_terminal.domain.secret import Secret
from vega_terminal.simulator import Call, Fault, FaultKind

from .bench import Bench

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.asyncio(loop_scope="module"),
]

BEFORE_ANY_STEP = [
    (FaultKind.BLOCK_PAGE, Call.LOGIN_PAGE, FailureKind.BLOCKED, None),
    (FaultKind.THROTTLE_PAGE, Call.LOGIN_PAGE, FailureKind.THROTTLED, None),
    (FaultKind.TOO_MANY_REQUESTS, Call.DIALOG, FailureKind.THROTTLED, "UDAPI10005"),
    (FaultKind.MAINTENANCE_PAGE, Call.LOGIN_PAGE, FailureKind.MAINTENANCE, None),
    (FaultKind.BAD_GATEWAY_PAGE, Call.DIALOG, FailureKind.MAINTENANCE, None),
    (FaultKind.SERVER_ERROR, Call.DIALOG, FailureKind.MAINTENANCE, "UDAPI100500"),
    (FaultKind.UNKNOWN_PAGE, Call.LOGIN_PAGE, FailureKind.UNKNOWN_PAGE, None),
    (FaultKind.EMPTY_LOCATION, Call.DIALOG, FailureKind.UNKNOWN_PAGE, None),
    (FaultKind.RESET, Call.DIALOG, FailureKind.NETWORK, None),
    (FaultKind.HANG, Call.DIALOG, FailureKind.NETWORK, None),
    (FaultKind.HANG, Call.LOGIN_PAGE, FailureKind.NETWORK, None),
    (FaultKind.REDIRECT_ERROR_CODE, Call.DIALOG, FailureKind.REDIRECT_ERROR, "UDAPI100068"),
    (FaultKind.REDIRECT_STANDARD_ERROR, Call.DIALOG, FailureKind.REDIRECT_ERROR, "access_denied"),
]


@pytest.mark.parametrize(("fault", "call", "kind", "code"), BEFORE_ANY_STEP)
async def test_a_page_that_is_no_login_form_is_named_and_left_alone(
    bench: Bench, fault: FaultKind, call: Call, kind: FailureKind, code: str | None
) -> None:
    bench.broker.faults.add(Fault(fault, call))

    with bench.rules(step_timeout=1.0):
        failure = await bench.failure()

    assert (failure.kind, failure.code) == (kind, code)
    assert bench.broker.counts.total.otp_requests == 0
    bundle = _bundle_of(bench, failure.message)
    assert bundle["failure"] == kind


async def test_a_dialog_that_does_not_know_the_app_shows_the_brokers_own_words(bench: Bench) -> None:
    bench.broker.faults.add(
        Fault(FaultKind.ERROR, Call.DIALOG, status=400, code="UDAPI100068", message="Check\x1b[2J your id")
    )

    failure = await bench.failure()

    assert (failure.kind, failure.code) == (FailureKind.APP_MISCONFIGURED, "UDAPI100068")
    assert "“Check[2J your id”" in failure.message


@pytest.mark.parametrize("fault", [FaultKind.STATE_DROPPED, FaultKind.STATE_ALTERED])
async def test_a_code_with_another_state_is_not_used(bench: Bench, fault: FaultKind) -> None:
    bench.broker.faults.add(Fault(fault, Call.REDIRECT))

    failure = await bench.failure()

    assert failure.kind is FailureKind.STATE_MISMATCH
    assert bench.broker.counts.total.codes == 1
    text = json.dumps(_bundle_of(bench, failure.message))
    assert "code=" not in text
    assert "state=" not in text


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (FaultKind.REDIRECT_STANDARD_ERROR, FailureKind.REDIRECT_ERROR),
        (FaultKind.HANG, FailureKind.SIGN_IN_STALLED),
        (FaultKind.UNKNOWN_PAGE, FailureKind.UNKNOWN_PAGE),
    ],
)
async def test_what_comes_instead_of_the_redirect(bench: Bench, fault: FaultKind, kind: FailureKind) -> None:
    bench.broker.faults.add(Fault(fault, Call.REDIRECT))

    with bench.rules(step_timeout=2.0):
        failure = await bench.failure()

    assert failure.kind is kind
    assert bench.broker.counts.calls["pin_submit"] == 1


async def test_nothing_is_typed_into_a_form_at_another_address(bench: Bench) -> None:
    with bench.rules(api_base_url="https://api.upstox.com"):
        failure = await bench.failure()

    assert failure.kind is FailureKind.UNKNOWN_PAGE
    assert "is not the broker's" in failure.message
    typed = await bench.by_hand(lambda driver: driver.find_element("id", "mobileNum").get_attribute("value"))
    assert typed == ""
    assert bench.broker.counts.total.otp_requests == 0


async def test_a_box_that_the_page_pops_up_stops_nothing(bench: Bench) -> None:
    desk = bench.desk()
    read_sms = desk.otp_answer

    async def answer() -> Secret | None:
        await bench.by_hand(lambda driver: driver.execute_script("setTimeout(() => alert('New!'), 0)"))
        assert read_sms is not None
        return await read_sms()

    desk.otp_answer = answer

    assert await bench.code(desk=desk)


async def test_the_bundle_tells_the_page_and_no_secret(bench: Bench) -> None:
    bench.broker.faults.change(pin_changed=True, alerts={"wrong_pin": "PIN 123456 is wrong for 9000010001."})

    failure = await bench.failure()

    bundle = _bundle_of(bench, failure.message)
    assert bundle["page"] == "pin"
    assert bundle["alert"] == "PIN ###### is wrong for ##########."
    assert bundle["url"] == f"{bench.broker.login_url}/"
    assert bundle["fields"]["pinCode"] == {"visible": True, "enabled": True}
    person = bench.broker.population.identities[0]
    text = json.dumps(bundle)
    assert [secret for secret in (person.mobile, person.pin, person.totp_secret) if secret in text] == []


def _bundle_of(bench: Bench, message: str) -> dict[str, Any]:
    """The bundle that a failure names: private, and with an address that carries nothing."""
    name = message.partition("(Bundle: ")[2].rstrip(")")
    path: Path = bench.folder / "logs" / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    bundle: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    assert "?" not in bundle["url"]
    assert "#" not in bundle["url"]
    return bundle
