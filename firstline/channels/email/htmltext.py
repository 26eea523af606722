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


# Parts of a mail that its program itself names a signature.
_SIGNATURE = re.compile(
    r"(?:class|id|data-smartmail)\s?=\s?[\"']?[^\"'>]{0,80}\b(?:gmail_signature|moz-signature|ms-outlook-mobile-signature"
    r"|mail-editor-signature|applemailsignature|bloop_sign|signature)\b|data-signatureblock",
    re.IGNORECASE,
)
_RULE = "_" * 32
SEALED = "\ue000"  # stands before lines of a signature
_DEEPEST = 20


class _Marks:
    """Where in quotes and signatures the reader is."""

    def __init__(self) -> None:
        self.quotes = 0
        self.name, self.open = "", 0

    def take(self, tag: str, name: str, *, closing: bool) -> None:
        if name == "blockquote":
            self.quotes = max(0, self.quotes + (-1 if closing else 1))
        if self.open and name == self.name:
            self.open += -1 if closing else 1
        elif not self.open and not closing and name in ("div", "span", "table", "p") and _SIGNATURE.search(tag[:2000]):
            self.name, self.open = name, 1

    def before(self, line: str) -> str:
        if self.quotes:
            return f"{'>' * min(self.quotes, _DEEPEST)} "
        return SEALED if self.open and line else ""


class _Lines:
    """Lines of text as they grow from words, breaks and blocks."""

    def __init__(self, *, marked: bool = False) -> None:
        self.done: list[str] = []
        self.words: list[str] = []
        self.preformatted = 0
        self.marks = _Marks() if marked else None

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
        line = line.rstrip() if self.preformatted else _SPACES.sub(" ", line).strip()
        self.done.append(f"{self.marks.before(line)}{line}" if self.marks else line)

    def block(self, name: str) -> None:
        if any(word.strip() for word in self.words):
            self.end()
        self.words.clear()
        if _APART.fullmatch(name) and self.done and self.done[-1]:
            self.done.append("")

    def text(self) -> str:
        self.end()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.done)).strip()


def text_of(html: str, *, marked: bool = False) -> str:
    """Return the visible words of HTML, a line to a block and an empty line between paragraphs.

    marked   whether lines within quotes begin with ">", those of signatures with SEALED, and rules are drawn

    Only the first two million characters are read: more is no letter, and would take seconds.
    """
    html = html[:_MOST]
    lines = _Lines(marked=marked)
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
    if lines.marks:
        if _BLOCKS.fullmatch(name) and any(word.strip() for word in lines.words):
            lines.end()
        lines.marks.take(tag[0], name, closing=closing)
        if name == "hr":
            lines.done.append(f"{lines.marks.before(_RULE)}{_RULE}")
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
