"""Whatever receives, understands and settles mail is killed at random; bench/mail_faults.py in small."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.mail_servers import Dovecot
from tests.faults import outside


def test_mail_is_there_exactly_once_whatever_was_killed(own_database: dict[str, str], dovecot: Dovecot):
    # It starts a Dovecot of its own; the fixture skips this where there can be none.
    command = [sys.executable, "-m", "bench.mail_faults", "--mails", "60", "--kills", "8"]

    done = subprocess.run(command, cwd=outside.ROOT, env=own_database, text=True, capture_output=True, check=False)

    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    assert report["faults"] == [], done.stderr
    assert report["tickets"] == report["envelopes"] == report["mails"]
    assert report["mails"] >= 60
    assert sum(report["kills"].values()) >= 8
    assert report["numbered_anew"] == 1
