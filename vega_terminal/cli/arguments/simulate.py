"""The arguments of `vega-auth simulate`."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_scenario, port_number

_EXAMPLES: Final = """examples:
  vega-auth simulate                 a broker on a good day; prints the settings of a client
  vega-auth simulate captcha --json  one that asks for a CAPTCHA; the settings as one JSON document
  vega-auth simulate > sim.env &     then: set -a; . ./sim.env; VEGA_DATA_DIR=/tmp/sim vega-auth refresh

exit codes:
  0   ended by Ctrl-C or SIGTERM
  64  the command line was wrong, or the port cannot be had

"""


def add(commands: Commands) -> None:
    """Add the command."""
    from vega_terminal.simulator.scenarios import describe  # noqa: PLC0415 - of no use to other commands

    lines = "\n".join(f"  {name:<16} {description}" for name, description in describe())
    simulate = add_command(
        commands,
        "simulate",
        summary="run the simulated broker on its own",
        description="Run the simulated broker on loopback until Ctrl-C. Prints the settings for a client.",
        epilog=f"{_EXAMPLES}scenarios:\n{lines}\n",
    )
    add_scenario(simulate, "scenario", nargs="?")
    simulate.add_argument(
        "--port", type=port_number, default=0, metavar="N", help="of the API; a free one by default"
    )
    simulate.add_argument("--json", action="store_true", help="print the settings as one JSON document")
