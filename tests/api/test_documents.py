"""The examples of docs/features/api.md are run as they stand, by curl, against a desk that is served."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from firstline.core.tickets.models import Ticket
from tests import world
from tests.api.calling import Program

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "features" / "api.md"
EXAMPLES = "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL))
CALLS = EXAMPLES.count("curl ")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.django_db(transaction=True)
def test_every_example_does_what_the_page_says(live_server: LiveServer):
    olga = world.person("Olga", team=world.front())
    world.service("printing")
    systems = world.team("Systems", line=2)
    token = Program(olga).headers["Authorization"].removeprefix("Bearer ")
    script = EXAMPLES.replace("curl -sS", "curl -sS --fail-with-body -w '\\n'")

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={**os.environ, "DESK": live_server.url, "TOKEN": token, "TEAM": str(systems.pk)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    # One of the calls gives a variable its number, and so prints nothing.
    assert len(done.stdout.splitlines()) == CALLS - 1
    states = {ticket.subject: ticket.state for ticket in Ticket.objects.all()}
    assert states == {
        "Disk 17 is full": "resolved",
        "The label printer at gate 4 prints blanks.": "open",
        "Keyboard without a cable.": "resolved",
    }


def test_the_page_names_every_operation_of_a_ticket():
    page = PAGE.read_text()

    for noun in ("replies", "notes", "take", "hand-over", "acceptance", "decline", "resolution", "confirmation"):
        assert f"`{noun}`" in page
