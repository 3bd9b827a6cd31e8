"""The processes of a bench's browser."""

from __future__ import annotations

from contextlib import suppress

import psutil

from vega_terminal.browser.processes import DriverProcesses

from .bench import Bench


def family_of(bench: Bench) -> DriverProcesses:
    """All of them."""
    process = bench.actor._process
    assert process is not None
    assert process.processes is not None
    return process.processes


def driver_of(bench: Bench) -> psutil.Process:
    """The driver."""
    return psutil.Process(family_of(bench)._driver.pid)


def browser_of(bench: Bench) -> psutil.Process:
    """The browser's main process: the one that names the profile and is no helper."""
    for process in family_of(bench).living():
        with suppress(psutil.ZombieProcess):
            arguments = process.cmdline()
            names_profile = any(argument.startswith("--user-data-dir=") for argument in arguments)
            if names_profile and not any(argument.startswith("--type=") for argument in arguments):
                return process
    raise AssertionError("no browser runs")


def pages_of(bench: Bench) -> list[psutil.Process]:
    """The processes that show pages."""
    return [helper for helper in family_of(bench).living() if "--type=renderer" in helper.cmdline()]
