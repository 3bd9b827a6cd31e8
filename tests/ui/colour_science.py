"""How colours look: contrast, distance, and what is left of them without red or green cones.

Contrast: WCAG 2.2, success criterion 1.4.3. Distance: CIE 1976 (L*, a*, b*) under D65. Colour vision
deficiency: Machado, Oliveira and Fernandes (2009), the matrices of full severity on linear sRGB.
"""

from __future__ import annotations

from enum import Enum

from textual.color import Color

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]

_XYZ: Matrix = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_WHITE: Triple = (0.95047, 1.0, 1.08883)


class Vision(Enum):
    """Whose eyes."""

    NORMAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    DEUTERANOPIA = (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    )
    PROTANOPIA = (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    )


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_apply(_XYZ, _linear(colour))[1] for colour in (one, other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def distance(one: str, other: str, vision: Vision) -> float:
    """How far two colours are apart for these eyes; below about 25 they are hard to tell."""
    pairs = zip(_lab(one, vision), _lab(other, vision), strict=True)
    return float(sum((a - b) ** 2 for a, b in pairs) ** 0.5)


def _lab(colour: str, vision: Vision) -> Triple:
    red, green, blue = (min(1.0, max(0.0, part)) for part in _apply(vision.value, _linear(colour)))
    x, y, z = (
        _cube(part / white) for part, white in zip(_apply(_XYZ, (red, green, blue)), _WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube(share: float) -> float:
    return float(share ** (1 / 3)) if share > 216 / 24389 else (24389 / 27 * share + 16) / 116


def _linear(colour: str) -> Triple:
    red, green, blue = (_decoded(part) for part in Color.parse(colour).normalized)
    return red, green, blue


def _decoded(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _apply(matrix: Matrix, triple: Triple) -> Triple:
    first, second, third = (sum(a * b for a, b in zip(line, triple, strict=True)) for line in matrix)
    return first, second, third
