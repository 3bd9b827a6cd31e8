"""The band on top of every screen: function, the screens by number, and LIVE or SIMULATED."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from vega_terminal.domain.navigation import Access, Area
from vega_terminal.ui.facade import BrokerKind
from vega_terminal.ui.views.columns import fit
from vega_terminal.ui.widgets.painted import Painted


@dataclass(frozen=True, slots=True)
class Title:
    """What the band shows."""

    area: Area
    name: str
    areas: tuple[Access, ...]
    broker: BrokerKind


class TitleBand(Painted[Title]):
    """Black on amber; the badge is a colour of its own so that LIVE is never overlooked."""

    def lines(self, value: Title, width: int) -> tuple[Content, ...]:
        """Function code and name on the left, screens in the middle, broker on the right."""
        left = Content.assemble((f" {value.area} ", "bold"), f" {value.name}")
        badge = Content.styled(f" {value.broker} ", f"bold $vega-badge-fg on $vega-{value.broker.lower()}-bg")
        right = Content("   ").join(
            [_tab(index, access, value) for index, access in enumerate(value.areas, 1)]
        )
        room = width - badge.cell_length - right.cell_length - 2
        return (fit(left, max(0, room)) + right + "  " + badge,)


def _tab(index: int, access: Access, value: Title) -> Content:
    """An open screen by its number; a closed one dim and with a cross; the present one reversed."""
    if access.area is value.area:
        return Content.styled(f" {index} {access.area} ", "bold $vega-title-bg on $vega-title-fg")
    if access.is_open:
        return Content.styled(f"{index} {access.area}", "bold")
    return Content.styled(f"{index} {access.area} ✕", "$vega-title-dim")
