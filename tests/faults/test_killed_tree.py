"""Processes of a served desk are killed at random while requests are registered; bench/faults.py in small."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.faults import outside


def test_nothing_acknowledged_is_lost_or_doubled_and_every_letter_leaves_or_waits(own_database: dict[str, str]):
    command = [sys.executable, "-m", "bench.faults", "--registrations", "60", "--kills", "5", "--patience", "10"]

    done = subprocess.run(command, cwd=outside.ROOT, env=own_database, text=True, capture_output=True, check=False)

    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["faults"] == [], done.stderr
    assert report["tickets"] == report["registrations"] == report["letters"]
    assert report["tickets"] >= 60
    assert sum(report["kills"].values()) >= 5
