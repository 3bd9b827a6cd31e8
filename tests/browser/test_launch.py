"""Starting a browser: what it is given, what it is kept from, and what a failed start leaves behind."""

from __future__ import annotations

import asyncio
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from vega_terminal.browser.actor import BrowserActor
from vega_terminal.browser.configuration import BrowserConfiguration
from vega_terminal.domain.errors import BrowserError
from vega_terminal.domain.failure import FailureKind
from vega_terminal.simulator import SimulatedBroker

from .bench import browser_bench, require_nothing_left
from .conftest import OpenBrowser
from .family import browser_of, driver_of, family_of
from .leftovers import processes_of
from .trap import Trap

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files, with a name short enough for a socket in it; empty at the end."""
    with tempfile.TemporaryDirectory(prefix="t") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)
        assert list(Path(folder).iterdir()) == []


@pytest.mark.parametrize("content", ["#!/bin/sh\nexit 3\n", "no program"])
async def test_a_driver_that_does_not_run_is_named(tmp_path: Path, content: str) -> None:
    driver = tmp_path / "chromedriver"
    driver.write_text(content)
    driver.chmod(0o755)
    actor = BrowserActor(BrowserConfiguration(tmp_path / "browser", driver=driver), (), 5.0)

    with pytest.raises(BrowserError) as error:
        await actor.start()
    await actor.stop()

    assert error.value.kind is FailureKind.NO_BROWSER
    require_nothing_left(tmp_path)


async def test_a_folder_that_takes_no_profile_is_named(tmp_path: Path) -> None:
    (tmp_path / "browser").write_text("a file")
    actor = BrowserActor(BrowserConfiguration(tmp_path / "browser"), (), 5.0)

    with pytest.raises(BrowserError) as error:
        await actor.start()
    await actor.stop()

    assert error.value.kind is FailureKind.NO_BROWSER
    assert str(tmp_path / "browser") in str(error.value)
    assert "VEGA_DATA_DIR" in str(error.value)


@pytest.mark.parametrize("looks", [0, 1, 20, 60])
async def test_a_start_that_is_cancelled_leaves_nothing(tmp_path: Path, looks: int) -> None:
    actor = BrowserActor(BrowserConfiguration(tmp_path / "browser", headless=True), (), 5.0)
    start = asyncio.create_task(actor.start())
    await asyncio.wait({start}, timeout=looks / 100)
    start.cancel()
    await asyncio.wait({start})

    await actor.stop()

    require_nothing_left(tmp_path)


async def test_the_browser_gets_no_secret_and_leaves_no_file(
    open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch, temporary: Path, tmp_path: Path
) -> None:
    monkeypatch.setenv("UPSTOX_PIN", "135790")
    async with open_browser() as bench:
        await bench.code()
        environments = [driver_of(bench).environ(), browser_of(bench).environ()]
        rights = _rights_of_folders(tmp_path / "browser", temporary)

    assert rights == [0o700] * 3
    assert [name for environment in environments for name in environment if name.startswith("UPSTOX")] == []


async def test_a_killed_browser_leaves_no_file_either(open_browser: OpenBrowser, temporary: Path) -> None:
    async with open_browser() as bench:
        await bench.code()
        family_of(bench).kill()

    assert processes_of(temporary) == []


async def test_no_command_goes_through_a_proxy(
    open_browser: OpenBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Trap() as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        async with open_browser() as bench:
            await bench.code()

        assert [said for said in proxy.heard if b"localhost" in said or b"127.0.0.1" in said] == []


async def test_no_code_reaches_a_listener_at_an_address_of_the_newer_kind(tmp_path: Path) -> None:
    with Trap("::1") as trap, SimulatedBroker(redirect_uri=trap.redirect_uri) as broker:
        async with browser_bench(broker, tmp_path) as bench:
            await bench.code()

        assert trap.heard == ()


def _rights_of_folders(profiles: Path, temporary: Path) -> list[int]:
    """The rights of the folder of profiles, of each profile, and of each folder of temporary files."""
    folders = [profiles, *profiles.iterdir(), *temporary.iterdir()]
    return [stat.S_IMODE(folder.stat().st_mode) for folder in folders]
