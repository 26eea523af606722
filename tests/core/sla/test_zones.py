"""Zones are cut at their clock changes; wall times are found in them, or said not to be there."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from firstline.core.sla import zones
from firstline.core.sla.zones import local_to_utc


def seconds(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())


def test_a_year_is_cut_where_the_offset_changes_to_the_second():
    since, until = seconds("2026-01-01T00:00Z"), seconds("2027-01-01T00:00Z")
    on, back = seconds("2026-03-29T01:00Z"), seconds("2026-10-25T01:00Z")

    assert zones.pieces(zones.zone("Europe/Berlin"), since, until) == [
        (since, on, 3600),
        (on, back, 7200),
        (back, until, 3600),
    ]


def test_a_zone_without_changes_is_one_piece():
    assert zones.pieces(zones.zone("Asia/Kolkata"), 0, 10) == [(0, 10, 19_800)]


def test_skipped_wall_time_has_no_instant_and_repeated_has_two():
    zone = zones.zone("Europe/Berlin")
    on, back = seconds("2026-03-29T01:00Z"), seconds("2026-10-25T01:00Z")
    half_past_two = 2 * 3600 + 1800
    skipped = seconds("2026-03-29T00:00Z") + half_past_two
    repeated = seconds("2026-10-25T00:00Z") + half_past_two

    assert zones.unfold([(skipped, skipped + 60)], zones.pieces(zone, on - 9999, on + 9999)) == []
    assert zones.unfold([(repeated, repeated + 60)], zones.pieces(zone, back - 9999, back + 9999)) == [
        (back - 1800, back - 1740),
        (back + 1800, back + 1860),
    ]


@pytest.mark.parametrize(
    ("local", "tz", "instant"),
    [
        ("2026-01-05T09:00:30", "Europe/Kyiv", "2026-01-05T07:00:30Z"),
        ("2026-03-29T02:30:00", "Europe/Berlin", "2026-03-29T01:30:00Z"),  # skipped: becomes 03:30
        ("2026-10-25T02:30:00", "Europe/Berlin", "2026-10-25T00:30:00Z"),  # repeated: the first
        ("2011-12-30T12:00:00", "Pacific/Apia", "2011-12-30T22:00:00Z"),  # a day that never was
    ],
)
def test_a_wall_time_that_was_written_down_has_one_instant(local, tz, instant):
    assert local_to_utc(datetime.fromisoformat(local), tz) == datetime.fromisoformat(instant)


def test_a_wall_time_must_not_say_a_zone_of_its_own():
    with pytest.raises(ValueError, match="must be a naive datetime"):
        local_to_utc(datetime(2026, 1, 5, tzinfo=UTC), "UTC")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Europe/Kyjiv", "There is no time zone 'Europe/Kyjiv': did you mean Europe/Kyiv?"),
        ("", "There is no time zone '': use an IANA name such as Europe/Berlin."),
        ("../etc/passwd", "There is no time zone '../etc/passwd': use an IANA name such as Europe/Berlin."),
        ("a\0b", "There is no time zone 'a\0b': use an IANA name such as Europe/Berlin."),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest_name(name, sentence):
    with pytest.raises(zones.UnknownZone) as refusal:
        zones.zone(name)

    assert (str(refusal.value), refusal.value.field) == (sentence, "tz")


@pytest.mark.parametrize("name", ["America", "zone.tab", "x" * 5000, "Europe/Berlin/", "/etc/localtime"])
def test_a_file_or_folder_that_is_no_zone_is_refused(name):
    with pytest.raises(zones.UnknownZone):
        zones.zone(name)


def test_the_sentence_is_worded_at_the_edge_in_the_language_of_the_moment():
    with pytest.raises(zones.UnknownZone) as refusal:
        zones.zone("Europe/Kyjiv")

    with translation.override("ru"):
        assert refusal.value.in_words(translation.gettext) == (
            "Часового пояса «Europe/Kyjiv» нет: может быть, Europe/Kyiv?"
        )
