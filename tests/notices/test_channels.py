"""Every way to people, for real: processes, HTTP on loopback, a session bus with a desktop on it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import psutil
import pytest
from dbus_fast.aio.message_bus import MessageBus
from dbus_fast.annotations import DBusDict, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, method

from tests.waiting import until
from vega_terminal.clock import SystemClock
from vega_terminal.domain.secret import Secret
from vega_terminal.notices import delivery, http_call
from vega_terminal.notices.channel import attempt
from vega_terminal.notices.command import CommandChannel
from vega_terminal.notices.dead_man import failure_address, ping
from vega_terminal.notices.delivery import Delivery
from vega_terminal.notices.desktop import DesktopChannel
from vega_terminal.notices.notice import Notice, NoticeKind
from vega_terminal.notices.ways import has_desktop
from vega_terminal.notices.webhook import WebhookChannel

from .receiver import Service, service

Texts = Annotated[list[str], DBusSignature("as")]
NOTICE = Notice(
    NoticeKind.CAPTCHA,
    "A CAPTCHA waits for you",
    "PRIMARY: <a href='x'>look</a> & go\x1b[2J.",
    "Solve it.",
    ("PRIMARY",),
    datetime(2026, 10, 6, 4, 0, tzinfo=UTC),
)


class TestCommand:
    async def test_it_gets_the_notice_on_stdin_and_no_secret_in_its_environment(self, tmp_path: Path) -> None:
        secrets = {"UPSTOX_PIN": "246810", "VEGA_REDIS_URL": "redis://:pw@x", "CREDENTIALS_DIRECTORY": "/c"}
        environ = {"PATH": os.environ["PATH"], "OWN": "kept", **secrets}
        script = f"cat > {tmp_path}/notice.json; env > {tmp_path}/env.txt"
        assert await attempt(CommandChannel(("sh", "-c", script), environ).deliver(NOTICE)) is None
        assert json.loads((tmp_path / "notice.json").read_text()) == NOTICE.document()
        seen = dict(line.split("=", 1) for line in (tmp_path / "env.txt").read_text().splitlines())
        assert seen["OWN"] == "kept"
        assert not seen.keys() & secrets.keys()

    @pytest.mark.parametrize("steps", range(1, 8))
    async def test_one_that_is_ended_while_it_starts_goes_with_its_children(
        self, tmp_path: Path, steps: int
    ) -> None:
        """Its children may be there before this process knows of itself."""
        script = f"sleep 60 & echo $! $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pids; wait"
        work = asyncio.create_task(CommandChannel(("sh", "-c", script), dict(os.environ)).deliver(NOTICE))
        for _ in range(steps):
            await asyncio.sleep(0)
        is_started = psutil.Process().children() != []
        if is_started:
            until((tmp_path / "pids").exists)  # nothing else of this loop goes on meanwhile
        work.cancel()
        await asyncio.wait({work})
        assert work.cancelled()
        if is_started:
            until(lambda: not any(map(_lives, map(int, (tmp_path / "pids").read_text().split()))))

    async def test_one_that_is_ended_goes_with_its_children(self, tmp_path: Path) -> None:
        script = f"sleep 60 & echo $! $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pids; wait"
        work = asyncio.create_task(CommandChannel(("sh", "-c", script), dict(os.environ)).deliver(NOTICE))
        await asyncio.to_thread(until, (tmp_path / "pids").exists)
        work.cancel()
        await asyncio.wait({work})
        child, shell = map(int, (tmp_path / "pids").read_text().split())
        until(lambda: not any(map(_lives, (child, shell))))

    async def test_no_way_gets_more_than_its_time(self) -> None:
        trouble = await attempt(asyncio.sleep(60), 0.01)
        assert trouble == "It took longer than 0.01 seconds and was ended."

    @pytest.mark.parametrize(
        ("command", "trouble"),
        [
            (("false", "https://hooks.example/secret"), "The program false ended with exit code 1."),
            (("/no/such", "x"), "The program /no/such could not be started (No such file or directory)."),
        ],
    )
    async def test_what_it_does_wrong_is_told_without_its_arguments(
        self, command: tuple[str, ...], trouble: str
    ) -> None:
        assert await attempt(CommandChannel(command, dict(os.environ)).deliver(NOTICE)) == trouble


def _lives(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.fixture
def receiver() -> Iterator[Service]:
    with service() as receiver:
        yield receiver


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses between tries are not what is looked at."""
    monkeypatch.setattr(http_call, "PAUSES", (0.0, 0.0))


async def post(address: str) -> str | None:
    return await attempt(WebhookChannel(Secret(address), SystemClock()).deliver(NOTICE))


class TestWebhook:
    async def test_it_is_posted_as_json_with_the_password_of_the_address_as_a_header(
        self, receiver: Service
    ) -> None:
        address = receiver.address.replace("//", "//ann:p%40ss@")
        assert await post(f"{address}/hook?key=1") is None
        assert receiver.requests == [("POST", "/hook?key=1")]
        assert receiver.bodies == [NOTICE.document()]
        assert receiver.headers[0]["Content-Type"] == "application/json"
        assert receiver.headers[0]["Authorization"] == "Basic YW5uOnBAc3M="

    @pytest.mark.parametrize(
        ("statuses", "calls", "trouble"),
        [
            ([503, 500, 204], 3, None),
            ([502], 3, "The service did not take it (status 502)."),
            ([404], 1, "The service did not take it (status 404)."),
            ([307], 1, "The service sends elsewhere (307). Set the address that it leads to."),
        ],
    )
    async def test_only_what_may_pass_is_tried_again_and_nothing_follows_a_redirect(
        self, statuses: list[int], calls: int, trouble: str | None, receiver: Service
    ) -> None:
        receiver.statuses = statuses
        assert await post(f"{receiver.address}/hook") == trouble
        assert receiver.requests == [("POST", "/hook")] * calls

    async def test_a_silent_service_is_given_up(
        self, receiver: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(http_call, "_ANSWER_SECONDS", 0.1)
        receiver.silent = True
        trouble = await post(f"{receiver.address}/hook")
        assert trouble == "The service could not be reached (no answer in time)."

    @pytest.mark.parametrize(
        "address", ["http://127.0.0.1:9/s3cret", "http://127.0.0.1:s3cret/", "http://[s3cret"]
    )
    async def test_no_trouble_repeats_the_address(self, address: str) -> None:
        trouble = await post(address)
        assert trouble is not None
        assert "s3cret" not in trouble


class TestDeadMan:
    async def test_the_monitor_is_called_by_how_the_run_ended(self, receiver: Service) -> None:
        address = Secret(f"{receiver.address}/uuid/?create=1")
        await ping(address, SystemClock(), well=True)
        await ping(address, SystemClock(), well=False)
        assert receiver.requests == [("GET", "/uuid/?create=1"), ("GET", "/uuid/fail?create=1")]

    def test_the_address_of_a_failure_keeps_what_is_around_the_path(self) -> None:
        assert failure_address(Secret("https://hc-ping.com/uuid")).reveal() == "https://hc-ping.com/uuid/fail"


class Desktop(ServiceInterface):
    """What a desktop offers to show notices."""

    def __init__(self) -> None:
        super().__init__("org.freedesktop.Notifications")
        self.shown: list[tuple[str, str, str, int]] = []

    @method(name="Notify")
    def notify(
        self,
        application: DBusStr,
        _replaces: DBusUInt32,
        _icon: DBusStr,
        title: DBusStr,
        body: DBusStr,
        _actions: Texts,
        hints: DBusDict,
        _timeout: DBusInt32,
    ) -> DBusUInt32:
        self.shown.append((application, title, body, hints["urgency"].value))
        return len(self.shown)

    @method(name="GetCapabilities")
    def capabilities(self) -> Texts:
        return ["body", "body-markup"]

    @method(name="GetServerInformation")
    def information(self) -> Annotated[list[str], DBusSignature("ssss")]:
        return ["Desktop", "Test", "1", "1.2"]


@pytest.fixture
async def session_bus(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A session bus of its own, as a login to a desktop makes one."""
    daemon = await asyncio.create_subprocess_exec(
        "dbus-daemon", "--session", "--nofork", "--print-address", stdout=asyncio.subprocess.PIPE
    )
    assert daemon.stdout is not None
    address = (await daemon.stdout.readline()).decode().strip()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    try:
        yield address
    finally:
        daemon.terminate()
        await daemon.communicate()


@asynccontextmanager
async def desktop_on(address: str) -> AsyncIterator[Desktop]:
    bus, desktop = await MessageBus(address).connect(), Desktop()
    bus.export("/org/freedesktop/Notifications", desktop)
    await bus.request_name("org.freedesktop.Notifications")
    try:
        yield desktop
    finally:
        bus.disconnect()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no session bus")
class TestDesktop:
    async def test_it_is_shown_as_text_and_stays_when_a_person_is_needed(self, session_bus: str) -> None:
        async with desktop_on(session_bus) as desktop:
            for kind in (NoticeKind.CAPTCHA, NoticeKind.COOLDOWN):
                assert await attempt(DesktopChannel().deliver(replace(NOTICE, kind=kind))) is None
        body = "PRIMARY: (a href='x')look(/a) + go [2J. Solve it."
        title = "A CAPTCHA waits for you"
        assert desktop.shown == [("VEGA Terminal", title, body, 2), ("VEGA Terminal", title, body, 1)]

    async def test_a_desktop_without_a_program_that_shows_notices_is_told(self, session_bus: str) -> None:
        trouble = await attempt(DesktopChannel().deliver(NOTICE))
        assert trouble == (
            "The desktop did not take it: no program there shows notices, or this Python may not. Set"
            " VEGA_NOTIFY_DESKTOP=off, or use VEGA_NOTIFY_COMMAND."
        )


def test_a_desktop_is_a_display_with_a_session_bus() -> None:
    bus = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1000/bus"}
    assert has_desktop({**bus, "DISPLAY": ":0"})
    assert has_desktop({**bus, "WAYLAND_DISPLAY": "wayland-0"})
    assert not has_desktop(bus)
    assert not has_desktop({"DISPLAY": ":0"})


async def test_whoever_waits_at_the_end_is_told_what_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        name = key = "slow"

        async def deliver(self, _notice: Notice) -> None:
            await told_of.wait()

    told: list[str] = []
    told_of = asyncio.Event()

    def tell(sentence: str) -> None:
        told.append(sentence)
        told_of.set()

    monkeypatch.setattr(delivery, "_QUIET_SECONDS", 0.0)
    slow = Delivery(lambda: [Slow()], tell)
    await slow.close()
    assert told == [], "nothing is under way"
    slow.send(NOTICE)
    await slow.close()
    assert told == ["Waiting for notices to get through, for 10 seconds at most."]
