"""Mail that came back is known as such, by structure or by a server's words, and a person's mail is not."""

import json

import pytest

from firstline.channels.email.bounces import reasons
from firstline.channels.email.bounces.told import Told
from firstline.channels.email.parse import understand
from firstline.core.intake.inbound import Abuse, Bounce, Recipient

# Why each differs: docs/features/mail-in.md.
NOT_TAKEN = {"lhost-amazonses-12.eml", "lhost-sendmail-14.eml"}
OTHER_REASON = {
    "lhost-apachejames-01.eml", "lhost-exchange2003-04.eml", "lhost-gmail-03.eml",
    "lhost-mcafee-01.eml", "lhost-x1-01.eml", "lhost-x1-02.eml", "lhost-x2-01.eml",
    "rfc3464-01.eml", "rfc3464-35.eml", "rhost-nttdocomo-02.eml",
}  # fmt: skip

ORIGINAL = "Message-ID: <17.abc@desk.example>\r\nFrom: help@desk.example\r\nTo: ann@b.example\r\nSubject: s"


def report(fields, *, text="It could not be delivered.", head="From: MAILER-DAEMON@mx.example\r\n", returned=ORIGINAL):
    parts = [
        f"Content-Type: text/plain\r\n\r\n{text}",
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n{fields}",
        f"Content-Type: message/rfc822\r\n\r\n{returned}\r\n\r\nHello",
    ]
    body = "".join(f"--e\r\n{part}\r\n" for part in parts)
    head += 'Content-Type: multipart/report; report-type=delivery-status; boundary="e"\r\nSubject: Undelivered Mail\r\n'
    return understand(f"{head}\r\n{body}--e--\r\n".encode())


def worded(text, *, sender="MAILER-DAEMON@mx.example", subject="Undelivered Mail", more=""):
    return understand(f"From: {sender}\r\nSubject: {subject}\r\n{more}\r\n{text}".encode())


FAILED = (
    "Final-Recipient: rfc822; ann@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <ann@b.example>: User unknown"
)


def test_a_report_tells_who_did_not_get_it_why_and_which_letter_it_was():
    mail = report(FAILED)

    assert mail.bounce == Bounce(
        (Recipient("ann@b.example", "5.1.1", "userunknown", hard=True),),
        "17.abc@desk.example",
        (
            ("message-id", "<17.abc@desk.example>"),
            ("from", "help@desk.example"),
            ("to", "ann@b.example"),
            ("subject", "s"),
        ),
    )
    assert (mail.automatic, mail.auto_reply) == ("", False)


def test_each_recipient_has_a_reason_of_its_own():
    full = FAILED.replace("ann@", "bob@").replace("5.1.1", "5.2.2").replace("User unknown", "Mailbox full")

    mail = report(f"{FAILED}\r\n\r\n{full}")

    assert [(each.address, each.reason, each.hard) for each in mail.bounce.recipients] == [
        ("ann@b.example", "userunknown", True),
        ("bob@b.example", "mailboxfull", False),
    ]


def test_a_delay_is_told_as_one_and_is_not_hard():
    mail = report(FAILED.replace("failed", "delayed").replace("5.1.1", "4.4.1").replace("User unknown", "timed out"))

    assert [(each.reason, each.hard, each.late) for each in mail.bounce.recipients] == [("expired", False, True)]


def test_a_report_that_all_went_well_is_a_receipt():
    mail = report("Final-Recipient: rfc822; ann@b.example\r\nAction: delivered\r\nStatus: 2.0.0")

    assert (mail.bounce, mail.automatic, mail.auto_reply) == (None, "receipt", True)


def test_words_alone_are_enough_when_they_are_a_servers():
    mail = worded(
        "This is the mail system at host mx.example.\r\n\r\nYour message could not be delivered.\r\n\r\n"
        "<ann@b.example>: host mx.b.example[192.0.2.1] said: 552 5.2.2 Mailbox full (in reply to\r\n"
        f"    RCPT TO command)\r\n\r\n------ Below this line is a copy of the message.\r\n\r\n{ORIGINAL}\r\n\r\nHello"
    )

    assert mail.bounce.recipients == (Recipient("ann@b.example", "5.2.2", "mailboxfull", hard=False),)
    assert mail.bounce.message_id == "17.abc@desk.example"


def test_a_person_who_writes_about_lost_mail_is_a_person():
    words = "My mail to ann@b.example could not be delivered:\r\n<ann@b.example>: 550 5.1.1 User unknown\r\nWhy?"

    assert worded(words, sender="bob@b.example", subject="Question").bounce is None
    assert worded(words, sender="bob@b.example", subject="Fwd: Undelivered Mail").bounce is None
    assert worded(words, sender="bob@b.example", subject="Re: Mail delivery failed").bounce is None


def test_the_letter_a_report_answers_is_the_one_where_it_shows_none():
    mail = report(FAILED, head="From: MAILER-DAEMON@mx.example\r\nReferences: <9.x@desk.example>\r\n", returned="X: y")

    assert mail.bounce.message_id == "9.x@desk.example"


@pytest.mark.parametrize(
    ("words", "status", "reason"),
    [
        ("550 5.1.1 no such user here", "", "userunknown"),
        ("550 5.2.1 User unknown", "", "filtered"),
        ("452 4.2.2 Mailbox full", "", "mailboxfull"),
        ("550 5.7.26 sender is unauthenticated, DMARC", "", "authfailure"),
        ("554 5.7.1 Relay access denied", "", "norelaying"),
        ("554 Client host rejected: listed in DNSBL", "", "blocked"),
        ("", "5.1.2", "hostunknown"),
        ("", "4.4.7", "expired"),
        ("", "5.3.4", "mesgtoobig"),
        ("550 no", "", "rejected"),
        ("421 later", "", "expired"),
        ("", "", "undefined"),
    ],
)
def test_reasons_are_read_from_words_and_else_from_codes(words, status, reason):
    assert reasons.of(Told("ann@b.example", "failed", status, words)) == reason


def test_a_mailbox_that_may_exist_is_not_given_up_on():
    after_the_letter = Told("a@b.example", "failed", "", "550 no such user (in reply to end of DATA command)")
    to_the_address = Told("a@b.example", "failed", "", "550 no such user (in reply to RCPT TO command)")

    assert (reasons.of(after_the_letter), reasons.of(to_the_address)) == ("filtered", "userunknown")


def test_a_complaint_says_what_about_and_whom():
    raw = (
        'From: fbl@mx.example\r\nContent-Type: multipart/report; report-type=feedback-report; boundary="e"\r\n\r\n'
        "--e\r\n\r\nA complaint\r\n--e\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        "Original-Rcpt-To: <ann@b.example>\r\n"
        f"--e\r\nContent-Type: message/rfc822\r\n\r\n{ORIGINAL}\r\n\r\nHello\r\n--e--"
    )

    mail = understand(raw.encode())

    assert (mail.bounce, mail.automatic) == (None, "notice")
    assert mail.abuse == Abuse("abuse", ("ann@b.example",), "17.abc@desk.example", mail.abuse.returned)


@pytest.mark.parametrize("size", [200_000])
@pytest.mark.parametrize("line", ["<a@b.example>:", "a@b.example", "x" * 5_000, "quota " * 900, "<" * 900, "@" * 900])
def test_a_report_of_any_length_takes_no_time(line, size):
    text = "Your message could not be delivered.\r\n" + (line + "\r\n") * (size // len(line))

    assert worded(text).bounce is not None


@pytest.fixture(scope="module")
def collected(shared_data):
    folder = shared_data / "mail" / "bounces" / "sisimai"
    expected = json.loads((folder / "expected.json").read_text())
    return {name: (want, understand((folder / name).read_bytes())) for name, want in expected.items()}


def test_of_the_bounces_others_collected_nearly_all_are_recognised(collected):
    bounces = {name: mail for name, (_, mail) in collected.items() if not name.startswith(("arf-", "rfc3834-"))}

    assert {name for name, mail in bounces.items() if mail.bounce is None} == NOT_TAKEN
    assert not [name for name, mail in bounces.items() if mail.auto_reply and name not in NOT_TAKEN]


def test_vacations_are_answers_and_complaints_are_complaints(collected):
    for name, (_, mail) in collected.items():
        if name.startswith("rfc3834-"):
            assert (mail.auto_reply, mail.bounce) == (True, None), name
        if name.startswith("arf-"):
            assert (mail.abuse is not None, mail.bounce) == (True, None), name


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("550 Rejected after EHLO neko.example", "blocked"),
        ("550 Rejected in reply to RCPT TO command", "rejected"),
        ("Connection refused by mx.example. Message could not be delivered for 5 days", "expired"),
        ("Connection refused by mx.example. Message could not be delivered for 8 hours", "blocked"),
    ],
)
def test_where_and_how_long_it_was_tried_tells_the_reason(words, reason):
    assert reasons.of(Told("ann@b.example", action="failed", status="5.0.0", words=words)) == reason


def test_the_reasons_of_the_collected_bounces_are_read_as_others_read_them(collected):
    total = same = hard = 0
    other = set()
    for name, (wants, mail) in collected.items():
        if name.startswith(("arf-", "rfc3834-")):
            continue
        got = mail.bounce.recipients if mail.bounce else ()
        for place, want in enumerate(wants):
            mine = got[place] if place < len(got) else None
            right = mine is not None and mine.reason == want["reason"]
            total, same = total + 1, same + right
            hard += mine is not None and mine.hard == want["hardbounce"]
            other |= set() if right or mine is None else {name}

    assert (total, same >= 0.95 * total, hard >= 0.95 * total) == (284, True, True)
    assert other == OTHER_REASON


def test_what_is_no_bounce_is_taken_for_none(shared_data):
    for path in (shared_data / "mail" / "bounces" / "not_bounce").iterdir():
        assert understand(path.read_bytes()).bounce is None, path.name
