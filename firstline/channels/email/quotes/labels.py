"""The header of an earlier mail in a body: From, Sent, To, Subject, as Outlook and phones put it above a quote."""

from __future__ import annotations

import re

_FROM, _SENT, _TO, _COPY, _SUBJECT = "from", "sent", "to", "copy", "subject"
_LABELS: dict[str, dict[str, str]] = {
    "en": {_FROM: "from", _SENT: "sent|date", _TO: "to", _COPY: "cc|bcc|reply-to", _SUBJECT: "subject"},
    "ru": {_FROM: "от|от кого|отправитель", _SENT: "отправлено|дата|дата отправки|послано", _TO: "кому|получатель",
           _COPY: "копия|скрытая копия", _SUBJECT: "тема"},
    "uk": {_FROM: "від|від кого|відправник", _SENT: "надіслано|відправлено|дата", _TO: "кому|до|одержувач",
           _COPY: "копія|прихована копія", _SUBJECT: "тема"},
    "be": {_FROM: "ад|ад каго", _SENT: "адпраўлена", _TO: "каму", _SUBJECT: "тэма"},
    "bg": {_FROM: "от", _SENT: "изпратено|дата", _TO: "до", _COPY: "копие|як", _SUBJECT: "относно"},
    "de": {_FROM: "von", _SENT: "gesendet|datum", _TO: "an", _COPY: "kopie", _SUBJECT: "betreff"},
    "fr": {_FROM: "de", _SENT: "envoyé|envoyé le|date|message du", _TO: "à|a|pour", _COPY: "copie à|copie",
    _SUBJECT: "objet|sujet"},
    "es": {_FROM: "de", _SENT: "enviado|enviado el|fecha", _TO: "para|a", _COPY: "con copia", _SUBJECT: "asunto"},
    "it": {_FROM: "da", _SENT: "inviato|data", _TO: "a", _COPY: "per conoscenza", _SUBJECT: "oggetto"},
    "pt": {_FROM: "de", _SENT: "enviado|enviada em|enviado em|data", _TO: "para", _COPY: "com cópia",
    _SUBJECT: "assunto"},
    "nl": {_FROM: "van", _SENT: "verzonden|datum", _TO: "aan", _COPY: "kopie", _SUBJECT: "onderwerp"},
    "pl": {_FROM: "od", _SENT: "wysłano|wysłane|data", _TO: "do", _COPY: "dw|kopia", _SUBJECT: "temat"},
    "cs, sk": {_FROM: "od", _SENT: "odesláno|odoslané|datum|dátum", _TO: "komu", _COPY: "kopie|kópia",
    _SUBJECT: "předmět|predmet"},
    "sv": {_FROM: "från", _SENT: "skickat|datum", _TO: "till", _COPY: "kopia", _SUBJECT: "ämne"},
    "da, no": {_FROM: "fra", _SENT: "sendt|dato", _TO: "til", _COPY: "kopi", _SUBJECT: "emne"},
    "fi": {_FROM: "lähettäjä", _SENT: "lähetetty|päivämäärä|päiväys", _TO: "vastaanottaja", _COPY: "kopio",
    _SUBJECT: "aihe"},
    "hu": {_FROM: "feladó", _SENT: "elküldve|dátum", _TO: "címzett", _COPY: "másolat", _SUBJECT: "tárgy"},
    "ro": {_FROM: "de la", _SENT: "trimis|data", _TO: "către", _SUBJECT: "subiect"},
    "tr": {_FROM: "kimden|gönderen", _SENT: "gönderildi|tarih|gönderme tarihi", _TO: "kime|alıcı", _COPY: "bilgi",
    _SUBJECT: "konu"},
    "ja": {_FROM: "差出人|送信者", _SENT: "送信日時|日時", _TO: "宛先", _SUBJECT: "件名"},
    "zh": {_FROM: "发件人|寄件者", _SENT: "发送时间|日期|傳送日期|發送日期",
           _TO: "收件人|收件者", _COPY: "抄送", _SUBJECT: "主题|主旨"},
    "ko": {_FROM: "보낸 사람|보낸사람", _SENT: "보낸 날짜|날짜", _TO: "받는 사람|받는사람", _SUBJECT: "제목"},
}  # fmt: skip
_ROLES: dict[str, set[str]] = {}
for _language in _LABELS.values():
    for _role, _words in _language.items():
        for _word in _words.split("|"):
            _ROLES.setdefault(_word, set()).add(_role)

_LABEL = re.compile(r"[\s*_>|]{0,12}([^\W\d_][^\d:：*\n]{0,24}?)\s{0,3}\*{0,2}\s{0,3}[:：]\*{0,2}(?=\s|[^/\\]|$)")
_DIGITS = re.compile(r"\d")
_MOST_LINES = 12
_LOOSE = 3  # lines in a row that may continue a long value
_LONGEST = 400


def is_header(lines: list[str], at: int, *, announced: bool = False) -> bool:
    """Return whether the header of an earlier mail begins at `at`.

    announced   whether a line of dashes or the like stands above it, so that less proves it
    """
    if not _roles(lines[at]) & {_FROM, _SENT, _TO, _SUBJECT}:
        return False
    found: set[str] = set()
    values: list[str] = []
    strangers = 0
    for line in lines[at : at + _MOST_LINES]:
        roles = _roles(line)
        if roles:
            # One word may be two labels (French "de", Russian and Bulgarian "от"): either will do, once.
            found |= roles if not roles & found else roles - found
            values.append(line[:_LONGEST])
            strangers = 0
        elif not line.strip() or strangers == _LOOSE:
            break
        else:
            strangers += 1
    return _proves(found, "\n".join(values), len(values), announced=announced)


def is_label(line: str) -> bool:
    """Return whether a line is a field of such a header."""
    return bool(_roles(line))


def _proves(roles: set[str], values: str, count: int, *, announced: bool) -> bool:
    if count < 2 or not roles & {_FROM, _SENT}:
        return False
    if announced or (count >= 3 and {_FROM} <= roles and len(roles) >= 3):
        return True
    return "@" in values and _DIGITS.search(values) is not None and (_SENT in roles)


def _roles(line: str) -> set[str]:
    found = _LABEL.match(line[:_LONGEST])
    return _ROLES.get(" ".join(found[1].lower().split()), set()) if found else set()
