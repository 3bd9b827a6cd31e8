"""The arguments of `vega-auth audit`."""

from __future__ import annotations

from typing import Final

from vega_terminal.cli.arguments.common import Commands, add_command, add_common, add_no_input, count

_EPILOG: Final = """examples:
  vega-auth audit                                  the last 50 records
  vega-auth audit verify                           is every record there, unchanged, in its place?
  vega-auth audit export --output trail.jsonl      everything, one JSON document a line
  vega-auth audit export --format csv --output -   for a spreadsheet, on stdout

exit codes:
  0   shown or written; verify: the trail is whole
  1   verify: it is broken, or cannot be proven; the first bad record is named
  3   it cannot be read
  64  the command line was wrong, or the export would overwrite a file
"""


def add(commands: Commands) -> None:
    """Add the command."""
    audit = add_command(
        commands,
        "audit",
        summary="the audit trail: list it, prove that it is whole, write it to a file",
        description="Show, prove or export what was done, when and by whom. Changes nothing.",
        epilog=_EPILOG,
    )
    actions = ("show", "verify", "export")
    audit.add_argument("action", nargs="?", choices=actions, default="show", help="show when left out")
    audit.add_argument("--limit", type=count, metavar="N", help="show: the last N records, 50 by default")
    audit.add_argument("--format", choices=("jsonl", "csv"), help="export: jsonl by default")
    audit.add_argument("--output", metavar="FILE", help="export: a new file; - is stdout, the default")
    add_no_input(audit)
    add_common(audit)
