"""A desk's three weeks of history come in, its figures are exactly those its log gives, and the proof holds."""

import gzip
import json

import pytest

from firstline.cli import main
from firstline.core.ownership import queries as holdings
from firstline.core.tickets.models import Reported, Ticket

pytestmark = pytest.mark.django_db

VERIFY = ("journal", "verify", "--replay", "--processes", "1")
LOG = "uci_incident_2016-02-29_to_03-20.csv.gz"


def _run(capsys, *words):
    with pytest.raises(SystemExit) as exit:
        main([str(word) for word in words])
    assert exit.value.code == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_three_weeks_of_incidents_give_the_expected_figures_and_chains_that_hold(shared_data, capsys):
    logs = shared_data / "eventlogs"
    expected = json.loads((logs / LOG.replace(".csv.gz", ".expected_kpi.json")).read_text())

    outcome = json.loads(_run(capsys, "import", "eventlog", logs / LOG, "--map", "uci-incidents", "--json"))

    assert (outcome["rows"], outcome["imported"], outcome["events"]) == (40658, 5906, 40658)
    told = json.loads(_run(capsys, "report", "kpi", "--json"))
    assert told == expected
    assert list(told) == list(expected)
    assert "The journal holds and gives every row" in _run(capsys, *VERIFY)
    again = json.loads(_run(capsys, "import", "eventlog", logs / LOG, "--map", "uci-incidents", "--json"))
    assert (again["imported"], again["standing"]) == (0, 5906)
    _left_closed_and_its_holdings()


def _left_closed_and_its_holdings():
    odd = [row for row in Reported.objects.all() if "left_closed" in row.flags]
    assert len(odd) == 4
    ticket = Ticket.objects.get(pk=odd[0].pk)
    assert ticket.imported
    assert ticket.reopenings >= 1
    assert holdings.history(ticket.pk).count() >= 2


def test_labels_without_their_prefix_give_the_same_tickets(shared_data, tmp_path, capsys):
    with gzip.open(shared_data / "eventlogs" / LOG, "rt") as log:
        header, *rows = [next(log).rstrip("\n") for _ in range(2001)]
    bare = [_bare(row) for row in rows]
    figures = []
    for desk, lines in (("whole", [header, *rows]), ("bare", [header, *bare])):
        file = tmp_path / f"{desk}.csv"
        file.write_text("\n".join(lines))
        _run(capsys, "import", "eventlog", file, "--map", "uci-incidents", "--desk", desk)
        figures.append(json.loads(_run(capsys, "report", "kpi", "--desk", desk, "--json")))

    assert figures[0] == figures[1]
    assert figures[0]["tickets"] > 200
    subjects = [list(Ticket.objects.filter(desk__key=key).values_list("subject", "team__name")) for key in
                ("whole", "bare")]  # fmt: skip
    assert sorted(subjects[0]) == sorted(subjects[1])


def _bare(row: str) -> str:
    """Return the row with every prefix taken off, as the whole year's log is written."""
    bare = []
    for value in row.split(","):
        for prefix in (
            "INC", "CHG", "Caller", "Opened by", "Updated by", "Location", "Category", "Subcategory", "Symptom",
            "cmdb_ci", "Group", "Resolver", "Problem ID", "Resolved by", "code",
        ):  # fmt: skip
            if value.startswith(prefix):
                value = value.removeprefix(prefix).strip().lstrip("0") or "0"
                break
        bare.append(value.split(" - ")[0])
    return ",".join(bare)


def test_the_italian_help_desk_comes_in_whole(shared_data, capsys):
    file = shared_data / "eventlogs" / "helpdesk_italian.csv.gz"

    outcome = json.loads(_run(capsys, "import", "eventlog", file, "--map", "helpdesk-italian", "--json"))

    assert (outcome["imported"], outcome["events"], outcome["rows"]) == (4580, 21348, 21348)
    told = json.loads(_run(capsys, "report", "kpi", "--json"))
    assert (told["tickets"], told["events"]) == (4580, 21348)
    assert "The journal holds and gives every row" in _run(capsys, *VERIFY)
