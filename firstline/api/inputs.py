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


_BASE64 = {"contentEncoding": "base64", "format": "byte"}
_Checked = AfterValidator(_storable)

# The length is checked first: only a text's own check can say how many characters fit.
Words = Annotated[str, Field(min_length=1, max_length=200_000), _Checked]
Long = Annotated[str, Field(min_length=1, max_length=20_000), _Checked]
Reason = Annotated[str, Field(min_length=1, max_length=5000), _Checked]
Why = Annotated[str, Field(max_length=5000), _Checked]
Line = Annotated[str, Field(max_length=300), _Checked]
Name = Annotated[str, Field(max_length=200), _Checked]
# The pattern is for the description: the command says it better than "does not have the form".
Called = Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"pattern": r"\S"}), _Checked]
Code = Annotated[str, Field(max_length=40), _Checked]
Key = Annotated[str, Field(max_length=60), _Checked]
# Together with the token and what it is used for, a mark must fit an envelope's source id of 200.
Mark = Annotated[str, Field(max_length=150), _Checked]
Mail = Annotated[str, Field(max_length=254, json_schema_extra={"format": "email"}), _Checked]
Phone = Annotated[str, Field(max_length=40, json_schema_extra={"pattern": r"^\+?[0-9]{3,15}$"}), _Checked]
Id = Annotated[int, Field(ge=1, le=EXACT)]
# An id or the zero before all ids: where a list goes on.
Place = Annotated[int, Field(ge=0, le=EXACT)]
BodyId = Annotated[Id, BeforeValidator(_number)]
Level = Annotated[int, Field(ge=1, le=4), BeforeValidator(_number)]
Flag = Annotated[bool, Field(strict=True)]


class Attached(Body):
    """A file, its bytes in base64."""

    name: Annotated[str, Field(min_length=1, max_length=255), _Checked]
    content_type: Annotated[str, Field(max_length=120), _Checked] = "application/octet-stream"
    base64: Annotated[str, Field(json_schema_extra=_BASE64)]

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


def _decodable_by_field(files: dict[str, Attached]) -> dict[str, Attached]:
    _decodable(list(files.values()))
    return files


Files = Annotated[list[Attached], Field(max_length=FILES_LIMIT), AfterValidator(_decodable)]
FilesByField = Annotated[dict[str, Attached], Field(max_length=FILES_LIMIT), AfterValidator(_decodable_by_field)]
