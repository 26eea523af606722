"""`firstline sla evaluate` reads vectors, writes them back answered, and refuses what is none."""

import json
import subprocess
import sys

import pytest

VECTOR = {"kind": "local_to_utc", "tz": "Europe/Kyiv", "local": "2026-01-05T09:00:00", "note": "київ"}


def evaluate(given: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "firstline", "sla", "evaluate"]
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=30)


def test_vectors_come_back_with_their_answers():
    done = evaluate(json.dumps({"vectors": [VECTOR]}).encode())

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == {"vectors": [{**VECTOR, "actual": "2026-01-05T07:00:00Z"}]}
    assert "київ".encode() in done.stdout


def test_half_a_surrogate_pair_comes_back_as_it_was_written():
    done = evaluate(b'{"vectors": [{"kind": "\\ud800"}]}')

    assert done.returncode == 0
    assert json.loads(done.stdout)["vectors"][0]["kind"] == "\ud800"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (b"", "Standard input is not JSON (line 1, column 1)"),
        (b"\xff\xfe", "Standard input is not UTF-8 text"),
        (b"[" * 100_000, "lists too deep"),
        (b"9" * 5000, "numbers too long"),
        (b'{"tickets": []}', 'The file must be an object with a list "vectors" or a list "timelines".'),
    ],
)
def test_bad_input_is_answered_with_one_sentence(given, sentence):
    done = evaluate(given)

    assert (done.returncode, done.stdout) == (2, b"")
    assert sentence in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
