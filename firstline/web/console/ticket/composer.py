"""The composer's form: a reply or a note, its files, and what follows from it."""

from __future__ import annotations

import uuid
from collections.abc import Container
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.commands import answering
from firstline.commands.conversation import File
from firstline.core.kernel.refusals import Refused


class SeveralFiles(forms.FileField):
    """Any number of files, each within the limit."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=_SeveralInput(), **more)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        """Return the files, or say which is too large before it is read."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        for file in given:
            if (file.size or 0) > settings.ATTACHMENT_LIMIT:
                limit = settings.ATTACHMENT_LIMIT // (1024 * 1024)
                told = {"name": str(file.name)[:80], "limit": limit}
                raise forms.ValidationError(
                    gettext("%(name)s is larger than %(limit)d MB, the most that fits; please send it another way.")
                    % told
                )
        return [super(SeveralFiles, self).clean(file, initial) for file in given]


class _SeveralInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class Composer(forms.Form):
    """A reply or a note; `seen` is the newest entry its writer had before them."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in answering.KINDS])
    text = forms.CharField(strip=False, error_messages={"required": _("Write something first.")})
    files = SeveralFiles(required=False)  # type: ignore[assignment]  # a form's own `files` are what was sent
    to = forms.CharField(required=False, max_length=320)
    then = forms.ChoiceField(choices=[(then, then) for then in answering.THEN], required=False)
    key = forms.CharField(max_length=64)
    seen = forms.IntegerField(min_value=0)

    def clean(self) -> dict[str, Any]:
        """See that a letter to a vendor says to whom."""
        filled = super().clean() or {}
        if filled.get("kind") == "vendor" and not filled.get("to"):
            self.add_error("to", gettext("Write the vendor's mail address."))
        return filled

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal beside its field, or above the form if it is about no field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.in_words(gettext))

    def given(self) -> answering.Answer:
        """Return what was written, as the command takes it."""
        data = self.cleaned_data
        files = [File(file.name or "file", file.content_type or "", file.read()) for file in data["files"]]
        return answering.Answer(data["key"], data["kind"], data["text"], files, data["then"], data["to"])


def blank(seen: int, offered: Container[str]) -> Composer:
    """Return an empty composer: a reply where one may reply, else a note."""
    kind = "reply" if "reply" in offered else "note"
    return Composer(initial={"kind": kind, "key": uuid.uuid4().hex, "seen": seen})
