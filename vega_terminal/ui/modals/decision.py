"""Confirm generation: all, only what needs it, a selection, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from vega_terminal.domain.decision import DecisionPolicy, DefaultAction, TokenDecisionReport, in_order_of
from vega_terminal.engine.ports import DecisionPrompt
from vega_terminal.ui.modals.prompt import PromptModal, Situation
from vega_terminal.ui.modals.slot_choices import SlotChoices
from vega_terminal.ui.theme import Tone


class DecisionModal(PromptModal[tuple[str, ...]]):
    """Asks which slots are generated. Enter and `y` take only what needs a login."""

    TITLE = "CONFIRM GENERATION"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y,i", "needing", "Only what needs it", id="prompt.yes", key_display="y/enter"),
        Binding("a", "everything", "All", id="prompt.all"),
        Binding("s", "selection", "Marked", id="prompt.selection"),
        Binding("escape,n", "none", "Nothing", id="prompt.no", key_display="n/esc"),
    ]

    def __init__(
        self, prompt: DecisionPrompt, situation: Callable[[], Situation], on_phone: frozenset[str]
    ) -> None:
        super().__init__(situation, prompt.timeout)
        self._prompt = prompt
        self._on_phone = on_phone

    def compose_question(self) -> ComposeResult:
        """What was found, slot by slot, with the proposed ones marked."""
        yield Static(_question(self._prompt.report, self._on_phone), id="question", markup=False)
        yield SlotChoices(self._prompt.report.checks, self._prompt.preselected)

    def without_answer(self) -> str:
        """The default action, by its slots."""
        names = self._prompt.preselected
        what = ", ".join(names) if len(names) <= 2 else f"the {len(names)} proposed"
        return f"Without an answer {what or 'nothing'} in"

    def action_needing(self) -> None:
        """Only the slots whose token is missing, expired or refused."""
        self.give(self._prompt.report.needing_login)

    def action_everything(self) -> None:
        """All slots that could be checked."""
        self.give(DecisionPolicy.slots_for(DefaultAction.ALL, self._prompt.report))

    def action_selection(self) -> None:
        """The marked slots."""
        self.give(in_order_of(self._prompt.report.names, self.query_one(SlotChoices).marked))

    def action_none(self) -> None:
        """No slot at all."""
        self.give(())


def _question(report: TokenDecisionReport, on_phone: frozenset[str]) -> Content:
    needing = len(report.needing_login)
    kept = len(report.unknown)
    lines = [
        Content.assemble(
            (f"{needing} of {len(report.checks)} slots need a new access token. ", Tone.STRONG),
            (_how(report.names, on_phone), Tone.VALUE),
        )
    ]
    if kept:
        lines.append(Content.styled(f"{kept} could not be checked and keep what they have.", Tone.WAIT))
    return Content("\n").join(lines)


def _how(names: tuple[str, ...], on_phone: frozenset[str]) -> str:
    """How tokens are got here: through the login page, by an approval on the phone, or both."""
    if not on_phone.intersection(names):
        return "One browser opens and signs in."
    if on_phone.issuperset(names):
        return "Each is to be approved on the phone."
    return f"One browser opens and signs in; {', '.join(sorted(on_phone))}: approved on the phone."
