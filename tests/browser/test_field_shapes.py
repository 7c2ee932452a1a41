"""Outlines and tracks, by the functions of the phone app itself."""

import pytest

from tests.browser.field_phone import Phone

pytestmark = pytest.mark.browser


def test_crossing_outlines_are_known_from_those_that_only_bend(app: Phone) -> None:
    code = """async (rings) => {
      const { crossesItself } = await import('/field/static/field/shapes.js');
      return rings.map(crossesItself);
    }"""
    bow = [[0, 0], [1, 1], [1, 0], [0, 1]]
    square = [[0, 0], [1, 0], [1, 1], [0, 1]]
    bent = [[0, 0], [2, 0], [2, 2], [1, 1], [0, 2]]
    touching = [[0, 0], [2, 0], [2, 2], [1, 0], [0, 2]]
    assert app.page.evaluate(code, [bow, square, bent, touching, square[:3], square[:2]]) == [
        True, False, False, True, False, False,
    ]  # fmt: skip


def test_a_track_is_never_called_better_than_its_worst_reading_and_its_longest_side(
    app: Phone,
) -> None:
    code = """async (fixes) => {
      const { Track } = await import('/field/static/field/track.js');
      const track = new Track();
      const became = fixes.map(([lon, accuracy_m, worry]) =>
        track.add({ lat: 0, lon, accuracy_m, time_ms: 0, speed_ms: 1 }, worry ?? null));
      return [became, track.measure('line')];
    }"""
    fixes = [[0, 5], [0.00002, 5], [0.0001, 9], [0.0002, 31], [0.0003, 8, "stale"], [0.001, 4]]
    became, measured = app.page.evaluate(code, fixes)
    assert became == ["kept", "near", "kept", "bad", "bad", "kept"]
    assert measured["worst_m"] == 9
    assert measured["longest_m"] == pytest.approx(100, abs=1)
    assert measured["error_m"] == pytest.approx(9 * 1.62 + measured["longest_m"] / 2)
