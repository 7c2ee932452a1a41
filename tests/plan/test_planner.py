"""Towns that a planner can read."""

import pytest

from tests.plan.towns import Town
from uxo.errors import NoRoute, NoRouteReason
from uxo.vocabulary import Status

TWO_WAYS = """
long  a-b  cleared 300
long2 b-d  cleared 300
short a-c  cleared 100, not_surveyed 50
short2 c-d surveyed 100
home  h-a  cleared 40
work  d-w  cleared 40
"""


@pytest.fixture(params=[True, False], ids=["hierarchy", "exact"])
def fast(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_the_way_keeps_to_what_is_allowed_and_the_shortest_does_not(*, fast: bool) -> None:
    town = Town(TWO_WAYS, fast=fast)
    ways = town.way(("home", 0), ("work", 40))
    assert town.told(ways.least_risk) == "home 0-40, long 0-300, long2 0-300, work 0-40"
    assert ways.least_risk.metres[Status.CLEARED] == 680
    assert ways.least_risk.exposure_m == 680
    assert ways.least_risk.not_surveyed_m == 0
    assert town.told(ways.shortest) == "home 0-40, short 0-150, short2 0-100, work 0-40"
    assert ways.shortest.not_surveyed_m == 50
    assert ways.shortest.exposure_m == 180 + 50 * 50 + 100 * 4
    assert ways.shortest.worst is Status.NOT_SURVEYED


def test_what_is_not_known_weighs_even_where_it_is_allowed(*, fast: bool) -> None:
    town = Town(TWO_WAYS, fast=fast)
    ways = town.way(("home", 0), ("work", 40), Status.NOT_SURVEYED)
    assert town.told(ways.least_risk) == "home 0-40, long 0-300, long2 0-300, work 0-40"


def test_a_way_begins_and_ends_in_the_middle_of_a_road(*, fast: bool) -> None:
    town = Town(TWO_WAYS, fast=fast)
    ways = town.way(("long2", 120), ("home", 10))
    assert town.told(ways.least_risk) == "long2 120-0, long 300-0, home 40-10"
    assert ways.least_risk.length_m == 120 + 300 + 30


def test_people_before_a_hazard_keep_access_and_those_behind_it_have_none(*, fast: bool) -> None:
    town = Town(
        """
        lane a-b cleared 100, confirmed_hazard 20, cleared 80
        main a-c cleared 500
        """,
        fast=fast,
    )
    assert town.told(town.way(("lane", 60), ("main", 500)).least_risk) == "lane 60-0, main 0-500"
    behind = town.ask(("lane", 150), ("main", 500))
    assert isinstance(behind, NoRoute)
    assert behind.reason is NoRouteReason.BLOCKED
    assert [(one.road_id, one.from_m, one.to_m, one.status) for one in behind.cut] == [
        ("R0", 100, 120, "confirmed_hazard")
    ]
    assert behind.cut[0].effort_m2 == 20 * 2 * 5


def test_a_hazard_that_touches_a_road_in_one_point_blocks_it(*, fast: bool) -> None:
    town = Town("lane a-b cleared 100, confirmed_hazard 0, cleared 80", fast=fast)
    assert isinstance(town.ask(("lane", 10), ("lane", 150)), NoRoute)
    assert town.told(town.way(("lane", 10), ("lane", 90)).least_risk) == "lane 10-90"


def test_of_two_ways_of_equal_exposure_the_shorter_is_taken(*, fast: bool) -> None:
    town = Town(
        """
        far  a-b cleared 400
        near a-b surveyed 100
        in   x-a cleared 10
        out  b-y cleared 10
        """,
        fast=fast,
    )
    ways = town.way(("in", 0), ("out", 10))
    assert town.told(ways.least_risk) == "in 0-10, near 0-100, out 0-10"


def test_one_way_binds_vehicles_and_not_people_on_foot(*, fast: bool) -> None:
    town = Town(
        """
        in  x-a cleared 10
        one a>b cleared 100
        out b-y cleared 10
        """,
        fast=fast,
    )
    assert town.told(town.way(("in", 0), ("out", 10), on_foot=False).least_risk) == (
        "in 0-10, one 0-100, out 0-10"
    )
    back = town.ask(("out", 10), ("in", 0), on_foot=False)
    assert isinstance(back, NoRoute)
    assert (back.reason, back.cut) == (NoRouteReason.ONE_WAY, ())
    assert town.told(town.way(("out", 10), ("in", 0)).least_risk) == "out 10-0, one 100-0, in 10-0"
    along = town.ask(("one", 80), ("one", 20), on_foot=False)
    assert isinstance(along, NoRoute)


def test_a_ring_road_is_entered_and_left_at_any_place(*, fast: bool) -> None:
    town = Town(
        """
        ring a-a cleared 100, confirmed_hazard 10, cleared 290
        main a-b cleared 50
        """,
        fast=fast,
    )
    assert town.told(town.way(("ring", 80), ("main", 50)).least_risk) == "ring 80-0, main 0-50"
    assert town.told(town.way(("main", 50), ("ring", 150)).least_risk) == "main 50-0, ring 400-150"
    assert town.told(town.way(("ring", 80), ("ring", 150)).least_risk) == (
        "ring 80-0, ring 400-150"
    )


def test_of_parallel_roads_the_open_one_is_taken(*, fast: bool) -> None:
    town = Town(
        """
        in  x-a cleared 10
        bad a-b not_surveyed 20
        ok  a-b cleared 90
        out b-y cleared 10
        """,
        fast=fast,
    )
    assert town.told(town.way(("in", 0), ("out", 10)).least_risk) == "in 0-10, ok 0-90, out 0-10"


def test_two_islands_are_told_apart_from_what_is_blocked(*, fast: bool) -> None:
    town = Town(
        """
        here  a-b cleared 10
        there c-d cleared 10
        """,
        fast=fast,
    )
    found = town.ask(("here", 0), ("there", 5))
    assert isinstance(found, NoRoute)
    assert (found.reason, found.code) == (NoRouteReason.OTHER_ISLAND, "no-route")


def test_the_cut_is_the_least_effort_and_goes_through_a_closure_only_if_it_must(
    *,
    fast: bool,
) -> None:
    drawing = """
    in     x-a cleared 10
    wide   a-b cleared 10, suspected_hazard 300, cleared 10
    shut   a-b closed 5
    narrow a-b not_surveyed 40, cleared 900, confirmed_hazard 60
    out    b-y cleared 10
    """
    town = Town(drawing, fast=fast)
    found = town.ask(("in", 0), ("out", 10))
    assert isinstance(found, NoRoute)
    assert [(one.road_id, one.from_m, one.to_m, one.status) for one in found.cut] == [
        ("R3", 0, 40, "not_surveyed"),
        ("R3", 940, 1000, "confirmed_hazard"),
    ]
    town.becomes("wide", "closed 320")
    town.becomes("narrow", "closed 1000")
    found = town.ask(("in", 0), ("out", 10))
    assert isinstance(found, NoRoute)
    assert [(one.road_id, one.status) for one in found.cut] == [("R2", "closed")]


def test_other_ways_differ_truly_and_are_bounded(*, fast: bool) -> None:
    town = Town(
        """
        in    x-a cleared 10
        next1 a-q cleared 120
        next2 q-b cleared 120
        third a-r cleared 150
        thir2 r-b cleared 150
        best1 a-p cleared 100
        best2 p-b cleared 100
        worst a-s cleared 900
        wors2 s-b cleared 900
        out   b-y cleared 10
        """,
        fast=fast,
    )
    ways = town.way(("in", 0), ("out", 10))
    assert town.told(ways.least_risk) == "in 0-10, best1 0-100, best2 0-100, out 0-10"
    assert [town.told(way) for way in ways.alternatives] == [
        "in 0-10, next1 0-120, next2 0-120, out 0-10",
        "in 0-10, third 0-150, thir2 0-150, out 0-10",
    ]
    town.becomes("third", "not_surveyed 150")
    assert len(town.way(("in", 0), ("out", 10)).alternatives) == 1


def test_a_new_find_counts_in_the_next_answer_and_its_clearance_too(*, fast: bool) -> None:
    town = Town(TWO_WAYS, fast=fast)
    question = ("home", 0), ("work", 40)
    assert town.told(town.way(*question).least_risk).startswith("home 0-40, long ")
    town.becomes("long", "cleared 100, confirmed_hazard 30, cleared 170")
    assert isinstance(town.ask(*question), NoRoute)
    town.becomes("short", "cleared 100, surveyed 50")
    assert town.told(town.way(*question).least_risk) == (
        "home 0-40, short 0-150, short2 0-100, work 0-40"
    )
    town.becomes("long", "cleared 300")
    town.becomes("short", "cleared 1, confirmed_hazard 1, cleared 148")
    assert town.told(town.way(*question).least_risk).startswith("home 0-40, long ")


def test_a_way_to_where_one_is_has_no_length(*, fast: bool) -> None:
    ways = Town(TWO_WAYS, fast=fast).way(("home", 7), ("home", 7))
    assert (len(ways.least_risk.road), ways.least_risk.length_m) == (0, 0.0)
    assert ways.least_risk.worst is None
    assert ways.alternatives == ()
