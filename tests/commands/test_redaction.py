"""Words and files taken out of sight for good, while the chain still holds."""

from __future__ import annotations

import pytest

from firstline.commands import blobs, classification, conversation, intake, ownership, redaction, structure
from firstline.core.intake.models import Blob, Envelope
from firstline.core.intake.store import bytes_of, path_of
from firstline.core.journal.models import Content
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.outbox.models import Job
from firstline.core.tickets import words
from firstline.core.tickets.models import Attachment, Mail, Message
from firstline.worker import erasing
from tests import rules, world
from tests.commands.conftest import Stage

LATER = world.now(minutes=30)
SECRET = b"password: hunter2"
LARGE = b"scan of a passport " * 10_000


def _joined(stage: Stage, *, files: dict[str, bytes] | None = None) -> Message:
    """Let Rita say something she should not have, through an envelope as a form does."""

    def settle(envelope: Envelope) -> intake.Settled:
        message = conversation.join(
            ticket_id=stage.ticket.pk, by_id=stage.rita.pk, text="My password is hunter2",
            files=[conversation.File(name, "text/plain", data) for name, data in (files or {}).items()],
            envelope_id=envelope.pk, now=world.now(minutes=10),
        )  # fmt: skip
        return intake.Settled(Envelope.Outcome.JOINED, stage.ticket.pk, message.pk)

    done = intake.receive(
        channel="form", source_id="once", raw=b'{"text": "My password is hunter2"}', person_id=stage.rita.pk,
        now=world.now(minutes=10), settle=settle,
    )  # fmt: skip
    assert done.message_id
    return Message.objects.get(pk=done.message_id)


def test_a_redacted_message_is_gone_from_everywhere_and_its_digest_stays(stage: Stage):
    message = _joined(stage)

    redaction.redact_message(message_id=message.pk, by_id=stage.lead.pk, why="A password.", now=LATER)

    content = Content.objects.get(pk=message.content_id)
    assert (content.text, content.salt, content.erased_at) == (None, None, LATER)
    assert "hunter2" not in str(world.everything())
    assert words.found("hunter2") == []
    said = world.newest(stage.ticket)
    assert (said.kind, said.facts["message"], said.facts["text"]) == ("redacted", message.pk, message.content_id)


def test_the_bytes_it_arrived_in_are_gone_too(stage: Stage):
    message = _joined(stage)

    redaction.redact_message(message_id=message.pk, by_id=stage.lead.pk, why="A password.", now=LATER)

    assert message.envelope is not None
    with pytest.raises(FileNotFoundError):
        bytes_of(Blob.objects.get(pk=message.envelope.blob_id))


def test_who_had_signed_it_is_gone_too(stage: Stage):
    message = stage.ticket.messages.get()
    seal = {"standard": "S/MIME", "signature": "valid", "encrypted": False, "opened": False}
    Mail.objects.create(message=message, seal={**seal, "signers": ["rita@northwind.example"]})

    redaction.redact_message(message_id=message.pk, by_id=stage.lead.pk, why="Private", now=world.now(hours=1))

    assert Mail.objects.get(message=message).seal == {**seal, "signers": []}
    rules.must_hold()


def test_the_first_message_goes_and_the_subject_is_still_found(stage: Stage):
    redaction.redact_message(message_id=stage.ticket.messages.get().pk, by_id=stage.lead.pk, why="Private.", now=LATER)

    assert words.found("toner") == [stage.ticket.pk]


def test_a_redacted_subject_leaves_none_and_can_be_given_anew(stage: Stage):
    redaction.redact_message(message_id=stage.ticket.messages.get().pk, by_id=stage.lead.pk, why="P.", now=LATER)
    redaction.redact_subject(ticket_id=stage.ticket.pk, by_id=stage.lead.pk, why="Private.", now=LATER)
    assert (stage.ticket_now().subject, words.found("toner")) == ("", [])
    with world.refused(redaction.AlreadyRedacted):
        redaction.redact_subject(ticket_id=stage.ticket.pk, by_id=stage.lead.pk, why="Private.", now=LATER)

    classification.retitle(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, subject="A printer", now=LATER)

    assert stage.ticket_now().subject == "A printer"


@pytest.mark.parametrize("data", [SECRET, LARGE], ids=["in the row", "in a file"])
def test_a_redacted_file_is_gone_and_its_digest_stays(stage: Stage, data: bytes):
    file = _joined(stage, files={"secret.txt": data}).attachments.get()

    redaction.redact_attachment(attachment_id=file.pk, by_id=stage.lead.pk, why="Secret.", now=LATER)
    for job in Job.objects.filter(kind=blobs.ERASE):
        erasing.erase.func(**job.payload)

    file.refresh_from_db()
    assert (file.redacted_at, file.name) == (LATER, "secret.txt")
    with pytest.raises(FileNotFoundError):
        bytes_of(Blob.objects.get(pk=file.blob_id))
    assert not path_of(file.blob_id).exists()
    assert world.newest(stage.ticket).facts["file"] == file.blob_id
    with world.refused(redaction.AlreadyRedacted):
        redaction.redact_attachment(attachment_id=file.pk, by_id=stage.lead.pk, why="Secret.", now=LATER)


def test_bytes_that_another_message_shows_stay_for_it(stage: Stage):
    one, other = _joined(stage, files={"a.txt": SECRET, "b.txt": SECRET}).attachments.order_by("id")

    redaction.redact_attachment(attachment_id=one.pk, by_id=stage.lead.pk, why="Secret.", now=LATER)

    assert bytes_of(Attachment.objects.get(pk=other.pk).blob) == SECRET


@pytest.mark.parametrize("data", [SECRET, LARGE], ids=["in the row", "in a file"])
def test_dropped_bytes_that_are_kept_again_come_back(stage: Stage, data: bytes):
    digest = blobs.keep_bytes(data, now=world.NINE).digest
    blobs.drop(digest, now=world.now(minutes=1))

    blobs.keep_bytes(data, now=world.now(minutes=2))
    erasing.erase.func(digest)

    assert bytes_of(Blob.objects.get(pk=digest)) == data


def test_any_other_text_of_the_ticket_is_redacted_by_its_digest(stage: Stage):
    offer = ownership.hand_over(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, to_team_id=stage.second.pk, why="hunter2", now=LATER
    )

    redaction.redact_text(
        ticket_id=stage.ticket.pk, digest=offer.why_id or "", by_id=stage.lead.pk, why="A password.", now=LATER
    )

    assert Content.objects.get(pk=offer.why_id).text is None
    with world.refused(redaction.AlreadyRedacted):
        redaction.redact_text(
            ticket_id=stage.ticket.pk, digest=offer.why_id or "", by_id=stage.lead.pk, why="Again.", now=LATER
        )


def test_a_text_of_another_ticket_is_not_there(stage: Stage):
    other = world.ticket(requester=stage.rita)

    with world.refused(NotThere, "no such text"):
        redaction.redact_text(
            ticket_id=stage.ticket.pk, digest=other.messages.get().content_id, by_id=stage.lead.pk, why="?", now=LATER
        )


def test_a_manager_redacts_and_an_operator_does_not(stage: Stage):
    manager = world.person("Marta", role=world.Role.DESK_MANAGER, over=stage.desk)
    message = _joined(stage)

    with world.refused(NotAllowed, "lead or a manager"):
        redaction.redact_message(message_id=message.pk, by_id=stage.olga.pk, why="A password.", now=LATER)
    redaction.redact_message(message_id=message.pk, by_id=manager.pk, why="A password.", now=LATER)

    with world.refused(redaction.AlreadyRedacted):
        redaction.redact_message(message_id=message.pk, by_id=manager.pk, why="A password.", now=LATER)


def test_redacting_needs_a_reason_and_something_to_redact(stage: Stage):
    message = _joined(stage)

    with world.refused(BadInput, "empty text"):
        redaction.redact_message(message_id=message.pk, by_id=stage.lead.pk, why="", now=LATER)
    with world.refused(NotThere, "no such message"):
        redaction.redact_message(message_id=9999, by_id=stage.lead.pk, why="x", now=LATER)
    with world.refused(NotThere, "no such file"):
        redaction.redact_attachment(attachment_id=9999, by_id=stage.lead.pk, why="x", now=LATER)


def test_a_redacted_message_does_not_become_a_request(stage: Stage):
    message = _joined(stage)
    redaction.redact_message(message_id=message.pk, by_id=stage.lead.pk, why="A password.", now=LATER)

    with world.refused(structure.NotPublic):
        structure.split(message_id=message.pk, by_id=stage.olga.pk, now=LATER)
