"""What an import loads: the engine no library of the outside world, the domain nothing but Python."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from types import ModuleType

import vega_terminal.domain
import vega_terminal.engine

HEAVY = {
    "textual",
    "rich",
    "selenium",
    "httpx",
    "aiosqlite",
    "sqlite3",
    "starlette",
    "uvicorn",
    "cryptography",
}
ZONE_DATA = "tzdata"  # loaded by the standard library where the system has no zone files
REPORT = "import sys; before = set(sys.modules); import {}; print(*sorted(set(sys.modules) - before))"


def loaded_by(*modules: str) -> set[str]:
    """The top-level packages that a fresh interpreter loads for these modules."""
    script = REPORT.format(", ".join(modules))
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in answer.stdout.split()}


def foreign(packages: set[str]) -> set[str]:
    """What belongs neither to the house nor to Python, whose build data bears the platform's name."""
    ours = {"vega_terminal", ZONE_DATA, *sys.stdlib_module_names}
    return {name for name in packages - ours if not name.startswith("_sysconfigdata_")}


def modules_of(package: ModuleType) -> list[str]:
    return [found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")]


def test_the_engine_loads_no_adapter_and_none_of_their_libraries() -> None:
    modules = modules_of(vega_terminal.engine)
    assert "vega_terminal.engine.engine" in modules
    loaded = loaded_by(*modules)
    assert "vega_terminal" in loaded
    assert not loaded & HEAVY


def test_the_domain_loads_nothing_outside_the_standard_library() -> None:
    modules = modules_of(vega_terminal.domain)
    assert "vega_terminal.domain.fold" in modules
    loaded = loaded_by(*modules)
    assert "zoneinfo" in loaded
    assert not foreign(loaded)


def test_the_settings_load_nothing_outside_the_standard_library() -> None:
    assert not foreign(loaded_by("vega_terminal.settings"))
