"""`python -m benchmarks [NAME...]`: measure, print, and with `--write` keep the figures in the README.

Timings never decide about success: the exit code is 0 whether goals are met or not.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from rich.console import Console

from benchmarks.catalogue import BENCHMARKS
from benchmarks.machine import load, machine_facts
from benchmarks.presentation import print_facts, print_report, write_readme


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for, one after the other."""
    parser = _parser()
    options = parser.parse_args(arguments)
    # Programs are measured as they are used: with their bytecode at hand.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if options.write and options.names:
        parser.error("--write keeps the figures of one whole run; leave the names out")
    console = Console(width=120) if not sys.stdout.isatty() else Console()
    facts, reports = (*machine_facts(), ("load before", load())), []
    print_facts(console, facts)
    for name in options.names or BENCHMARKS:
        sys.stderr.write(f"{name}: {BENCHMARKS[name].question} ")
        sys.stderr.flush()
        report = BENCHMARKS[name].run(options.rounds).report()
        print_report(console, report)
        reports.append(report)
    after = ("load after", load())
    print_facts(console, (after,))
    if options.write:
        write_readme((*facts, after), reports)
    return 0


def _parser() -> argparse.ArgumentParser:
    known = "\n".join(f"  {name:<14} {benchmark.question}" for name, benchmark in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the product side by side with the plainest thing that does the same.",
        epilog=f"benchmarks:\n{known}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; all by default", type=_known)
    parser.add_argument(
        "--rounds", type=_positive, help="counted repetitions; each benchmark has its own number"
    )
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks/README.md")
    return parser


def _known(name: str) -> str:
    if name not in BENCHMARKS:
        raise argparse.ArgumentTypeError(f"no benchmark {name!r}; there are {', '.join(BENCHMARKS)}")
    return name


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one round")
    return number


if __name__ == "__main__":
    sys.exit(main())
