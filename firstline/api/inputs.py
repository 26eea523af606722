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
    return text


def _number(value: Any) -> Any:
    # Left to itself, pydantic reads "7" and true as numbers.
    if isinstance(value, bool | str | bytes):
        raise PydanticCustomError("int_type", "not a number")
    return value


# The length is checked first: only a text's own check can say how many characters fit.
Words = Annotated[str, Field(min_length=1, max_length=200_000), AfterValidator(_storable)]
Long = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_storable)]
Why = Annotated[str, Field(max_length=5000), AfterValidator(_storable)]
Reason = Annotated[str, Field(min_length=1, max_length=5000), AfterValidator(_storable)]
Line = Annotated[str, Field(max_length=300), AfterValidator(_storable)]
Name = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Code = Annotated[str, Field(max_length=40), AfterValidator(_storable)]
Key = Annotated[str, Field(max_length=60), AfterValidator(_storable)]
Id = Annotated[int, Field(ge=1, le=EXACT)]
# An id or the zero before all ids: where a list goes on.
Place = Annotated[int, Field(ge=0, le=EXACT)]
BodyId = Annotated[Id, BeforeValidator(_number)]
Level = Annotated[int, Field(ge=1, le=4), BeforeValidator(_number)]
Flag = Annotated[bool, Field(strict=True)]


class Attached(Body):
    """A file, its bytes in base64."""

    name: Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_storable)]
    content_type: Annotated[str, Field(max_length=120), AfterValidator(_storable)] = "application/octet-stream"
    base64: str

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
