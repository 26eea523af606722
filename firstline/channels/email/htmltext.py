"""The words of an HTML body, for search, for notices and for those who read plain text."""

from __future__ import annotations

import re
from html import unescape

# Read as a stream of tags, without a tree: building one from 100,000 nested elements took minutes.
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/>]{0,40})[^>"']*+(?:"[^"]*+"[^>"']*+|'[^']*+'[^>"']*+)*+>""")
_BROKEN_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})[^>]*+>")
_MARKUP = re.compile(r"<[a-zA-Z!?/]")
_MOST = 2_000_000
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_UNSEEN = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "title", "template", "svg")}
_BLOCKS = re.compile(
    r"address|article|aside|blockquote|body|center|d[dlt]|div|fieldset|figure|footer|form|h[1-6]|header|hr"
    r"|html|li|main|nav|ol|p|pre|section|table|tbody|tfoot|thead|tr|ul"
)
_APART = re.compile(r"p|h[1-6]|blockquote|table|ul|ol|pre|dl")


class _Lines:
    """Lines of text as they grow from words, breaks and blocks."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.words: list[str] = []
        self.preformatted = 0

    def say(self, text: str) -> None:
        if self.preformatted:
            before, *rest = text.split("\n")
            self.words.append(before)
            for line in rest:
                self.end()
                self.words.append(line)
        else:
            self.words.append(_SPACES.sub(" ", text))

    def end(self) -> None:
        line = "".join(self.words)
        self.words.clear()
        self.done.append(line.rstrip() if self.preformatted else _SPACES.sub(" ", line).strip())

    def block(self, name: str) -> None:
        if any(word.strip() for word in self.words):
            self.end()
        self.words.clear()
        if _APART.fullmatch(name) and self.done and self.done[-1]:
            self.done.append("")

    def text(self) -> str:
        self.end()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.done)).strip()


def text_of(html: str) -> str:
    """Return the visible words of HTML, a line to a block and an empty line between paragraphs.

    Only the first two million characters are read: more is no letter, and would take seconds.
    """
    html = html[:_MOST]
    lines = _Lines()
    at = 0
    while at < len(html):
        markup = _MARKUP.search(html, at)
        less = markup.start() if markup else len(html)
        if less > at:
            lines.say(unescape(html[at:less]))
        at = _markup(html, less, lines) if markup else less
    return lines.text()


def _markup(html: str, at: int, lines: _Lines) -> int:
    """Take in what begins with the `<` at `at`; return where it ends."""
    if html.startswith("<!--", at):
        return _after(html, "-->", at + 2)  # <!--> is whole, too
    if html.startswith(("<!", "<?"), at) or (html.startswith("</", at) and not html[at + 2 : at + 3].isalpha()):
        return _after(html, ">", at)
    tag = _TAG.match(html, at) or _BROKEN_TAG.match(html, at)
    if tag is None:
        if html[at + 1 : at + 2].isalpha() and html.find(">", at) < 0:
            return len(html)  # a tag that never ends hides the rest, as in a browser
        lines.say("<")
        return at + 1
    return _element(html, tag, lines)


def _element(html: str, tag: re.Match[str], lines: _Lines) -> int:
    closing, name = bool(tag[1]), tag[2].lower()
    if name in _UNSEEN and not closing:
        end = _UNSEEN[name].search(html, tag.end())
        return len(html) if end is None else end.start()
    if name == "br":
        lines.end()
    elif name in ("td", "th"):
        lines.say(" ")
    elif _BLOCKS.fullmatch(name):
        lines.block(name)
    if name == "pre":
        lines.preformatted = max(0, lines.preformatted + (-1 if closing else 1))
    return tag.end()


def _after(html: str, end: str, at: int) -> int:
    found = html.find(end, at)
    return len(html) if found < 0 else found + len(end)
