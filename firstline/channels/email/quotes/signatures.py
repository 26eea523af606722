"""Signatures below what a person wrote: after two dashes, after a closing formula, and those of programs."""

from __future__ import annotations

import re

from firstline.channels.email.htmltext import SEALED

# What phones and mail programs write below a mail, each in a line of its own.
_SENT_FROM = {
    "en": r"sent (?:from|via|with|using) .{1,60}|get outlook for .{1,30}|download .{1,30} for (?:ios|android)",
    "ru": r"отправлено (?:с|со|из|через|от|при помощи|посредством) .{1,70}|послано (?:с|из) .{1,60}"
    r"|(?:получить|скачать|загрузить|скачайте) outlook (?:для|на) .{1,30}|отправлено .{1,20}(?:mail|почт).{0,40}",
    "uk": r"(?:надіслано|відправлено|послано) (?:з|зі|із|через|за допомогою|від) .{1,70}"
    r"|(?:отримати|отримайте|завантажити|завантажте) outlook (?:для|на) .{1,30}",
    "be": r"адпраўлена з .{1,60}",
    "de": r"(?:von meinem .{1,40}|von .{1,40} )gesendet|gesendet (?:von|mit) .{1,60}"
    r"|diese nachricht wurde von .{1,60} gesendet"
    r"|outlook für .{1,20} (?:beziehen|herunterladen)",
    "fr": r"envoy[ée] (?:de|depuis|à partir de|par) .{1,60}|télécharger outlook pour .{1,20}"
    r"|obtenir outlook pour .{1,20}",
    "es": r"enviado (?:desde|con) .{1,60}|obtener outlook para .{1,20}",
    "it": r"inviato da(?:l| |l mio ).{1,60}|ottieni outlook per .{1,20}",
    "pt": r"enviado (?:do|a partir do|de|via) .{1,60}|obter o outlook para .{1,20}",
    "nl": r"verstuurd vanaf .{1,60}|verzonden (?:vanaf|vanuit|met) .{1,60}|outlook voor .{1,20} downloaden",
    "pl": r"wysłan[oe] z(?:e)? .{1,60}|pobierz (?:aplikację )?outlook .{1,30}",
    "cs, sk": r"odesláno z(?:e)? .{1,60}|odoslané z(?:o)? .{1,60}",
    "sv, da, no": r"skickat från .{1,60}|sendt fra .{1,60}|hent outlook .{1,30}|hämta outlook .{1,30}",
    "fi": r"lähetetty .{1,60}",
    "tr": r".{1,40}(?:dan|den) gönderildi",
    "ja": r".{1,40}から送信",
    "zh": r"(?:发自|發自|从|來自).{1,40}",
    "ko": r".{1,40}에서 (?:보냄|보내기)",
}
_CLOSINGS = {
    "en": r"(?:(?:with )?(?:best|kind|kindest|warm|warmest|many) )?regards|best wishes|br|yours (?:sincerely"
    r"|faithfully)",
    "ru": r"с (?:наилучшими |добрыми )?(?:уважением|пожеланиями)|с уважением и .{1,30}|всего (?:доброго|хорошего"
    r"|наилучшего)",
    "uk": r"з (?:найкращими |щирою |глибокою )?(?:повагою|побажаннями)|із повагою|всього (?:найкращого|доброго)",
    "be": r"з павагай",
    "de": r"(?:mit )?(?:freundlichen|besten|herzlichen|vielen) gr(?:ü|ue)(?:ß|ss)en|(?:viele|beste|freundliche"
    r"|liebe) gr(?:ü|ue)(?:ß|ss)e|mfg",
    "fr": r"(?:bien )?cordialement|salutations distinguées|bien à vous",
    "es": r"(?:un )?(?:cordial saludo|saludos cordiales|atentamente)|saludos",
    "it": r"(?:cordiali|distinti) saluti",
    "pt": r"(?:atenciosamente|cumprimentos|com os melhores cumprimentos)",
    "nl": r"met vriendelijke groet(?:en)?|mvg",
    "pl": r"(?:z )?(?:poważaniem|pozdrowieniami)|pozdrawiam",
    "sv, da, no": r"(?:med )?vänliga? hälsning(?:ar)?|(?:med )?venlig hilsen|mvh",
}
_DASHES = re.compile(r"\s{0,2}--\s{0,2}$")
_FOOT = re.compile(r"\s{0,2}_{2,200}\s*$")
_LINK = r"(?:\s?[<(\[](?:https?|mailto):[^\s>)\]]{1,500}[>)\]])?"
_PROGRAM = re.compile(rf"[\s*_]{{0,4}}(?:{'|'.join(_SENT_FROM.values())})[\s*_.!]{{0,4}}$", re.IGNORECASE)
_WITHOUT_LINK = re.compile(rf"{_LINK}\s*$")
_SENTENCE = re.compile(r"[,;!?]\s|\.\s+\S")
_CLOSING = re.compile(rf"\s{{0,4}}(?:{'|'.join(_CLOSINGS.values())})\s?[,.!—–-]{{0,2}}\s*$", re.IGNORECASE)
# In Russian and Ukrainian the name often stands on the same line.
_CLOSING_WITH_NAME = re.compile(
    rf"\s{{0,4}}(?:{_CLOSINGS['ru']}|{_CLOSINGS['uk']})\s?[,.!—–-]{{1,2}}\s?[^?\n]{{1,70}}$", re.IGNORECASE
)
_MOST_AFTER_DASHES, _MOST_AFTER_CLOSING, _MOST_AFTER_FOOT = 25, 10, 6
_MOST_LINES, _MOST_IN_A_ROW = 60, 5
_LONGEST, _LONGEST_NAME = 250, 90
_WORDS_OF_A_SENTENCE = 12


def begins(lines: list[str]) -> int:
    """Return where in a stretch of new lines its signature begins; the number of lines when it has none."""
    above = max(0, len(lines) - _MOST_LINES)
    tail = lines[above:]
    end = _without_blanks(tail)
    for _again in range(_MOST_IN_A_ROW):  # one of a person, one of the phone, one of the list
        start = _last(tail, end) if end else 0
        if start == end:
            break
        end = _without_blanks(tail[:start])
    return above + end


def _last(lines: list[str], end: int) -> int:
    """Return where the signature that ends at `end` begins, `end` when there is none."""
    if lines[end - 1].startswith(SEALED):
        return end - 1
    if _is_program(lines[end - 1]):
        return end - 1
    for place in range(end - 1, max(-1, end - _MOST_AFTER_DASHES - 2), -1):
        line, below = lines[place][:_LONGEST], end - place - 1
        if _DASHES.match(line) and below:
            return place
        if _FOOT.match(line) and 0 < below <= _MOST_AFTER_FOOT:
            return place
        if below <= _MOST_AFTER_CLOSING and _is_closing(line) and _are_names(lines[place + 1 : end]):
            return place
    return end


def _is_closing(line: str) -> bool:
    return _CLOSING.match(line) is not None or _CLOSING_WITH_NAME.match(line) is not None


def _is_program(line: str) -> bool:
    if len(line) > _LONGEST:
        return False
    words = _WITHOUT_LINK.sub("", line)
    return _PROGRAM.match(words) is not None and not _SENTENCE.search(words)


def _are_names(lines: list[str]) -> bool:
    """Return whether lines are a name, an office, a number: short, and no sentences or questions."""
    return all(
        len(line) <= _LONGEST_NAME
        and not line.rstrip().endswith(("?", ":"))
        and len(line.split()) <= _WORDS_OF_A_SENTENCE
        for line in lines
    )


def _without_blanks(lines: list[str]) -> int:
    end = len(lines)
    while end and not lines[end - 1].strip().strip(SEALED):
        end -= 1
    return end
