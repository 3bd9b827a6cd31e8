"""`--json` prints one document also when a command ends with 3 before it has anything to show."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from .command_line import Finished
from .conftest import MakeDesk

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]

RUNS = [("refresh",), ("warmup", "run"), ("warmup", "run", "--scheduled")]
OTHERS = [("status",), ("audit",), ("audit", "verify"), ("rearm",), ("notices", "test")]


def keys_of(arguments: tuple[str, ...]) -> set[str]:
    """A run without a result has what programs look for in a result."""
    always = {"exitCode", "summary", "problems"}
    return always | {"executionId", "slots"} if arguments in RUNS else always


def said_in_words(result: Finished) -> list[str]:
    return [line.strip() for line in result.stderr.splitlines()]


@pytest.mark.parametrize("arguments", [*RUNS, *OTHERS, ("warmup", "show")])
def test_wrong_settings_are_listed_each_with_its_cure(
    make_desk: MakeDesk, arguments: tuple[str, ...]
) -> None:
    desk = make_desk(UPSTOX_DECISION_MODE="MAYBE", UPSTOX_COLDOWN_SEC="1")
    result = desk.run(*arguments, "--json")
    assert (result.code, result.document["exitCode"]) == (3, 3)
    assert set(result.document) == keys_of(arguments)
    assert (
        result.document["summary"]
        == said_in_words(result)[0]
        == "The settings are wrong. Nothing was started."
    )
    problems = result.document["problems"]
    assert {problem["key"] for problem in problems} == {"UPSTOX_DECISION_MODE", "UPSTOX_COLDOWN_SEC"}
    assert [f"{each['key']}: {each['problem']} {each['cure']}" for each in problems] == said_in_words(result)[
        1:
    ]


@pytest.mark.parametrize("arguments", [*RUNS, *OTHERS])
def test_a_data_folder_that_cannot_be_used_is_told_in_its_sentence(
    make_desk: MakeDesk, arguments: tuple[str, ...]
) -> None:
    desk = make_desk()
    desk.data.write_text("in the way")
    result = desk.run(*arguments, "--json")
    assert (result.code, result.document["exitCode"]) == (3, 3)
    assert set(result.document) == keys_of(arguments)
    (sentence,) = said_in_words(result)
    assert result.document["summary"] == sentence
    assert result.document["problems"] == [{"key": None, "problem": sentence, "cure": None}]


@pytest.mark.parametrize("arguments", [("status",), ("audit",)])
def test_a_database_that_is_held_is_told_in_its_sentence(
    make_desk: MakeDesk, arguments: tuple[str, ...]
) -> None:
    desk = make_desk(VEGA_DB_BUSY_ATTEMPTS="1")
    assert desk.run("status").code == 0
    with closing(sqlite3.connect(desk.data / "vega_trade.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        result = desk.run(*arguments, "--json")
    assert (result.code, result.document["exitCode"]) == (3, 3)
    assert "vega_trade.db" in result.document["summary"]


def test_without_json_nothing_is_printed(make_desk: MakeDesk) -> None:
    desk = make_desk(UPSTOX_PIN="x")
    result = desk.run("status")
    assert (result.code, result.stdout) == (3, "")


def test_a_wrong_command_line_stays_as_it_is(make_desk: MakeDesk) -> None:
    result = make_desk().run("refresh", "--json", "--only", "NOPE")
    assert (result.code, result.stdout) == (64, "")


def test_the_bundle_that_cannot_be_written_is_told_too(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.data.write_text("in the way")
    result = desk.run("doctor", "--json", "--bundle")
    assert (result.code, result.document["exitCode"]) == (3, 3)
    assert str(Path(desk.data)) in result.document["summary"]
