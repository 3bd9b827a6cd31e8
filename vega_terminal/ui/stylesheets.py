"""Finds the stylesheets: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parent.parent
_PLACES: Final = (PACKAGE / "styles", PACKAGE.parent / "styles")


def stylesheet(name: str) -> Path:
    """Return the absolute path of `<name>.tcss`.

    Raises:
        FileNotFoundError: it lies in neither place; the installation is not whole.
    """
    for folder in _PLACES:
        path = folder / f"{name}.tcss"
        if path.is_file():
            return path
    places = " or ".join(str(folder) for folder in _PLACES)
    raise FileNotFoundError(f"The stylesheet {name}.tcss is not in {places}. Install VEGA Terminal again.")
