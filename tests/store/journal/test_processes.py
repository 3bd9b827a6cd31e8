"""Several real processes at one journal."""

from __future__ import annotations

import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

from vega_terminal.store.journal.file_ops import OsFileOps
from vega_terminal.store.journal.token_journal import JOURNAL_NAME

from .accounts import day, note, require_kept
from .promises import Promises, process


def test_what_one_appends_no_other_loses_not_even_when_one_is_killed(tmp_path: Path) -> None:
    promises, said = Promises(order_known=False), list[list[str]]()
    with ExitStack() as stack:
        processes = [
            stack.enter_context(subprocess.Popen(day(tmp_path, epochs), stdout=subprocess.PIPE, text=True))
            for epochs in ("1:12", "101:112", "201:9999")
        ]
        *others, victim = processes
        assert victim.stdout is not None
        before = [victim.stdout.readline() for _ in range(30)]
        victim.send_signal(signal.SIGKILL)
        said.append([line for line in (*before, *victim.stdout) if line.endswith("\n")])
        said.extend([each.communicate()[0].splitlines() for each in others])
    for lines in said:
        note(promises, lines)
    assert [each.returncode for each in others] == [0, 0]
    assert len(promises.struck) > 2 * 12 * 2
    require_kept(tmp_path, promises)


def test_processes_that_end_in_peace_leave_an_empty_journal_and_tell_nothing(tmp_path: Path) -> None:
    commands = [day(tmp_path, epochs, "sweep") for epochs in ("1:5", "11:15")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE) for command in commands]
    for each in processes:
        each.communicate()
        assert each.returncode == 0
    told: list[str] = []
    path = tmp_path / JOURNAL_NAME
    assert process(OsFileOps(), told, path).held() == ()
    assert path.stat().st_size < 100
    assert not told
