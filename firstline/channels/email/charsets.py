"""Bytes to text when the label of their charset is right, wrong, unknown or missing."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# Labels met in mail that Python does not know, or knows more narrowly than senders mean them
# (a text labelled gb2312 is nearly always gbk, one labelled iso-8859-1 is windows-1252: WHATWG Encoding).
_MEANT = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "cn-gb": "gb18030",
    "chinese": "gb18030",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "x-windows-949": "cp949",
    "windows-874": "cp874",
    "tis-620": "cp874",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "koi8": "koi8_r",
    "koi8-ru": "koi8_u",
    "win-1251": "cp1251",
    "unicode-1-1-utf-7": "utf-7",
    "x-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8-sig": "utf-8",
}
# Seven-bit Japanese is what the label says; eight-bit bytes under it are one of these.
_MISTAKEN_FOR = {"iso2022_jp_ext": ("euc-jp", "shift_jis"), "iso2022_jp": ("euc-jp", "shift_jis")}
# Codecs that are text to Python but no charset of mail; some take quadratic time.
_NO_CHARSET = {
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "unicode_internal",
    "oem",
    "mbcs",
}
_SINGLE_BYTE = re.compile(r"(cp|windows|iso8859|koi8|mac|latin)")
_WESTERN = {"cp1252", "cp1250", "cp1254", "cp1257", "iso8859-2", "iso8859-15", "mac-roman"}
# Share of each letter in Russian and Ukrainian text, per thousand, enough to tell the right one of five tables.
_CYRILLIC = dict(
    zip(
        "оеаинтсрвлкмдпуяызьбгчйхжшюцщэфъіїєґё",
        (
            109,
            85,
            80,
            73,
            67,
            63,
            54,
            47,
            45,
            44,
            35,
            32,
            30,
            28,
            26,
            20,
            19,
            17,
            17,
            16,
            17,
            14,
            12,
            10,
            9,
            7,
            6,
            5,
            4,
            3,
            3,
            1,
            40,
            8,
            6,
            1,
            2,
        ),
        strict=True,
    )
)
_SAMPLE = 20_000
_SURROGATES = re.compile("[\ud800-\udfff]")


def decode(data: bytes, label: str = "", hints: tuple[str, ...] = ()) -> tuple[str, bool]:
    """Return the text of `data` and whether its label could be believed.

    label   the charset as the sender named it; "" when there is none
    hints   other charsets the same mail names, tried when the label is of no use
    """
    named = codec_of(label)
    if data.isascii():
        return _plainly(data, named)
    if named and _believable(data, named):
        return _strictly(data, named) or "", True
    others = tuple(filter(None, map(codec_of, (*hints, *_MISTAKEN_FOR.get(named, ())))))
    for codec in ("utf-8", *others):
        if codec != named and _believable(data, codec):
            return _strictly(data, codec) or "", False
    codec = named if named and _strictly(data, named) is not None and not _cyrillic(data) else guess(data)
    if codec == "cp1252":
        codec = next((each for each in (named, *others) if each and _mostly(data, each)), codec)
    return data.decode(codec, "replace"), False


def guess(data: bytes) -> str:
    """Return the codec that fits bytes without a label best; never raises."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if _strictly(data, "utf-8") is not None:
        return "utf-8"
    return _cyrillic(data) or _eastern(data) or "cp1252"


@lru_cache(maxsize=256)
def codec_of(label: str) -> str:
    """Return the Python name of the charset a sender means by `label`, "" when there is no such charset."""
    cleaned = label.strip(" \t\"'<>;").lower()[:40]
    cleaned = _MEANT.get(cleaned) or _MEANT.get(cleaned.replace("_", "-")) or cleaned
    if not re.fullmatch(r"[a-z0-9][a-z0-9_.:+-]*", cleaned):
        return ""
    try:
        found = codecs.lookup(cleaned)
    except (LookupError, ValueError):
        return ""
    known = getattr(found, "_is_text_encoding", False) and found.name.replace("-", "_") not in _NO_CHARSET
    return _MEANT.get(found.name, found.name) if known else ""


def cleaned(text: str) -> str:
    """Return the text without NUL and lone surrogates, which no database keeps; lines end in LF."""
    text = text.replace("\0", "")
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text).removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _plainly(data: bytes, named: str) -> tuple[str, bool]:
    # Charsets of seven bits: only in these can ASCII bytes mean something else.
    if named in ("utf-7", "hz") or named.startswith("iso2022"):
        text = _strictly(data, named)
        if text is None and named.startswith("iso2022_jp"):
            text = _strictly(_as_euc(data), "euc_jis_2004")
        return (data.decode("ascii"), False) if text is None else (text, True)
    return data.decode("ascii"), True


def _as_euc(data: bytes) -> bytes:
    """Return ISO-2022-JP as EUC: only there does Python know the rows that Windows adds."""
    found: list[bytes] = []
    wide = False
    for piece in re.split(rb"(\x1b[$(][@BJ])", data):
        if piece.startswith(b"\x1b"):
            wide = piece[1:2] == b"$"
        else:
            found.append(bytes(byte | 0x80 if byte > 0x20 else byte for byte in piece) if wide else piece)
    return b"".join(found)


def _believable(data: bytes, codec: str) -> bool:
    """Whether the bytes are possible in that charset and not, visibly, of another one."""
    if _strictly(data, codec) is None:
        return False
    if not _SINGLE_BYTE.match(codec):
        return True
    if _strictly(data, "utf-8") is not None:
        return False  # by chance alone, text of one byte a letter is hardly ever valid UTF-8
    if codec in _WESTERN:
        return not (_cyrillic(data) or _eastern(data))
    return True


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None


def _mostly(data: bytes, codec: str) -> bool:
    """Whether the bytes are of that charset but for a few broken ones: more letters whole than lost."""
    text = data[:_SAMPLE].decode(codec, "replace")
    lost = text.count("\ufffd")
    return lost <= 2 + len(text) // 20 and lost * 2 <= sum(not letter.isascii() for letter in text)


def _cyrillic(data: bytes) -> str:
    """Return the Cyrillic charset of the bytes, or "" when they are not mostly Cyrillic words."""
    sample = data[:_SAMPLE]
    high = sum(map(sample.count, range(0x80, 0x100))) if len(sample) < 64 else len(sample) - len(_ascii_of(sample))
    latin = len(re.findall(rb"[A-Za-z]", sample))
    if high < 2 or high < latin / 8 or not re.search(rb"[\x80-\xff]{3}", sample):
        return ""
    scores = {codec: _russian(sample, codec) for codec in ("koi8_u", "cp1251", "cp866", "iso8859_5", "mac_cyrillic")}
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] > 30 else ""


def _ascii_of(data: bytes) -> bytes:
    return data.translate(None, bytes(range(0x80, 0x100)))


def _russian(data: bytes, codec: str) -> float:
    """Return how usual the letters are, per thousand and letter; capitals within a word count against it."""
    text = "".join(re.findall(r"[^\x00-\x7f]+|\s+", data.decode(codec, "replace")))
    letters = [letter for letter in text if not letter.isspace()]
    if not letters:
        return 0.0
    usual = sum(_CYRILLIC.get(letter.lower(), -40) for letter in letters)
    flips = len(re.findall(r"[а-яёіїєґ][А-ЯЁІЇЄҐ]", text))
    shouted = sum(letter.isupper() for letter in letters)
    return (usual - 60 * flips - 5 * shouted) / len(letters)


def _eastern(data: bytes) -> str:
    """Return the charset of Chinese, Japanese or Korean bytes, or "" when they are no such text."""
    sample = data[:_SAMPLE]
    runs = re.findall(rb"[\x80-\xff]{2,}", sample)
    pairs = sum(map(len, runs)) // 2
    if pairs < 2 or pairs * 2 < (len(sample) - len(_ascii_of(sample))) * 0.9:
        return ""
    if any(len(run) % 2 for run in runs) and _strictly(data, "gb18030") is None:
        return ""
    leads = [byte for run in runs for byte in run[0:-1:2]]
    usual = sum(0xB0 <= byte <= 0xD7 or byte in (0xA1, 0xA3) for byte in leads)
    if usual >= 0.8 * len(leads) and _strictly(data, "gb18030") is not None:
        return "gb18030"
    return ""
