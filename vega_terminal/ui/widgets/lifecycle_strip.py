"""The lifecycle: all ten states, the present one marked, what it means and what comes next."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from vega_terminal.domain.lifecycle import LoginState
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import SERVER_LOST
from vega_terminal.ui.views.lifecycle import STAGES, Stage, stage_of
from vega_terminal.ui.widgets.painted import Painted

_HERE: Final = "bold $vega-title-fg on $vega-title-bg"
_NOT_KNOWN: Final = Content.assemble(
    ("✕ ", Tone.BAD), ("NOT KNOWN", Tone.STRONG), (f"  {SERVER_LOST}", Tone.VALUE)
)


class LifecycleStrip(Painted[LoginState | None]):
    """Two lines: the strip of states and the sentence about the present one; None is not known."""

    def lines(self, value: LoginState | None, width: int) -> tuple[Content, ...]:
        """Wide: all ten names. Narrow: numbers for the states far away."""
        here = None if value is None else stage_of(value)
        labels = [_label(stage, here) for stage in STAGES]
        strip = Content.styled(" → ", Tone.MUTED).join(labels)
        if strip.cell_length > width:
            strip = Content(" ").join(_short(number, stage, here) for number, stage in enumerate(STAGES, 1))
        return strip, _NOT_KNOWN if here is None else _sentence(here, width)


def _label(stage: Stage, here: Stage | None) -> Content:
    if stage is here:
        return Content.styled(f" {stage.label} ", _HERE)
    return Content.styled(stage.label, Tone.LABEL if _is_next(stage, here) else Tone.MUTED)


def _short(number: int, stage: Stage, here: Stage | None) -> Content:
    if stage is here:
        return Content.styled(f" {number} {stage.label} ", _HERE)
    if _is_next(stage, here):
        return Content.styled(f"{number} {stage.label}", Tone.LABEL)
    return Content.styled(f"{number}", Tone.MUTED)


def _is_next(stage: Stage, here: Stage | None) -> bool:
    return here is not None and stage.state is here.then


def _sentence(here: Stage, width: int) -> Content:
    """What the state means and, where there is room, what comes next."""
    meaning = Content.assemble(
        ("▸ ", Tone.HEADING), (here.state.value, Tone.STRONG), (f"  {here.meaning}", Tone.VALUE)
    )
    if here.then is None:
        return meaning
    following = Content.assemble(("   next: ", Tone.MUTED), (here.then.value, Tone.LABEL))
    whole = meaning + following
    return whole if whole.cell_length <= width else meaning
