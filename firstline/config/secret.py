"""The desk's secret key: given by the environment, or made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from firstline.config import env


def key(folder: Path) -> str:
    """Return SECRET_KEY from the environment, or the one kept in `folder`, made at first need."""
    given = env.text("FIRSTLINE_SECRET_KEY")
    if given:
        return given
    path = folder / "secret.key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return _make(path)
    except OSError as error:
        raise _refusing(folder, error) from error


def _make(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refusing(path.parent, error) from error
    made = secrets.token_urlsafe(48)
    # O_EXCL: of two processes that start together one makes the key and the other reads it.
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError as error:
        raise _refusing(path.parent, error) from error
    with os.fdopen(handle, "w") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    return made


def _refusing(folder: Path, error: OSError) -> env.BadSetting:
    return env.BadSetting(f"The data folder {folder} cannot be used ({error.strerror}); FIRSTLINE_DATA names it.")
