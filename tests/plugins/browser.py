"""A real browser for the tests of pages: one Chromium for the run, one fresh profile for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

CHROMIUM = os.environ.get("FIRSTLINE_CHROMIUM") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# Longest wait for what a page is about to show; long enough for a machine that does much else.
PATIENCE = 30_000  # milliseconds
SHOWN = 4_000  # characters


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that uses Chromium as a test in a browser."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell with a failure what each page showed: whoever reads it elsewhere has no browser to look into."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("chromium")
    if report.when == "call" and report.failed and browser is not None:
        pages = [page for context in browser.contexts for page in context.pages]
        report.sections += [(f"page at {page.url}", _shown(page)) for page in pages]
    return report


def _shown(page: Page) -> str:
    """Return what of a page can be read, in front first; a page that is gone says so."""
    from playwright.sync_api import Error

    try:
        front = page.locator("dialog[open]")
        return "\n".join(each.inner_text(timeout=2_000)[:SHOWN] for each in (*front.all(), page.locator("body")))
    except Error as gone:
        return f"cannot be read: {gone}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return the browser that all tests of this process share; skips them where there is none."""
    if not Path(CHROMIUM).exists() and shutil.which(CHROMIUM) is None:
        pytest.skip(f"Chromium is not installed at {CHROMIUM} (FIRSTLINE_CHROMIUM names another place)")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop running in this thread, which makes Django refuse the ORM.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browsing(chromium: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    """Return a fresh profile whose addresses start at the served desk."""
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(browsing: BrowserContext) -> Page:
    """Return an empty page of a fresh profile."""
    return browsing.new_page()
