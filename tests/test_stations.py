"""A trip through the house goes down: from a page to what it asks, and to nothing above it."""

from bench import stations

HANDED_DOWN = {
    ("record/words_signed.py", "accounts/keys/log.py"), ("extensions.py", "views/__init__.py"),
    ("crypto/turns.py", "metrics/pages.py"),
}  # fmt: skip
"""Functions that a caller above hands to what lies below: the key log tells the record whose signature counts, the
views tell the catalogues whose page it is, and the figures, where they are asked for, count who waits for a turn."""


def test_no_hop_of_the_five_trips_climbs_a_layer(app, cast):
    trips = list(stations.trips(app, cast))
    assert {trip.name: climbs for trip in trips if (climbs := set(trip.climbs) - HANDED_DOWN)} == {}
    assert len(trips) == 5 and all(len(set(trip.entered)) > 10 for trip in trips)


def test_a_call_from_a_lower_layer_into_a_higher_one_is_a_climb(app, cast, monkeypatch):
    monkeypatch.setattr(stations, "layers", lambda: {"views": 0, "clock": 1})
    first = next(stations.trips(app, cast))
    assert any(before.startswith("views/") and after == "clock.py" for before, after in first.climbs)


def test_stations_that_repeat_are_said_once_with_their_number():
    entered = ["a.py", "b.py", "a.py", "b.py", "c.py"]
    assert stations.briefly(entered) == ["(a, b) x 2", "c"]
