"""The arguments of `vega-auth simulate`."""

from __future__ import annotations

from vega_terminal.cli.arguments.common import Commands, add_command, add_scenario, port_number


def add(commands: Commands) -> None:
    """Add the command."""
    from vega_terminal.simulator.scenarios import describe  # noqa: PLC0415 - of no use to other commands

    lines = "\n".join(f"  {name:<16} {description}" for name, description in describe())
    simulate = add_command(
        commands,
        "simulate",
        summary="run the simulated broker on its own",
        description="Run the simulated broker on loopback until Ctrl-C. Prints the settings for a client.",
        epilog=f"scenarios:\n{lines}\n",
    )
    add_scenario(simulate, "scenario", nargs="?")
    simulate.add_argument(
        "--port", type=port_number, default=0, metavar="N", help="of the API; a free one by default"
    )
    simulate.add_argument("--json", action="store_true", help="print the settings as one JSON document")
