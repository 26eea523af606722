"""Types of what programs send: texts a database can give back, ids, files."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from firstline.commands.conversation import File
from firstline.core.journal.canonical import EXACT

FILES_LIMIT = 20


class Body(BaseModel):
    """A body in which an unknown field is a mistake."""

    model_config = ConfigDict(extra="forbid")


def _storable(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("string_nul", "NUL")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise PydanticCustomError("string_half", "lone surrogate") from error
    return text


def _number(value: Any) -> Any:
    # Left to itself, pydantic reads "7" and true as numbers.
    if isinstance(value, bool | str | bytes):
        raise PydanticCustomError("int_type", "not a number")
    return value


Text = Annotated[str, AfterValidator(_storable)]
Words = Annotated[Text, Field(min_length=1, max_length=200_000)]
Line = Annotated[Text, Field(max_length=300)]
Why = Annotated[Text, Field(max_length=5000)]
Id = Annotated[int, Field(ge=1, le=EXACT)]
# An id or the zero before all ids: where a list goes on.
Place = Annotated[int, Field(ge=0, le=EXACT)]
BodyId = Annotated[Id, BeforeValidator(_number)]
Level = Annotated[int, Field(ge=1, le=4), BeforeValidator(_number)]
Flag = Annotated[bool, Field(strict=True)]


class Attached(Body):
    """A file, its bytes in base64."""

    name: Annotated[Text, Field(min_length=1, max_length=255)]
    content_type: Annotated[Text, Field(max_length=120)] = "application/octet-stream"
    base64: Text

    def opened(self) -> File:
        """Return the file with its bytes; `base64` was checked by `Files`."""
        return File(self.name, self.content_type, base64.b64decode(self.base64))


def _decodable(files: list[Attached]) -> list[Attached]:
    for file in files:
        try:
            base64.b64decode(file.base64, validate=True)
        except (binascii.Error, ValueError) as error:
            raise PydanticCustomError("base64", "not base64") from error
    return files


Files = Annotated[list[Attached], Field(max_length=FILES_LIMIT), AfterValidator(_decodable)]
