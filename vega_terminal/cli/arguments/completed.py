"""What the shell completes behind an option; `vega-auth completion` writes it into its script.

The marks are those of the library shtab, which is loaded only while it writes a script.
"""

from __future__ import annotations

import argparse
from typing import Final

_ASK: Final = "vega-auth completion slots 2>/dev/null"
_SLOTS: Final = {
    "bash": "_vega_auth_slots",
    "zsh": "_vega_auth_slots",
    "tcsh": "`vega-auth completion slots`",
    "fish": f"({_ASK})",
    "preamble": {
        "bash": f'_vega_auth_slots() {{ compgen -W "$({_ASK})" -- "$1"; }}',
        "zsh": f"_vega_auth_slots() {{ compadd -- $({_ASK}) }}",
    },
}
"""The shell asks us when somebody presses the key, not when it starts."""
_FILES: Final = {
    "bash": "_shtab_compgen_files",
    "zsh": "_files",
    "tcsh": "f",
    "fish": "(__fish_complete_path (commandline -ct))",
}


def by_slots(argument: argparse.Action) -> argparse.Action:
    """Complete names of slots."""
    argument.complete = _SLOTS  # type: ignore[attr-defined] # the library's own way of marking
    return argument


def by_files(argument: argparse.Action) -> argparse.Action:
    """Complete names of files."""
    argument.complete = _FILES  # type: ignore[attr-defined] # the same
    return argument
