"""Which browser is driven on machines that have this one or that one."""

from __future__ import annotations

from pathlib import Path

import pytest

from vega_terminal.browser.configuration import (
    BrowserConfiguration,
    BrowserKind,
    InstalledBrowser,
    find_browser,
    shows_window,
)
from vega_terminal.domain.errors import BrowserError
from vega_terminal.domain.failure import FailureKind


class Machine:
    """A machine whose PATH holds the programs that were installed, and no other."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        monkeypatch.setenv("PATH", str(folder))
        monkeypatch.setattr("sys.platform", "linux")

    def install(self, *programs: str) -> None:
        for program in programs:
            self.path(program).write_text("#!/bin/sh\n")
            self.path(program).chmod(0o755)

    def path(self, program: str) -> Path:
        return self._folder / program

    def find(
        self, kind: BrowserKind | None = None, binary: Path | None = None, driver: Path | None = None
    ) -> InstalledBrowser:
        return find_browser(BrowserConfiguration(self._folder / "profiles", kind, binary, driver))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("programs", "kind", "binary", "driver"),
    [
        (["chromium", "chromedriver"], BrowserKind.CHROMIUM, "chromium", "chromedriver"),
        (["google-chrome", "chromedriver"], BrowserKind.CHROME, "google-chrome", "chromedriver"),
        (["microsoft-edge", "msedgedriver"], BrowserKind.EDGE, "microsoft-edge", "msedgedriver"),
        (["firefox-esr", "geckodriver"], BrowserKind.FIREFOX, "firefox-esr", "geckodriver"),
        (["chromium", "firefox", "geckodriver"], BrowserKind.FIREFOX, "firefox", "geckodriver"),
        (["google-chrome"], BrowserKind.CHROME, "google-chrome", None),
        (["chromedriver"], BrowserKind.CHROME, None, None),
        ([], BrowserKind.CHROME, None, None),
    ],
)
def test_a_browser_with_its_driver_comes_before_one_without(
    machine: Machine, programs: list[str], kind: BrowserKind, binary: str | None, driver: str | None
) -> None:
    machine.install(*programs)

    found = machine.find()

    assert found == InstalledBrowser(
        kind, machine.path(binary) if binary else None, machine.path(driver) if driver else None
    )


def test_the_kind_that_was_set_is_taken_though_another_is_complete(machine: Machine) -> None:
    machine.install("chromium", "chromedriver", "firefox")
    found = machine.find(BrowserKind.FIREFOX)
    assert found == InstalledBrowser(BrowserKind.FIREFOX, machine.path("firefox"), None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("my-google-chrome-beta", BrowserKind.CHROME),
        ("chromium-browser", BrowserKind.CHROMIUM),
        ("msedge", BrowserKind.EDGE),
        ("Firefox", BrowserKind.FIREFOX),
        ("Microsoft Edge", BrowserKind.EDGE),
        ("brave", BrowserKind.CHROME),
    ],
)
def test_the_kind_of_a_binary_shows_in_its_name(machine: Machine, name: str, kind: BrowserKind) -> None:
    machine.install(name, "chromedriver")
    assert machine.find(binary=machine.path(name)).kind is kind


@pytest.mark.parametrize("key", ["VEGA_BROWSER_BINARY", "VEGA_DRIVER_PATH"])
@pytest.mark.parametrize("state", ["missing", "folder", "not executable"])
def test_what_was_set_and_cannot_be_run_is_named(machine: Machine, key: str, state: str) -> None:
    place = machine.path("program")
    if state == "folder":
        place.mkdir()
    if state == "not executable":
        place.write_text("")
    binary, driver = (place, None) if key == "VEGA_BROWSER_BINARY" else (None, place)

    with pytest.raises(BrowserError) as error:
        machine.find(binary=binary, driver=driver)

    assert error.value.kind is FailureKind.NO_BROWSER
    assert key in str(error.value)
    assert str(place) in str(error.value)


@pytest.mark.parametrize(
    ("headless", "platform", "display", "visible"),
    [
        (None, "linux", "", False),
        (None, "linux", ":0", True),
        (None, "darwin", "", True),
        (True, "linux", ":0", False),
        (False, "linux", "", True),
    ],
)
def test_the_window_shows_where_somebody_can_see_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    headless: bool | None,
    platform: str,
    display: str,
    visible: bool,
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    assert shows_window(BrowserConfiguration(tmp_path, headless=headless)) is visible
