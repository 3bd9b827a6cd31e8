"""The name of a run's profile: it tells whose the profile is, and whose every process that carries it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from vega_terminal.process_identity import ProcessIdentity

RUN_MARK: Final = "VEGA_BROWSER_RUN"
"""The variable in the environment of a driver, and so of its browser, that names the run's profile."""

_NAME: Final = re.compile(r"run-(?P<pid>\d+)-(?P<birth>\d+)-\w+")


def prefix_of(owner: ProcessIdentity) -> str:
    """What the name of a profile begins with that `owner` made."""
    return f"run-{owner.pid}-{owner.birth}-"


def owner_of(profile: str) -> ProcessIdentity | None:
    """Who made the profile of this path; None when its name does not tell."""
    named = _NAME.fullmatch(Path(profile).name)
    return None if named is None else ProcessIdentity(int(named["pid"]), int(named["birth"]))


def lies_in(folder: Path, profile: str) -> bool:
    """Whether the profile of this path lies directly in `folder`, however either is spelled."""
    path = Path(profile)
    return path.is_absolute() and os.path.realpath(path.parent) == os.path.realpath(folder)


def is_of_killed_run(profiles_dir: Path, profile: str) -> bool:
    """Whether a process that has ended made this profile in `profiles_dir`."""
    owner = owner_of(profile)
    return owner is not None and lies_in(profiles_dir, profile) and not owner.is_alive()
