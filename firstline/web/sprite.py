"""Make one SVG sprite of the icons the templates use; runs when the package is built, and by hand."""

from __future__ import annotations

import re
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parent / "static" / "icons.svg"

ICONS = (
    "activity", "archive", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "at-sign", "ban", "bell",
    "bell-off", "bolt",
    "book-open", "bookmark", "bot", "box", "briefcase", "building-2", "calendar", "calendar-clock", "chart-column",
    "check", "check-check", "chevron-down", "chevron-left", "chevron-right", "chevron-up", "circle", "circle-alert",
    "circle-check", "circle-dot", "circle-question-mark", "circle-pause", "circle-play", "circle-user", "circle-x",
    "clipboard-list", "clock", "clock-alert", "copy", "cpu", "credit-card", "crown", "door-open", "download",
    "ellipsis", "external-link", "eye", "eye-off", "file-text", "flag", "flame", "folder", "footprints",
    "git-merge", "globe", "globe-lock", "hand", "hand-helping", "handshake", "hard-drive", "headphones", "history",
    "hourglass", "house", "inbox", "info", "key-round", "keyboard", "languages", "laptop", "layers", "layout-grid",
    "life-buoy", "link", "list", "list-checks", "list-filter", "lock", "log-in", "log-out", "mail",
    "mail-check", "mail-x", "maximize-2",
    "menu", "message-circle", "message-square", "minimize-2", "minus", "monitor", "moon", "mouse-pointer-click",
    "network", "notebook-pen", "panel-left", "panel-right", "paperclip", "pause", "pencil", "phone",
    "phone-incoming", "phone-missed", "play", "plug", "plus", "printer", "receipt-text", "refresh-cw", "reply",
    "rotate-ccw", "route", "scan-line", "scissors", "scroll-text", "search", "send", "server", "settings", "share-2",
    "shield-alert", "shield-check", "shield-x",
    "shopping-cart", "siren", "sliders-horizontal", "smartphone", "sparkles", "split", "star",
    "store", "sun", "sun-moon", "tag", "thumbs-down", "thumbs-up", "ticket", "timer", "triangle-alert", "truck",
    # Not in a template: what desks may give their services.
    "battery-charging", "bug", "building", "camera", "cloud", "database", "gift", "graduation-cap", "hammer",
    "headset", "lightbulb", "map-pin", "megaphone", "package", "paintbrush", "plane", "projector", "receipt",
    "router", "scale", "shopping-bag", "tablet", "thermometer", "usb", "wallet", "warehouse",
    "undo-2", "user", "user-check", "user-plus", "user-x", "users", "video", "wifi", "workflow", "wrench", "x", "zap",
)  # fmt: skip

# The desk's own mark: three lines of people, of which the first carries the whole.
MARK = (
    '<symbol id="firstline" viewBox="0 0 24 24"><path fill="currentColor" stroke="none" d="'
    'M3 4.5A1.5 1.5 0 0 1 4.5 3h15a1.5 1.5 0 0 1 0 3.900h-15A1.500 1.500 0 0 1 3 5.400Z"/>'
    '<path fill="currentColor" stroke="none" opacity=".62" d="M3 11.500a1.500 1.500 0 0 1 1.500-1.500h9'
    'a1.500 1.500 0 0 1 0 3.900h-9A1.500 1.500 0 0 1 3 12.400Z"/>'
    '<path fill="currentColor" stroke="none" opacity=".36" d="M3 18.500A1.500 1.500 0 0 1 4.500 17h3.500'
    'a1.500 1.500 0 0 1 0 3.900H4.500A1.500 1.500 0 0 1 3 19.400Z"/></symbol>'
)


def build(target: Path = TARGET) -> None:
    """Write the sprite to `target`; raises lucide's IconDoesNotExist if a name is not in the package."""
    symbols = [_symbol(name) for name in ICONS]
    text = '<svg xmlns="http://www.w3.org/2000/svg">' + MARK + "".join(symbols) + "</svg>\n"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _symbol(name: str) -> str:
    from lucide import _render_icon  # needed only while building

    shapes = re.sub(r"^<svg[^>]*>|</svg>\s*$", "", _render_icon(name, None).strip())
    shapes = re.sub(r"\s+/>", "/>", re.sub(r">\s+<", "><", shapes.strip()))
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
