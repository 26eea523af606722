"""Bar charts as one SVG that reads in a light and in a dark page, drawn without anybody's library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, ACROSS = 300, 132, 3
LEFT, TOP, BAR, GAP = 84, 34, 18, 10
STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2430 } .title { font-weight: 600 } .value { fill: #4a5162 }
  .bar { fill: #8b93a7 } .own { fill: #2f6fde } .ground { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e7e9ee } .value { fill: #aeb5c5 } .ground { fill: #14171d }
    .bar { fill: #6b7386 } .own { fill: #6ea0ff }
  }
"""


@dataclass(frozen=True)
class Bar:
    """One bar: its name and how long it is."""

    name: str
    value: float


@dataclass(frozen=True)
class Panel:
    """One chart: what it shows, in which unit, and its bars; the first is ours."""

    title: str
    unit: str
    bars: Sequence[Bar]


def drawn(panels: Sequence[Panel]) -> str:
    """Return the panels, three in a row, as one SVG."""
    rows = -(-len(panels) // ACROSS)
    parts = [_panel(panel, (at % ACROSS) * WIDTH, (at // ACROSS) * HEIGHT) for at, panel in enumerate(panels)]
    title = "; ".join(f"{p.title}: " + ", ".join(f"{b.name} {b.value:.1f} {p.unit}" for b in p.bars) for p in panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * ACROSS} {HEIGHT * rows}" role="img">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f'<rect class="ground" width="100%" height="100%"/>{"".join(parts)}</svg>\n'
    )


def _panel(panel: Panel, left: int, top: int) -> str:
    most = max((bar.value for bar in panel.bars), default=0) or 1
    room = WIDTH - LEFT - 70
    lines = [f'<g transform="translate({left} {top})"><text class="title" x="12" y="20">{escape(panel.title)}</text>']
    for at, bar in enumerate(panel.bars):
        y, width = TOP + at * (BAR + GAP), max(bar.value / most * room, 1.5)
        lines += [
            f'<text x="{LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(bar.name)}</text>',
            f'<rect class="{"bar" if at else "own"}" x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="3"/>',
            f'<text class="value" x="{LEFT + width + 6:.1f}" y="{y + 13}">{bar.value:.1f} {panel.unit}</text>',
        ]
    return "".join([*lines, "</g>"])
