"""A map is read whole or refused with one sentence that names what is wrong in it."""

import json
from typing import Any

import pytest

from firstline.channels.eventlog import maps

GOOD: dict[str, Any] = {
    "columns": {"case": "id", "state": "status", "at": "when"},
    "times": ["%Y-%m-%d %H:%M"],
    "states": {"Open": "open", "Note": None},
}


@pytest.mark.parametrize("name", ["uci-incidents", "helpdesk-italian"])
def test_the_shipped_maps_are_read(name):
    assert maps.load(name).source == name


def test_a_map_of_ones_own_is_read_from_its_file(tmp_path):
    file = tmp_path / "ours.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode())

    read = maps.load(str(file))

    assert (read.name, read.source, read.zone) == ("ours", "ours", "UTC")


def test_a_map_that_is_not_there_is_refused_with_the_names_of_those_that_are():
    with pytest.raises(maps.BadMap, match=r"no map 'mine'.*helpdesk-italian, uci-incidents"):
        maps.load("mine")


def test_a_map_that_is_no_json_is_refused(tmp_path):
    file = tmp_path / "broken.json"
    file.write_text("{")

    with pytest.raises(maps.BadMap, match="not readable JSON"):
        maps.load(str(file))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"columns": {}}, "lacks 'columns'"),
        ({"columns": {"case": "id", "state": "status"}}, "names no column for 'at'"),
        ({"columns": {**GOOD["columns"], "colour": "hue"}}, "says 'colour', which means nothing here"),
        ({"colour": "red"}, "says 'colour', which means nothing here"),
        ({"states": {"Open": "ajar"}}, "states says 'ajar' for 'Open'"),
        ({"states": ["Open"]}, "'states' must be an object"),
        ({"channels": {"fax": "fax"}}, "channels says 'fax'"),
        ({"times": "%d"}, "'times' must be a list"),
        ({"bare": {"team": "Group"}}, "the form of 'team' must hold"),
        ({"bare": {"team": "{0.__class__}"}}, "the form of 'team' must hold"),
        ({"zone": "Mars/Olympus"}, "zone 'Mars/Olympus', which is unknown"),
    ],
)
def test_a_map_that_is_wrong_is_refused_with_what_is_wrong_in_it(change, sentence):
    with pytest.raises(maps.BadMap, match=sentence):
        maps.read("ours", {**GOOD, **change})


def test_a_map_that_is_no_object_is_refused():
    with pytest.raises(maps.BadMap, match="must be a JSON object"):
        maps.read("ours", [])
