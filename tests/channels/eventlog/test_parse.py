"""Rows of a log become cases: in the order of the file, with dirt kept and flagged, and nothing dropped."""

from datetime import UTC, datetime

import pytest

from firstline.channels.eventlog import maps, parse

MAP = maps.read(
    "ours",
    {
        "columns": {
            "case": "id", "state": "status", "at": "when", "team": "group", "opened_at": "opened",
            "resolved_at": "done", "priority": "prio", "channel": "via", "reassignments": "moves",
            "made_sla": "kept", "problem": "problem",
        },
        "times": ["%d/%m/%Y %H:%M"],
        "unknown": ["?", ""],
        "bare": {"group": "Group {}", "id": "INC{:04d}"},
        "described": {"Group": "group"},
        "subject": ["group"],
        "states": {"New": "new", "Active": "open", "Closed": "closed"},
        "channels": {"phone": "phone"},
    },
)  # fmt: skip
HEADER = "id,status,when,group,opened,done,prio,via,moves,kept,problem"


def _row(
    case="INC0001", status="New", when="1/3/2016 10:00", group="Group 7", opened="1/3/2016 09:00", done="?",
    prio="3 - Moderate", via="Phone", moves="0", kept="true", problem="?",
):  # fmt: skip
    return ",".join([case, status, when, group, opened, done, prio, via, moves, kept, problem])


def _cases(*rows, header=HEADER):
    log, reader = parse.read("\n".join([header, *rows]), MAP)
    return list(parse.cases(log, reader))


def _at(hour, minute=0):
    return datetime(2016, 3, 1, hour, minute, tzinfo=UTC)


def test_a_case_tells_its_rows_in_the_order_of_the_file_with_what_the_last_one_states():
    (case,) = _cases(
        _row(), _row(status="Closed", when="1/3/2016 12:30", done="1/3/2016 12:00", moves="2", problem="P1")
    )

    assert [(row.at, row.said, row.state) for row in case.happenings] == [
        (_at(10), "New", "new"),
        (_at(12, 30), "Closed", "closed"),
    ]
    assert (case.external_id, case.opened_at, case.channel) == ("INC0001", _at(9), "phone")
    stated = case.stated
    assert (stated.made_sla, stated.reassignments, stated.resolved_at, stated.problem) == (True, 2, _at(12), "P1")
    assert (case.subject, case.text, case.flags) == ("Group 7", "Group: Group 7", ())


def test_bare_numbers_are_labels_whose_prefix_was_left_away():
    (case,) = _cases(_row(case="1", group="7"), _row(group="7.0", status="Active"), _row(status="Closed", group="007"))

    assert [row.team for row in case.happenings] == ["Group 7"] * 3


def test_rows_of_a_case_that_stand_apart_are_one_case():
    first, second = _cases(_row(), _row(case="INC0002"), _row(status="Active"))

    assert (len(first.happenings), len(second.happenings)) == (2, 1)


@pytest.mark.parametrize(
    ("rows", "flag"),
    [
        ([_row(), _row(when="1/3/2016 09:59")], "time_backwards"),
        ([_row(status="Closed"), _row(status="Active")], "left_closed"),
        ([_row(status="-100")], "unknown_state"),
        ([_row(), _row(when="soon")], "no_time"),
        ([_row(when="1/3/2016 08:00")], "touched_before_opened"),
        ([_row(done="1/3/2016 08:00")], "resolved_before_opened"),
        ([_row(opened="?")], "no_opening_time"),
        ([_row() + ",more"], "ragged_row"),
        ([_row(prio="9")], "priority_out_of_range"),
    ],
)
def test_dirt_is_kept_as_a_fact_and_flagged(rows, flag):
    (case,) = _cases(*rows)

    assert case.flags == (flag,)
    assert len(case.happenings) == len(rows)


def test_an_unknown_state_leaves_the_ticket_where_it_was():
    (case,) = _cases(_row(status="Active"), _row(status="-100"))

    assert [row.state for row in case.happenings] == ["open", None]


def test_a_row_that_names_no_case_is_counted_with_its_line():
    log, _ = parse.read("\n".join([HEADER, _row(), _row(case="?")]), MAP)

    assert (log.rows, log.nameless, len(log.cases)) == (2, [3], 1)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_other_separators_are_found_in_the_header(separator):
    log, reader = parse.read("\ufeff" + "\r\n".join([HEADER, _row()]).replace(",", separator), MAP)

    assert next(parse.cases(log, reader)).subject == "Group 7"


def test_quoted_labels_may_hold_separators_and_line_breaks():
    (case,) = _cases(_row(group='"Tills, north\nand south"'))

    assert case.happenings[0].team == "Tills, north and south"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty"),
        ("\n1,2", "The file is empty"),
        (HEADER, "column names but no rows"),
        ("id,status\n1,New", "no column 'when', which the map ours reads; its columns are: id, status"),
        (HEADER + "\n" + _row(when="2016-03-01"), "Line 2: '2016-03-01' in column when is no time"),
        (HEADER + "\n" + _row() + "\n" + "x" * 200_000, "Line 3 cannot be read: field larger than"),
    ],
)
def test_a_file_the_map_cannot_read_is_refused_with_one_sentence(text, sentence):
    with pytest.raises(parse.BadLog, match=sentence):
        parse.read(text, MAP)
