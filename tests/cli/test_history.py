"""`firstline import eventlog` and `firstline report kpi` answer bad input with one sentence, and write nothing."""

import gzip
import json
import os
import subprocess
import sys

import pytest

from firstline.cli import main
from firstline.core.intake.models import Envelope
from firstline.core.people.models import Desk
from tests import world

pytestmark = pytest.mark.django_db

HEADER = "id,status,when"
MAP = {
    "columns": {"case": "id", "state": "status", "at": "when"},
    "times": ["%Y-%m-%d %H:%M"],
    "states": {"New": "new", "Closed": "closed"},
}


@pytest.fixture
def by(tmp_path):
    file = tmp_path / "ours.json"
    file.write_text(json.dumps(MAP))
    return file


def _run(*words):
    with pytest.raises(SystemExit) as exit:
        main([str(word) for word in words])
    return exit.value.code


def _log(tmp_path, text, name="log.csv"):
    file = tmp_path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_log_is_imported_and_told_in_words(tmp_path, by, capsys):
    log = _log(tmp_path, f"{HEADER}\n1,New,2016-03-01 10:00\n,New,2016-03-01 10:00\n1,Closed,2016-03-01 11:00\n")

    assert _run("import", "eventlog", log, "--map", by, "--desk", "old") == 0

    out = capsys.readouterr().out
    assert "3 rows of 1 cases read." in out
    assert "1 cases with 2 events imported" in out
    assert "1 rows name no case; they stand in the kept file only." in out
    assert Desk.objects.get().key == "old"
    kept = Envelope.objects.get()
    assert (kept.channel, kept.outcome, bytes(kept.blob.inline or b"")) == ("import", "registered", log.read_bytes())


def test_a_log_that_has_grown_brings_its_new_cases_and_tells_of_the_longer_ones(tmp_path, by, capsys):
    _run("import", "eventlog", _log(tmp_path, f"{HEADER}\n1,New,2016-03-01 10:00\n"), "--map", by)
    grown = _log(
        tmp_path,
        f"{HEADER}\n1,New,2016-03-01 10:00\n1,Closed,2016-03-01 12:00\n2,New,2016-03-02 10:00\n",
        "grown.csv",
    )
    capsys.readouterr()

    assert _run("import", "eventlog", grown, "--map", by, "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["imported"], told["standing"], told["longer"]) == (1, 1, 1)
    assert told["rows"] == told["events"] + told["events_standing"] + told["rows_without_case"]


def test_gzip_a_byte_order_mark_and_semicolons_are_read_all_the_same(tmp_path, by, capsys):
    text = f"\ufeff{HEADER}\n1,New,2016-03-01 10:00\n".replace(",", ";")
    log = _log(tmp_path, gzip.compress(text.encode(), mtime=0), "log.csv.gz")

    assert _run("import", "eventlog", log, "--map", by) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"id,status\n1,New\n", "The file has no column 'when'"),
        (HEADER.encode() + b"\n1,New,yesterday\n", "Line 2: 'yesterday' in column when is no time"),
        (b"\x1f\x8bnot gzip", "broken gzip file"),
        (gzip.compress(b"x" * 100, mtime=0)[:20], "broken gzip file"),
        (b"id,status,when\n\xff\xfe", "is not UTF-8 text (byte 15)"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_written(tmp_path, by, capsys, content, sentence):
    before = world.everything()

    assert _run("import", "eventlog", _log(tmp_path, content), "--map", by) == 2

    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1
    assert world.everything() == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nowhere.csv", "--map", "uci-incidents"), "There is no file nowhere.csv."),
        (("nowhere.csv", "--map", "nobodys"), "There is no map 'nobodys'"),
        (("nowhere.csv", "--map", "uci-incidents", "--desk", "No Key"), "A desk's key is made of"),
        (("nowhere.csv",), "the following arguments are required: --map"),
        (("nowhere.csv", "--map", "uci-incidents", "--batch", "0"), "a batch has 1 to 10000 cases"),
    ],
)
def test_wrong_words_are_answered_with_one_sentence(capsys, words, sentence):
    assert _run("import", "eventlog", *words) == 2

    err = capsys.readouterr().err
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "yesterday"), "'yesterday' is no day"),
        (("--from", "2016-03-02", "--to", "2016-03-02"), "--from must lie before --to."),
        (("--desk", "nobodys"), "There is no desk 'nobodys'. The desks are: none yet."),
    ],
)
def test_a_report_of_what_is_not_there_is_refused(capsys, words, sentence):
    assert _run("report", "kpi", *words) == 2

    assert sentence in capsys.readouterr().err


def test_a_report_of_an_empty_desk_has_every_key(capsys):
    assert _run("report", "kpi", "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert (told["tickets"], told["unresolved"], told["waiting_on_requester"]) == (0, 0, {"tickets": 0, "hours": 0.0})


def test_a_report_counts_the_days_from_the_first_to_before_the_last(tmp_path, by, capsys):
    rows = "".join(f"{day},New,2016-03-{day:02} 00:00\n" for day in range(1, 6))
    _run("import", "eventlog", _log(tmp_path, f"{HEADER}\n{rows}"), "--map", by)
    capsys.readouterr()

    assert _run("report", "kpi", "--from", "2016-03-02", "--to", "2016-03-04", "--desk", "imported") == 0

    assert capsys.readouterr().out.splitlines()[0].split() == ["tickets", "2"]


def test_a_fresh_data_folder_is_made_ready_by_an_import_and_has_no_report_before(tmp_path, by):
    log = _log(tmp_path, f"{HEADER}\n1,New,2016-03-01 10:00\n")
    env = {**os.environ, "FIRSTLINE_DATA": str(tmp_path / "fresh"), "DATABASE_URL": ""}
    env["DJANGO_SETTINGS_MODULE"] = "firstline.config.settings"

    def run(*words):
        command = [sys.executable, "-m", "firstline", *map(str, words)]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)

    before = run("report", "kpi")
    brought = run("import", "eventlog", log, "--map", by)
    after = run("report", "kpi")

    assert (before.returncode, before.stderr.count("\n")) == (1, 1)
    assert "There is no desk here yet" in before.stderr
    assert (brought.returncode, after.returncode) == (0, 0)
    assert after.stdout.splitlines()[0].split() == ["tickets", "1"]
