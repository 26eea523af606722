"""A program that calls the API, as the tests use it."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from firstline.commands.setup.tokens import give_token
from firstline.core.people.models import Person
from firstline.core.people.tokens import SCOPES
from tests import world


class Program:
    """Calls the API with a person's token; with no person, without one."""

    def __init__(self, person: Person | None, *scopes: str, secret: str = "") -> None:
        self.headers: dict[str, str] = {}
        self.client = Client(raise_request_exception=False)
        if person is not None:
            token, secret = give_token(
                person_id=person.pk, by_id=None, name="test", scopes=scopes or SCOPES, now=world.NINE
            )
            self.token = token
        if secret:
            self.headers["Authorization"] = f"Bearer {secret}"

    def get(self, path: str, **headers: str) -> Any:
        """Read an address below /api/v1/."""
        return self.client.get(f"/api/v1/{path}", headers={**self.headers, **headers})

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Post a body (JSON unless it is bytes) to an address below /api/v1/; header names with _ for -."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            f"/api/v1/{path}", data=data, content_type="application/json", headers={**self.headers, **named}
        )


def problem(response: Any) -> tuple[int, str, str | None]:
    """Return what a refusal says of itself: status, code, field."""
    said = json.loads(response.content)
    assert set(said) == {"code", "message", "field", "fields"}
    assert said["message"]
    return response.status_code, said["code"], said["field"]


def of(response: Any, status: int = 200) -> Any:
    """Return the body of an answer that has this status."""
    assert response.status_code == status, response.content
    return json.loads(response.content)
