"""The base of screens that are a list of records: details on Enter, export on `e`."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import on, work
from textual.binding import Binding, BindingType

from vega_terminal.domain.errors import UsageError
from vega_terminal.exports import export_documents
from vega_terminal.ui.modals.record_details import RecordDetails
from vega_terminal.ui.screens.desk import DeskScreen
from vega_terminal.ui.toasts import toast
from vega_terminal.ui.widgets.record_list import RecordList
from vega_terminal.ui.widgets.record_list_panel import RecordPanel


class RecordsScreen(DeskScreen):
    """A screen with one `RecordPanel`."""

    WHAT: ClassVar[str]
    """Of what the list is, as the name of an export and of the details begins."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "export", "Export", id="records.export", show=False),
    ]

    def on_mount(self) -> None:
        """The list takes the keys."""
        self.panel.take_keys()

    @property
    def panel(self) -> RecordPanel:
        """The list in its frame."""
        return self.query_one(RecordPanel)

    @on(RecordList.Opened)
    def _show_details(self, event: RecordList.Opened) -> None:
        title = f"{self.WHAT.upper()} RECORD"
        self.app.push_screen(RecordDetails(title, self.panel.records, event.record))

    def action_export(self) -> None:
        """Write what is shown to a new file."""
        if self.session.backstage is None:
            self.refuse("The engine is starting; where exports lie is known when it runs.")
        elif not self.panel.records.state.shown:
            self.refuse("Nothing is shown, so there is nothing to be written.")
        else:
            self._export()

    @work(group="export", exclusive=True)
    async def _export(self) -> None:
        backstage, shown = self.session.backstage, tuple(self.panel.records.state.shown)
        if backstage is None:
            return
        folder, name = (
            backstage.folder / "exports",
            f"{self.WHAT}-{self.session.clock.now():%Y%m%dT%H%M%SZ}.jsonl",
        )
        documents = (record.document() for record in shown)
        try:
            path = await asyncio.to_thread(export_documents, folder, name, documents)
        except UsageError as error:
            toast(self, str(error), "Not exported", "error")
            return
        toast(self, f"{len(shown):,} records are in {path}.", "Exported")
