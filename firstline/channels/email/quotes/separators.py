"""Lines that part what is new from an earlier mail: "-----Original Message-----", and those above a forwarded one."""

from __future__ import annotations

import re

_ORIGINAL = {
    "en": r"original message|original email|reply message",
    "ru": r"исходное сообщение|оригинальное сообщение|исходное письмо",
    "uk": r"оригінальне повідомлення|вихідне повідомлення|початкове повідомлення|оригінал повідомлення",
    "be": r"зыходнае паведамленне",
    "de": r"urspr(?:ü|ue)ngliche (?:nachricht|e-?mail)|originalnachricht|original-nachricht",
    "fr": r"message d['’]origine|message original", "es": r"mensaje original", "it": r"messaggio orig(?:inale|\.)",
    "pt": r"mensagem original", "nl": r"oorspronkelijk bericht|origineel bericht",
    "pl": r"oryginalna wiadomość|wiadomość oryginalna",
    "cs, sk": r"původní (?:zpráva|e-?mail)|pôvodná správa", "sv": r"ursprungligt meddelande|originalmeddelande",
    "da": r"oprindelig (?:besked|meddelelse)", "no": r"opprinnelig melding", "fi": r"alkuperäinen viesti",
    "hu": r"eredeti üzenet", "ro": r"mesaj original", "tr": r"orijinal (?:mesaj|ileti)|özgün ileti",
    "ja": r"元のメッセージ", "zh": r"原始邮件|原始郵件", "ko": r"원본 메시지",
}  # fmt: skip
_FORWARDED = {
    "en": r"forwarded (?:message|by .{1,80})|begin forwarded message:",
    "ru": r"пересылаемое (?:сообщение|письмо)|пересланное (?:сообщение|письмо)|начало переадресованного сообщения:?"
    r"|перенаправленное сообщение|конец пересылаемого сообщения|переадресованное сообщение",
    "uk": r"переслане повідомлення|перенаправлене повідомлення|пересилається|початок переспрямованого повідомлення:?"
    r"|переадресоване повідомлення|початок листа, що пересилається:?",
    "de": r"weitergeleitete nachricht|anfang der weitergeleiteten nachricht:?",
    "fr": r"message (?:transf[ée]r[ée]|r[ée]exp[ée]di[ée])|d[ée]but du message (?:r[ée]exp[ée]di[ée]"
        r"|transf[ée]r[ée])\s?:?",
    "es": r"mensaje reenviado|inicio del mensaje reenviado:?",
    "it": r"messaggio inoltrato|inizio messaggio inoltrato:?",
    "pt": r"mensagem encaminhada|início da mensagem (?:encaminhada|reenviada):?",
    "nl": r"doorgestuurd bericht|begin doorgestuurd bericht:?",
    "pl": r"wiadomość przekazana dalej|początek przekazywanej wiadomości:?",
    "sv, da, no": r"vidarebefordrat brev|videresend(?:t|te).{0,20}",
    "tr": r"iletilen mesaj|yönlendirilmiş.{0,20}", "ja, zh": r"転送メッセージ|转发邮件|轉寄郵件",
}  # fmt: skip
_LINES = r"[\s>]{0,6}[-_=*—]{2,40} {0,3}"


def _pattern(words: dict[str, str], more: str = "") -> re.Pattern[str]:
    return re.compile(
        rf"{_LINES}(?:{'|'.join(words.values())})[^\n]{{0,60}}?[-_=*—]{{2,40}}\s*$"
        rf"|{more}",
        re.IGNORECASE,
    )


_IS_ORIGINAL = _pattern(_ORIGINAL, r"\s{0,6}-{3,20} Исходное сообщение от .{1,80}$")
_IS_FORWARDED = _pattern(_FORWARDED, r"[\s>]{0,6}(?:" + "|".join(w for w in _FORWARDED.values()) + r")\s*$")
_RULE = re.compile(r"[\s>*]{0,6}[-_=*—]{2,200}\*?\s*$")
_SUBJECT = re.compile(
    r"\s*(?:fwd?|fw|пер|переслать|переслано|пересл|переадр|вих|wg|tr|rv|enc|i|doorst|vb|vs|pd|ilt|转发|轉寄|転送)\s?[:：]",
    re.IGNORECASE,
)
_LONGEST = 200


def is_original(line: str) -> bool:
    """Return whether an earlier mail begins below this line."""
    return len(line) <= _LONGEST and _IS_ORIGINAL.match(line) is not None


def is_forwarded(line: str) -> bool:
    """Return whether a mail that is passed on begins below this line: new to whoever gets it."""
    return len(line) <= _LONGEST and _IS_FORWARDED.match(line) is not None


def is_rule(line: str) -> bool:
    """Return whether the line is drawn, and says nothing."""
    return len(line) <= _LONGEST and _RULE.match(line) is not None


def passes_on(subject: str) -> bool:
    """Return whether a subject says that the mail passes another one on."""
    return _SUBJECT.match(subject[:_LONGEST]) is not None
