"""Header fields in any charset, labelled rightly, wrongly or not at all."""

import pytest

from firstline.channels.email import headers
from firstline.channels.email.parse import understand


def field(raw):
    return headers.text_of(raw)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?UTF-8?B?0J/RgNC40LLQtdGC?=", "Привет"),
        (b"=?koi8-r?B?8NLJ18XU?=", "Привет"),
        (b"=?windows-1251?Q?=CF=F0=E8=E2=E5=F2?=", "Привет"),
        (b"Re: =?utf-8?Q?=D0=9F?= and more", "Re: П and more"),
        (b"=?iso-8859-1?Q?a?=\r\n =?iso-8859-1?Q?b?=", "ab"),
        (b"=?utf-8*ru?Q?=D0=9F?=", "П"),
        (b"=?ks_c_5601-1987?B?vsiz5w==?=", "안녕"),
        (b"=?gb2312?B?xOO6ww==?=", "你好"),
    ],
)
def test_encoded_words_are_decoded(raw, text):
    assert field(raw) == text


def test_a_letter_split_over_two_encoded_words_is_whole():
    word = "Привет".encode()

    raw = b"=?utf-8?Q?" + quoted(word[:3]) + b"?=\r\n =?utf-8?Q?" + quoted(word[3:]) + b"?="

    assert field(raw) == "Привет"


def quoted(data):
    return b"".join(b"=%02X" % byte for byte in data)


@pytest.mark.parametrize("charset", ["utf-8", "koi8-r", "cp1251", "cp866"])
def test_raw_eight_bit_headers_are_read_without_a_label(charset):
    raw = "Принтер не печатает на третьем этаже".encode(charset)

    assert field(raw) == "Принтер не печатает на третьем этаже"


def test_raw_ukrainian_headers_are_read():
    assert field("Не працює пошта, перевірте її".encode("koi8-u")) == "Не працює пошта, перевірте її"


def test_a_label_that_lies_is_not_believed():
    assert field(b"=?iso-8859-1?Q?" + quoted("Привет, мир".encode()) + b"?=") == "Привет, мир"
    assert field(b"=?us-ascii?Q?" + quoted("Привет, мир".encode("cp1251")) + b"?=") == "Привет, мир"


def test_an_unknown_label_and_a_codec_that_is_no_charset_do_no_harm():
    assert field(b"=?x-nonsense?Q?=D0=9F=D0=BE?=") == "По"
    assert field(b"=?rot13?Q?abc?=") == "abc"
    assert field(b"=?idna?Q?abc?=") == "abc"


def test_an_encoded_word_without_its_end_is_still_decoded():
    assert field(b"=?utf-8?Q?Hello_there") == "Hello there"
    assert "=?" not in field(b"=?utf-8?B?SGVsbG8?")


def test_control_characters_and_nul_are_taken_out_of_headers():
    assert field(b"a\0b\r\n\tc=?utf-8?Q?=0D=0ABcc:_x?=") == "ab c Bcc: x"


def test_headers_in_utf_8_are_read():
    mail = understand("From: Олена <олена@пошта.укр>\r\nSubject: Вітаю\r\n\r\nтак\r\n".encode())

    assert (mail.from_[0].name, mail.from_[0].address) == ("Олена", "олена@пошта.укр")
    assert mail.subject == "Вітаю"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b'attachment; filename="a b.txt"', "a b.txt"),
        (b"attachment; filename*=utf-8''%D0%9F%D0%BB%D0%B0%D0%BD.doc", "План.doc"),
        (b"attachment; filename*0*=utf-8''%D0%9F; filename*1*=%D0%BB; filename*2=.doc", "Пл.doc"),
        (b"attachment; filename*1=b.txt; filename*0=a", "ab.txt"),
        (b'attachment; filename="=?utf-8?Q?=D0=9F.doc?="', "П.doc"),
        (b"attachment; filename=" + "Отчёт за год.doc".encode("cp1251"), "Отчёт за год.doc"),
        (b'attachment; filename="C:\\\\temp\\\\x.txt', "C:\\temp\\x.txt"),
    ],
)
def test_parameters_are_decoded(raw, name):
    assert headers.parameters(raw) == ("attachment", {"filename": name})


def test_a_missing_semicolon_does_not_hide_the_boundary():
    assert headers.parameters(b'multipart/mixed boundary="x"') == ("multipart/mixed", {"boundary": "x"})
