"""By what a report is known whose parts are not marked as one: its sender, its subject, a mail server's phrases."""

from __future__ import annotations

import re

from firstline.core.intake.inbound import Inbound

_SENDERS = (r"mailer-?daemon", r"post_?master", r"mail.?delivery", r"mail.?deliver.?system")
_SUBJECTS = (
    r"undeliver", r"returned mail", r"delivery (status|failure|has failed)", r"mail delivery", r"mail failure",
    r"failure (notice|delivery)", r"mail failed", r"could not (send|be delivered)", r"error sending your mail",
    r"mail system error", r"delayed", r"не доставлено", r"не удалось доставить", r"недоставленн", r"не доставлен",
    r"не вдалося доставити", r"unzustellbar", r"nicht zugestellt", r"non remis", r"no entregado", r"メールエラー",
)  # fmt: skip
# What only a mail server would say.
_WORDS = (
    r"could not be delivered", r"unable to deliver", r"mail delivery software", r"wasn't able to deliver",
    r"error message below:\s{1,4}[45]\d\d", r"permanent fatal errors", r"did not reach the following",
    r"could not be reached", r"transcript of session", r"delivery to the following recipients? ",
    r"error delivering your mail", r"trouble delivering your message", r"could not be delivered to:",
    r"failed addresses follow", r"delivery has failed", r"error has occurred while attempting to deliver",
    r"failure reasons", r"delivery failed \d{1,4} attempts", r"^unknown user: ", r"rejected by a remote mail server",
    r"the group you tried to contact", r"google groups", r"had delivery errors", r"is delayed for more than",
    r"recipients was aborted", r"did not receive this message", r"has not yet been delivered",
    r"returned below could not", r"server message\n", r"送信できませんでした", r"ошибк.{0,30}доставк",
    r"не может быть доставлено", r"не може бути доставлено", r"konnte nicht zugestellt werden",
)  # fmt: skip
_FROM_SERVER = re.compile("|".join(_SENDERS), re.IGNORECASE)
_SUBJECT = re.compile("|".join(_SUBJECTS), re.IGNORECASE)
_SERVERS_WORDS = re.compile("|".join(_WORDS), re.IGNORECASE | re.MULTILINE)


def is_report(mail: Inbound, words: str, *, fields: bool = False) -> bool:
    """Return whether the words of a mail are a server's, and not those of a person who complains about lost mail.

    fields   whether fields of a report stand among the words, which no person writes
    """
    if mail.header("x-failed-recipients"):
        return True
    sender = " ".join(f"{each.name} {each.address}" for each in mail.from_) or mail.header("from")
    from_server = _FROM_SERVER.search(sender) or mail.header("return-path") in ("<>", "<MAILER-DAEMON>")
    # At its beginning: "Re:" and "Fwd:" before it are a person's.
    if not (from_server or _SUBJECT.match(mail.subject)):
        return False
    return fields or _SERVERS_WORDS.search(words) is not None
