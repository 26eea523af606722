"""The geometry of charts: numbers in, coordinates out; templates draw them as SVG, with the table behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, HIGH = 640, 160


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: where it stands, what it says, where it leads."""

    x: float
    y: float
    width: float
    height: float
    n: int
    label: str
    href: str = ""
    tone: str = ""

    @property
    def middle(self) -> float:
        """Where its number stands, from the left."""
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        """Where its number stands, from the top."""
        return round(self.y - 5, 1)


@dataclass(frozen=True, slots=True)
class Curve:
    """A line of a chart, as the points of a polyline, with a dot for each value; gaps break it."""

    name: str
    css: str
    runs: Sequence[str]
    dots: Sequence[tuple[float, float, str]]


def bars(values: Sequence[tuple[int, str, str]], *, tone: str = "", wide: int = WIDE, high: int = HIGH) -> list[Bar]:
    """Return bars for (number, label, address), the highest as high as the chart."""
    most = max((n for n, _label, _href in values), default=0) or 1
    step = wide / max(len(values), 1)
    return [
        Bar(
            x=round(step * place + step * 0.14, 1), y=round(high - high * n / most, 1), width=round(step * 0.72, 1),
            height=round(high * n / most, 1), n=n, label=label, href=href, tone=tone,
        )
        for place, (n, label, href) in enumerate(values)
    ]  # fmt: skip


def stacked(parts: Sequence[tuple[int, str]], most: int, *, wide: int = 240) -> list[Bar]:
    """Return the parts (number, tone) of one horizontal bar side by side, `most` as wide as the chart."""
    found, x = [], 0.0
    for n, tone in parts:
        width = wide * n / (most or 1)
        if n:
            found.append(Bar(x=round(x, 1), y=0, width=round(width, 1), height=10, n=n, label="", tone=tone))
        x += width
    return found


def curve(
    name: str, css: str, values: Sequence[float | None], labels: Sequence[str], *, wide: int = WIDE, high: int = HIGH
) -> Curve:
    """Return percentages (None where there is none) as a line from left to right."""
    step = wide / max(len(values), 1)
    dots = [
        (round(step * (place + 0.5), 1), round(high - high * value / 100, 1), labels[place])
        for place, value in enumerate(values)
        if value is not None
    ]
    runs: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{step * (place + 0.5):.1f},{high - high * value / 100:.1f}")
    return Curve(name, css, [" ".join(run) for run in runs if len(run) > 1], dots)


def shade(n: int, most: int, levels: int = 5) -> int:
    """Return how dark a cell is, 0 for none to `levels` for the most."""
    return -(-levels * n // most) if n and most else 0
