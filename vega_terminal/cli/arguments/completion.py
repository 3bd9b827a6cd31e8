"""The arguments of `vega-auth completion`."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_settings

SHELLS: Final = ("bash", "zsh", "tcsh", "fish")
SLOTS: Final = "slots"
"""What the scripts themselves ask for."""

_EPILOG: Final = """examples:
  bash   vega-auth completion bash > ~/.local/share/bash-completion/completions/vega-auth
  zsh    vega-auth completion zsh > ~/.zfunc/_vega-auth      with fpath=(~/.zfunc $fpath) before compinit
  fish   vega-auth completion fish > ~/.config/fish/completions/vega-auth.fish
  tcsh   vega-auth completion tcsh > ~/.vega-auth.csh        with source ~/.vega-auth.csh in ~/.tcshrc

Write it anew after an update. Names of slots are asked for when the key is pressed:
  vega-auth completion slots   prints them, one a line

exit codes:
  0   it is on stdout
  3   the settings are wrong, so that the slots are not known
  64  the command line was wrong
"""


def add(commands: Commands) -> None:
    """Add the command."""
    completion = add_command(
        commands,
        "completion",
        summary="print a script that completes commands, options and slots in your shell",
        description="Print the script that lets your shell complete vega-auth's commands, options and slots.",
        epilog=_EPILOG,
    )
    completion.add_argument("shell", choices=(*SHELLS, SLOTS), help="for which shell; slots: their names")
    add_settings(completion)
