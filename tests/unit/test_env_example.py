"""`.env.example` is what the table of keys renders, and a start for a real `.env`."""

from __future__ import annotations

import re
from pathlib import Path

from vega_terminal.settings.example import render_example
from vega_terminal.settings.key import Scope
from vega_terminal.settings.keys import API_NAMES, KEYS

from .environments import load, problems_of

COMMITTED = Path(__file__).parents[2] / ".env.example"
SIX = API_NAMES.default.split(",")


def test_the_committed_file_is_the_rendered_one() -> None:
    assert COMMITTED.read_text() == render_example(), (
        "renew it with: python -m vega_terminal.settings > .env.example"
    )


def test_every_key_stands_there_with_its_meaning_and_default() -> None:
    text = render_example()
    flat = " ".join(line.removeprefix("# ") for line in text.splitlines())
    for key in KEYS:
        names = [key.of(slot) for slot in SIX] if key.scope is Scope.SLOT else [key.name]
        assert key.meaning in flat
        for name in names:
            assert re.search(rf"^#?{name}={re.escape(key.default)}$", text, re.MULTILINE), name


def test_a_plain_copy_tells_what_is_left_to_fill_in(tmp_path: Path) -> None:
    copy = tmp_path / ".env"
    copy.write_text(render_example())
    missing = {problem.key for problem in problems_of({}, copy)}
    pairs = {f"UPSTOX_CLIENT_{part}_{name}" for name in SIX for part in ("ID", "SECRET")}
    assert missing == {"UPSTOX_REDIRECT_URI", *pairs}


def test_the_defaults_shown_are_accepted_as_they_stand() -> None:
    shown = dict(re.findall(r"^#([A-Z_]+)=(.+)$", render_example(), re.MULTILINE))
    needed = {f"UPSTOX_CLIENT_{part}_{name}": f"{part}{name}" for name in SIX for part in ("ID", "SECRET")}
    needed["UPSTOX_REDIRECT_URI"] = "http://localhost/"
    assert len(shown) >= 15
    assert load({**shown, **needed}) == load(needed)
