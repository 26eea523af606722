"""What is new in a mail is told from what it quotes, in every language and client, and nothing new is lost."""

import json
import re
import time
from pathlib import Path

import pytest

from firstline.channels.email import htmltext
from firstline.channels.email.parse import understand
from firstline.channels.email.quotes import newest

OWN = Path(__file__).parent / "replies"
_SAMPLE = re.compile(
    r"=== (?P<name>.*?)(?: \[(?:(?P<html>html)|subject: (?P<subject>.*?))\])?\n(?P<body>.*?)\n--- нов[оеє]+\n",
    re.DOTALL,
)


def samples():
    for path in sorted(OWN.glob("*.txt")):
        for sample in re.split(r"^(?==== )", path.read_text(), flags=re.MULTILINE):
            found = _SAMPLE.match(sample)
            if found:
                yield pytest.param(found, sample[found.end() :].strip(), id=f"{path.stem}: {found['name']}")


def newest_of(body, *, html=False, subject="Re: s"):
    kind = "html" if html else "plain"
    head = f"Subject: {subject}\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n"
    return understand(head.encode() + body.encode()).reply_text


@pytest.mark.parametrize(("sample", "new"), list(samples()))
def test_russian_and_ukrainian_replies_of_every_client(sample, new):
    got = newest_of(sample["body"], html=bool(sample["html"]), subject=sample["subject"] or "Re: s")

    assert got == new


def test_there_are_forty_samples_at_least():
    assert len(list(samples())) >= 40


def words(text):
    return re.sub(r"\s+", "", text or "")


# Theirs keep signatures; the first was cut after one line on purpose.
TALON = {"test_too_many_lines", "standard_replies/iphone.eml", "standard_replies/sparrow.eml"}
# Why each differs: docs/features/mail-in.md.
CRISP = {
    "email_15.txt", "email_2_1.txt", "email_custom_quote_header.txt", "email_german_3.txt",
    "email_sent_from_my_not_signature.txt", "email_thread.txt", "email_tricky_7_multiple_dashes.txt",
}  # fmt: skip


def test_the_replies_talon_collected(shared_data):
    folder = shared_data / "mail" / "reply" / "talon"
    expected = json.loads((folder / "expected.json").read_text())
    html = expected["html_replies/*"].partition("  (")[0]
    cases = [(path.name, html, newest_of(path.read_text(), html=True)) for path in (folder / "html_replies").iterdir()]
    for name, want in expected.items():
        if name.startswith("standard_replies"):
            cases.append((name, want, understand((folder / name).read_bytes()).reply_text))
    cases += [(each["test"], each["expected_reply"], newest.part(each["body"])) for each in expected["inline"]]

    assert {name for name, want, got in cases if words(want) != words(got)} == TALON
    assert len(cases) == 66


def test_the_replies_crisp_collected(shared_data):
    folder = shared_data / "mail" / "reply" / "crisp"
    expected = json.loads((folder / "reference_output.json").read_text())

    got = {name: newest.part((folder / name).read_text()) for name in expected}

    assert {name for name, want in expected.items() if words(want["visible"]) != words(got[name])} == CRISP


@pytest.mark.parametrize(
    "headline",
    [
        "On Mon, Jan 5, 2026 at 12:00 PM Ann <ann@b.example> wrote:",
        "Am Mo., 5. Jan. 2026 um 12:00 Uhr schrieb Ann <ann@b.example>:",
        "Am 05.01.2026 um 12:00 schrieb Ann:",
        "Le lun. 5 janv. 2026 à 12:00, Ann <ann@b.example> a écrit :",
        "El lun, 5 ene 2026 a las 12:00, Ann (<ann@b.example>) escribió:",
        "Il giorno lun 5 gen 2026 alle ore 12:00 Ann <ann@b.example> ha scritto:",
        "Em seg., 5 de jan. de 2026 às 12:00, Ann <ann@b.example> escreveu:",
        "Op ma 5 jan 2026 om 12:00 schreef Ann <ann@b.example>:",
        "pon., 5 sty 2026 o 12:00 Ann <ann@b.example> napisał(a):",
        "po 5. 1. 2026 v 12:00 odesílatel Ann <ann@b.example> napsal:",
        "Den mån 5 jan. 2026 kl 12:00 skrev Ann <ann@b.example>:",
        "man. 5. jan. 2026 kl. 12.00 skrev Ann <ann@b.example>:",
        "ma 5. tammik. 2026 klo 12.00 Ann (ann@b.example) kirjoitti:",
        "Ann <ann@b.example>, 5 Oca 2026 Pzt, 12:00 tarihinde şunu yazdı:",
        "2026年1月5日(月) 12:00 Ann <ann@b.example>:",
        "Ann <ann@b.example> 于2026年1月5日周一 12:00写道：",
        "Vào Th 2, 5 thg 1, 2026 vào lúc 12:00 Ann <ann@b.example> đã viết:",
        "пн, 5.01.2026 г. в 12:00 Ann <ann@b.example> написа:",
    ],
)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_headlines_of_other_languages(headline, mark):
    assert newest.part(f"New.\n\n{headline}\n\n{mark}Old.\n{mark}Older.") == "New."


@pytest.mark.parametrize(
    "text",
    [
        "On Monday I wrote:\nplease help.\nAnd nobody did.",
        "On 5 January 2026 the server said:\nout of memory.",
        "My colleague ann@b.example wrote:\nit is broken.",
        "Details:\nFrom: warehouse 5\nTo: warehouse 7\nItem: 100 boxes",
        "Steps:\n-- open the page\n-- press the button",
        "| a > b |\nis what the filter says",
        "05.01.2026 12:00, ошибка:\nнет связи",
        "Meeting 01/05/2026 at 2:30 PM with ann@b.example:\nplease book a room.",
        "Best regards to the team who fixed it!\nNow the second question: why?",
    ],
)
def test_what_only_looks_like_a_quote_stays(text):
    assert newest.part(text) == text


@pytest.mark.parametrize(
    "line",
    [
        "On Mon, Jan 5, 2026 " + "x " * 40,
        "From: a@b.example",
        "> " * 60,
        ">" * 200,
        "-- ",
        "_" * 90,
        "С уважением,",
        "5 янв. 2026 г., в 12:00, <a@b.example",
        "<a@b.example " * 9,
        "От: " * 50,
        "a" * 5_000_000,
        "1.1.2026, " * 30,
        "---- wrote ----" * 9,
        "wrote: " * 60,
        "(http://" * 60,
        "Sent from " * 30,
    ],
)
def test_five_megabytes_of_anything_take_a_moment(line):
    text = (line + "\n") * (5_000_000 // (len(line) + 1) or 1)
    began = time.process_time()

    newest.part(text)

    assert time.process_time() - began < 5


def test_html_of_any_depth_takes_a_moment():
    began = time.process_time()

    newest.part(htmltext.text_of("<blockquote>a" * 150_000 + "<div class=gmail_signature>b" * 50_000, marked=True))

    assert time.process_time() - began < 5
