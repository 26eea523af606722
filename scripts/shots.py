"""Take the pictures of the README: a demo desk is made and served, and Chromium looks at it.

python scripts/shots.py [--into docs/images] [--only NAME]
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("FIRSTLINE_CHROMIUM") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
PASSWORD = "demo-demo-demo"


@dataclass(frozen=True)
class Shot:
    """One picture: who looks at which page, how wide, in which language and theme; `first` follows that link."""

    name: str
    path: str
    who: str = ""
    language: str = "en"
    theme: str = "light"
    width: int = 1440
    height: int = 900
    first: str = ""


SHOTS = (
    Shot("queue", "/console/", who="operator@works.example"),
    Shot("queue-dark", "/console/", who="operator@works.example", theme="dark", language="uk"),
    Shot("ticket", "/console/?view=mine", who="operator@works.example", first="main .row a[href*='/tickets/']"),
    Shot("portal", "/", language="ru"),
    Shot("portal-phone", "/", width=360, height=740, language="uk", theme="dark"),
    Shot("requests", "/requests/", who="olena@works.example", language="uk"),
)


def main() -> None:
    """Take every picture, or the one named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--only")
    options = parser.parse_args()
    options.into.mkdir(parents=True, exist_ok=True)
    wanted = [shot for shot in SHOTS if options.only in (None, shot.name)]
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address:
        take(wanted, address, options.into)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Fill a demo desk in `folder`, serve it, and yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "FIRSTLINE_DATA": str(folder), "FIRSTLINE_URL": address}
    command = [sys.executable, "-m", "firstline"]
    subprocess.run([*command, "demo"], env=environment, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([*command, "serve", "--port", str(port)], env=environment, cwd=ROOT)
    try:
        _wait_for(f"{address}/health/live")
        yield address
    finally:
        server.terminate()
        server.wait(20)


def take(shots: list[Shot], address: str, into: Path) -> None:
    """Look at each page in a fresh profile and write its picture."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        for shot in shots:
            context = browser.new_context(viewport={"width": shot.width, "height": shot.height}, base_url=address)
            context.add_cookies(
                [{"name": name, "value": value, "url": address}
                 for name, value in (("language", shot.language), ("theme", shot.theme))]
            )  # fmt: skip
            page = context.new_page()
            _look(page, shot)
            page.screenshot(path=str(into / f"{shot.name}.png"))
            context.close()
            print(f"{into / shot.name}.png")
        browser.close()


def _look(page: Any, shot: Shot) -> None:
    if shot.who:
        page.goto("/accounts/login/")
        page.fill("input[name=login]", shot.who)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_load_state("networkidle")
    page.goto(shot.path)
    if shot.first:
        page.click(f"{shot.first} >> nth=0")
    page.wait_for_load_state("networkidle")


def _wait_for(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The desk did not start within 20 s.")


if __name__ == "__main__":
    main()
