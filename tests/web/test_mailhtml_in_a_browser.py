"""Two walls around the HTML of mail, each proved in a browser alone: cleaning, and the policy of the frame."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firstline.web import mailhtml

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Dialog, Route

HERE = "http://desk.example/"
AT_ONCE = 60
ATTACKS = (
    "<script>alert('run')</script>",
    "<img src=x onerror=alert('run')>",
    "<svg onload=alert('run')>",
    "<body onload=alert('run')>",
    "<iframe srcdoc=\"<script>parent.alert('run')</script>\"></iframe>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<link rel=stylesheet href=http://evil.example/a.css><style>@import 'http://evil.example/b.css';</style>",
    "<img src=http://evil.example/a.png><video src=http://evil.example/v autoplay></video>",
    "<form action=http://evil.example/><input autofocus onfocus=submit()></form>",
    "<object data=http://evil.example/o></object><embed src=http://evil.example/e>",
    "<a id=x href=javascript:alert('run')>a</a><details open ontoggle=alert('run')>b</details>",
    '<div style="background:url(http://evil.example/s)">c</div>',
)


@pytest.fixture(scope="module")
def payloads(shared_data: Path) -> list[str]:
    """Return everything that is known to run somewhere, one by one."""
    folder = shared_data / "security" / "xss"
    listed = [each["payload"] for each in json.loads((folder / "dompurify_expect.json").read_text())]
    files = [*sorted((folder / "bleach_data").glob("*.test")), *sorted(folder.glob("itop_input*"))]
    return [*ATTACKS, *listed, *(path.read_text(errors="replace").split("\n--\n")[0] for path in files)]


@pytest.mark.parametrize("wall", ["cleaned", "under the policy"])
def test_nothing_of_a_mail_runs_or_reaches_the_network(browsing: BrowserContext, payloads: list[str], wall: str):
    clean = [mailhtml.clean(payload, {}).html for payload in payloads]
    bodies = clean if wall == "cleaned" else payloads
    heads = {"Content-Type": "text/html; charset=utf-8"} | (mailhtml.headers() if wall != "cleaned" else {})

    found = [looked_at(browsing, bodies[at : at + AT_ONCE], heads) for at in range(0, len(bodies), AT_ONCE)]

    assert found == [[]] * len(found)


def test_without_either_wall_they_would(browsing: BrowserContext):
    assert len(looked_at(browsing, ATTACKS, {"Content-Type": "text/html; charset=utf-8"})) > len(ATTACKS) // 2


def looked_at(browsing: BrowserContext, bodies: Sequence[str], heads: dict[str, str]) -> list[str]:
    """Return what documents did that they must not: dialogs, windows, requests; each in a frame without a sandbox."""
    page = browsing.new_page()
    did: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        did.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("popup", lambda popup: did.append(f"window {popup.url}"))

    def answer(route: Route) -> None:
        asked = route.request.url.removeprefix(HERE)
        if asked == "":
            frames = "".join(f'<iframe src="{HERE}{at}"></iframe>' for at in range(len(bodies)))
            route.fulfill(body=f"<!doctype html>{frames}", content_type="text/html")
        elif asked.isdigit() and int(asked) < len(bodies):
            route.fulfill(body=mailhtml.document(bodies[int(asked)], language="en"), headers=heads)
        else:
            did.append(f"request {route.request.url[:120]}")
            route.abort()

    page.route("**/*", answer)
    page.goto(HERE)
    page.wait_for_timeout(700)  # what runs with a delay
    page.close()
    return did
