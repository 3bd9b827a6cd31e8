"""DOC: everything that a login needs, looked at, with the cure of what is wrong."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from vega_terminal.domain.errors import VegaError
from vega_terminal.front_ports import Backstage
from vega_terminal.ui.functions import Code
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.session import Session
from vega_terminal.ui.theme import Tone
from vega_terminal.ui.views.desk_view import DeskView, Phase
from vega_terminal.ui.views.doctor import Examination, examination_note
from vega_terminal.ui.widgets.finding_list import FindingList
from vega_terminal.ui.widgets.note_lines import NoteLines, Notes

_GROUP: Final = "doctor"
_STARTING: Final = ("▸ The engine is starting; the doctor begins when it runs.", Tone.LABEL)
_FAILED: Final = ("✕ The engine could not start. Leave, and run: vega-auth doctor", Tone.BAD)


class DoctorScreen(DeskScreen):
    """Examines when it is entered and on `r`; leaving ends the examination."""

    CODE = Code.DOC
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "examine", "Examine again", id="doctor.examine", show=False),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._seen: Examination | None = None

    def compose_body(self, view: DeskView) -> ComposeResult:
        """A summary above the findings."""
        yield NoteLines(self._notes(view), id="verdict")
        findings = FindingList(classes="panel")
        findings.border_title = "DOCTOR"
        findings.border_subtitle = "arrows scroll  r examine again"
        yield findings

    def on_mount(self) -> None:
        """The findings take the arrow keys."""
        self.query_one(FindingList).focus()

    def on_screen_resume(self) -> None:
        """Entered: what was found an hour ago says nothing."""
        self._seen = None

    def on_screen_suspend(self) -> None:
        """Left: look at nothing more."""
        self.workers.cancel_group(self, _GROUP)

    def action_examine(self) -> None:
        """Begin anew."""
        if self.session.backstage is None:
            self.refuse("The engine is not there, and without it the doctor has nothing to look at.")
        else:
            self._examine(self.session.backstage)

    def paint_body(self, view: DeskView) -> None:
        """Show how far it has come; begin as soon as that is possible."""
        if self._seen is None and self.session.backstage is not None:
            self._seen = Examination()
            self._examine(self.session.backstage)
        self.query_one(NoteLines).show(self._notes(view))
        self.query_one(FindingList).show(() if self._seen is None else self._seen.findings)

    def _notes(self, view: DeskView) -> Notes:
        if self._seen is not None:
            return (examination_note(self._seen),)
        return (_FAILED if view.phase is Phase.FAILED else _STARTING,)

    @work(group=_GROUP, exclusive=True)
    async def _examine(self, backstage: Backstage) -> None:
        found = Examination(expected=backstage.checks)
        self._show(found)
        try:
            async for finding in backstage.examine():
                found = Examination((*found.findings, finding), found.expected)
                self._show(found)
        except (VegaError, OSError) as error:
            self._show(Examination(found.findings, trouble=str(error)))
        else:
            self._show(Examination(found.findings, is_over=True))

    def _show(self, seen: Examination) -> None:
        self._seen = seen
        self.paint_body(self.session.view())
