"""Settings of the tests: the desk's own, in a data folder of their own, less what only costs time."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile


def _own_data_folder() -> None:
    """Give this process of the test run a data folder; what a test starts inherits it, or is told another."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if os.environ.get("FIRSTLINE_TESTS") == process:
        return
    folder = tempfile.mkdtemp(prefix=f"firstline-tests-{process}-")
    os.environ.update(FIRSTLINE_TESTS=process, FIRSTLINE_DATA=folder)
    atexit.register(_remove, folder, made_by=os.getpid())


def _remove(folder: str, *, made_by: int) -> None:
    # A forked child comes here too, and must leave the folder to its parent.
    if os.getpid() == made_by:
        shutil.rmtree(folder, ignore_errors=True)


_own_data_folder()

from firstline.config.settings import *  # noqa: E402, F403
from firstline.config.settings import DATABASES, STORAGES  # noqa: E402

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A killed process loses nothing by this, only a power cut would; else most of a test is waiting for the disk.
_options = DATABASES["default"]["OPTIONS"]
if "init_command" in _options:
    _options["init_command"] = _options["init_command"].replace("synchronous=FULL", "synchronous=OFF")

# Replies leave at once, so that no test waits; those about taking them back set it themselves.
UNDO_SECONDS = 0
