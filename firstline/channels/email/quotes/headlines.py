"""The line above quoted words: "On Monday, 5 January 2026 at 12:00, Ann <ann@b.example> wrote:", in every language.

Such a line begins with a date, or with a word or two and a weekday before it, and ends with a verb or, after an
address, with a colon. It may be broken over several lines. Where quote marks follow it, less is asked of it.
"""

from __future__ import annotations

import re

# What may stand before the weekday and the date.
_OPENERS = {
    "en": r"on", "ru": r"во?|от", "uk": r"у|в|від", "de": r"am|vom", "fr": r"le", "es, ca": r"el( dia| día)?",
    "it": r"il( giorno)?|in data", "pt": r"em|no dia|a", "nl": r"op", "pl": r"w dniu|dnia", "cs, sk": r"dne|dňa|v",
    "sv, da": r"den", "no": r"på|den", "fi": r"", "hu": r"", "ro": r"în( data de)?|la", "vi": r"vào( lúc)?( ngày)?",
    "lt, lv": r"", "el": r"στις", "bg": r"на", "zh, ja": r"在|于",
}  # fmt: skip
# The first letters of weekdays.
_WEEKDAYS = {
    "en": r"mon|tue|wed|thu|fri|sat|sun",
    "ru, bg": r"пн|вт|ср|чт|пт|сб|вс|пон|вто|сре|чет|пят|суб|вос|пет|нед|нд",
    "uk, be": r"пон|вів|сер|чет|п.ят|суб|нед|пн|вт|ср|чт|пт|сб|нд|аўт|чац",
    "de": r"mo|di|mi|do|fr|sa|so",
    "fr, es, it, pt, ro": r"lun|mar|mer|jeu|ven|sam|dim|mi[eéè]|jue|vie|s[aá]b|dom|gio|seg|ter|qua|qui|sex|joi|vin",
    "nl": r"maa|din|woe|don|vri|zat|zon|ma|di|wo|do|vr|za|zo",
    "pl, cs, sk": r"pon|wt|śr|czw|pt|pi[ąa]|sob|nie|po|út|ut|st|čt|št|pá|so|ne",
    "sv, da, no": r"m[åa]n|tis|tir|ons|tor|fre|l[öø]r|s[öø]n",
    "fi, hu": r"ma|ti|ke|to|pe|la|su|h[ée]t|ked|sze|csü|pén|szo|vas",
    "tr": r"pzt|sal|çar|per|cum|cmt|paz",
}
_VERBS = {
    "en": r"wrote|writes|sent|replied", "ru": r"пишет|писал(?:\(а\)|а|и)?|написал(?:\(а\)|а|и)?",
    "uk": r"пише|писав|писали|писала|написав(?:\(-?ла\)|\(ла\))?|написала|написали", "be": r"піша|напісаў|напісала",
    "bg, sr": r"написа|пише", "de": r"schrieb(?:en)?|geschrieben", "fr": r"a [ée]crit",
    "es": r"escribi[óo]|va escriure",
    "it": r"ha scritto|scrisse|scrive", "pt": r"escreveu", "nl": r"schreef|geschreven",
    "pl": r"napisał(?:\(a\)|a|y)?|pisze",
    "cs, sk": r"napsal(?:\(a\)|a)?|napísal(?:\(a\)|a)?", "sv, da, no": r"skrev", "fi": r"kirjoitti",
    "hu": r"írta|ezt írta",
    "ro": r"a scris", "tr": r"yazdı|şunu yazdı", "vi": r"đã viết", "el": r"έγραψε", "lt, lv": r"rašė|rakstīja",
    "id": r"menulis", "zh": r"写道|寫道", "ja": r"のメール|書きました", "ko": r"작성|님이 작성",
}  # fmt: skip

_TIME = r"\d{1,2}(?:[:.h]|時|시 ?)\d{2}(?::\d{2})?"
_MONTH = r"[^\W\d_]{3,12}"
_DAY = (
    rf"(?:\d{{4}}[./-]\d{{1,2}}[./-]\d{{1,2}}|\d{{1,2}}[./-] ?\d{{1,2}}[./-] ?\d{{2,4}}"
    rf"|\d{{4}}[年년] ?\d{{1,2}}[月월] ?\d{{1,2}}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th)?(?:-| de | )\s?{_MONTH}\.?,?(?: de |-| )\d{{4}}|\d{{4}}\. {_MONTH}\.? \d{{1,2}}"
    rf"|\d{{1,2}}(?:\.|st|nd|rd|th)? (?:de )?{_MONTH}\.?,? (?:à|at|в|о|kl\.?|um|,) ?{_TIME}"
    rf"|\d{{1,2}} tháng \d{{1,2}}, \d{{4}}"
    rf"|{_MONTH}\.?[ -]\d{{1,2}}(?:st|nd|rd|th)?(?:,? ?(?:\d{{4}}|at\b|{_TIME})|,|-\d{{2,4}}))"
)
_DATE = rf"(?:{_TIME}(?: ?[AaPp]\.?[Mm]\.?)?,? )?{_DAY}"
_ANY = "|".join(filter(None, _OPENERS.values()))
_START = (
    rf"(?:(?:{_ANY})[ ,:]{{1,3}})?(?:(?:{'|'.join(_WEEKDAYS.values())})[^\W\d_]{{0,12}}[.,]{{0,2}}\s{{1,2}})?{_DATE}"
)
_ADDRESS = r"[^\s<>()\[\]]{1,64}@[^\s<>()\[\]]{1,255}"
_VERB = "|".join(_VERBS.values())

_BEGINS = re.compile(rf"[\s*_>-]{{0,20}}{_START}", re.IGNORECASE)
# Where programs write such a word, a date after it and a verb at the end are enough without an address.
_SURE = "|".join(_OPENERS[each] for each in _OPENERS if each not in ("ru", "uk", "bg") and _OPENERS[each])
_OPENED = re.compile(rf"[\s*_>-]{{0,20}}(?:{_SURE})[ ,:]{{1,3}}", re.IGNORECASE)
_NAME_FIRST = re.compile(rf"\s{{0,9}}[^<>@\n]{{1,80}}<(?:mailto:)?{_ADDRESS}", re.IGNORECASE)
# A verb at the end, or a verb with only a name after it; quoted words may follow on the same line.
_VERB_ENDS = re.compile(rf"(?<![^\W\d_])(?:{_VERB})\s?(?:[:：]|\s?-{{3,}}|$)(?=\s*$|\s+>)", re.IGNORECASE)
_VERB_BEFORE_NAME = re.compile(rf"(?<![^\W\d_])(?:{_VERB})\s[^:\n]{{1,250}}[:：](?=\s*$|\s+>)", re.IGNORECASE)
_COLON_ENDS = re.compile(r"[>)\]][,.]?\s?[:：](?=\s*$|\s+>)")
_HAS_ADDRESS = re.compile(_ADDRESS)
_HAS_DATE = re.compile(_DATE, re.IGNORECASE)
# Where a quote follows, a name and a verb are enough; and The Bat's "You wrote ...:".
_LOOSE = re.compile(
    rf"[^\n]{{1,150}}(?<![^\W\d_])(?:{_VERB})\s?[:：]\s*$|\s{{0,9}}(?:вы писали|ви писали"
    rf"|you wrote)\b[^\n]{{0,80}}[:：]\s*$"
    r"|-{3,} [^\n]{1,100} wrote -{3,}\s*$",
    re.IGNORECASE,
)
_ADDRESS_ENDS = re.compile(rf"<{_ADDRESS}>\s*$")
_WEEKDAY = rf"(?:(?:{'|'.join(_WEEKDAYS.values())})[^\W\d_]{{0,12}}[.,]{{0,2}} )?"
_WITHIN = re.compile(rf"(?<=[\w.!?-]) ?(?:---\s?)?\b(?:{_ANY}) {_WEEKDAY}{_DATE}", re.IGNORECASE)
_MAY_CLOSE = re.compile(r"(?:[:：-]|wrote)\s*$|[:：]\s+>")
_MOST_LINES = 6
_LONGEST = 500


def after(lines: list[str], at: int) -> tuple[int, bool]:
    """Return the place after the announcement that begins at `at` (0 if there is none), and whether it is sure.

    One that is not sure could be a sentence: it needs quote marks below it.
    """
    dated = _BEGINS.match(lines[at][:_LONGEST]) is not None
    if not dated and not _is_name_first(lines, at):
        return 0, False
    joined = ""
    for place in range(at, min(at + _MOST_LINES, len(lines))):
        line = lines[place][:_LONGEST].strip()
        joined = f"{joined} {line}"
        if len(joined) > _LONGEST:
            break
        if _MAY_CLOSE.search(line):
            closed, sure = _closes(joined, dated=dated)
            return (place + 1, sure) if closed else (0, False)
        if line.endswith((".", "!", "?")) and "@" not in line:
            break  # a sentence
    return 0, False


def _is_name_first(lines: list[str], at: int) -> bool:
    if not _NAME_FIRST.match(lines[at][:_LONGEST]):
        return False
    return _HAS_DATE.search(" ".join(line[:_LONGEST] for line in lines[at : at + 3])) is not None


def _closes(joined: str, *, dated: bool) -> tuple[bool, bool]:
    """Return whether the words are an announcement, and whether that is sure."""
    addressed = _HAS_ADDRESS.search(joined) is not None
    if _VERB_ENDS.search(joined) or _VERB_BEFORE_NAME.search(joined):
        return dated or addressed, addressed or _OPENED.match(joined) is not None
    closed = dated and addressed and _COLON_ENDS.search(joined) is not None
    return closed, closed


def is_loose(line: str) -> bool:
    """Return whether a line announces a quote if quote marks follow it."""
    if len(line) > _LONGEST:
        return False
    dated = _BEGINS.match(line) is not None and _ADDRESS_ENDS.search(line) is not None
    return dated or _LOOSE.match(line) is not None


def within(line: str) -> int:
    """Return where in a line an announcement begins, when it follows other words on the line; 0 if none does."""
    if len(line) > _LONGEST or not _VERB_ENDS.search(line):
        return 0
    found = _WITHIN.search(line)
    return found.start() if found else 0
