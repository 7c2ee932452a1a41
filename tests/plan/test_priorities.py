import pytest

from tests.plan.valley import EVIDENCE, HOUSEHOLDS, PLACES, places, status
from uxo.errors import BadInput
from uxo.plan.tasks import Counted, Outcome, Priorities, Unit
from uxo.services.priorities import Ask, priorities_of
from uxo.status.result import StatusResult
from uxo.vocabulary import Kind, Status

ALL_M2 = 36_000.0


@pytest.fixture(scope="module")
def valley() -> StatusResult:
    return status()


def _plan(valley: StatusResult, budget: float = ALL_M2, **more: object) -> Priorities:
    ask = Ask(budget, **({"households": HOUSEHOLDS} | more))  # type: ignore[arg-type]
    return priorities_of(valley, places(), ask).priorities


def _roads(plan: Priorities) -> list[list[str]]:
    return [[site.road_id for site in task.sites] for task in plan.tasks]


def test_the_way_to_the_two_larger_communities_is_one_task_and_comes_first(
    valley: StatusResult,
) -> None:
    plan = _plan(valley)
    assert _roads(plan) == [["r-bc", "r-cd", "r-cd", "r-cd"], ["r-bf"]]
    assert [task.households for task in plan.tasks] == [250.0, 10.0]
    assert [task.households_so_far for task in plan.tasks] == [250.0, 260.0]
    assert (plan.gained, plan.bound, plan.gap, plan.counted) == (260, 260, 0.0, "households")


def test_what_each_site_needs_is_what_a_tasking_sheet_says(valley: StatusResult) -> None:
    _, before, mined, after = _plan(valley).tasks[0].sites
    assert (before.status, before.method) == (Status.NOT_SURVEYED, Kind.SURVEY)
    assert (before.depth_m, before.hazards) == (None, ())
    assert (mined.status, mined.method) == (Status.CONFIRMED_HAZARD, Kind.CLEARANCE)
    # 50 m footprint, 10 m error and 6 m half-width to both sides of the mine.
    assert mined.to_m - mined.from_m == pytest.approx(132.0, abs=0.1)
    assert mined.area_m2 == pytest.approx(132.0 * 12.0, abs=1.0)
    assert (mined.depth_m, mined.hazards, mined.undated) == (0.13, ("F-1",), ())
    assert mined.weeks == pytest.approx(mined.area_m2 / 5_000.0)
    assert before.to_m == mined.from_m
    assert mined.to_m == after.from_m
    assert (mined.middle.lon, mined.middle.lat) == pytest.approx((37.125, 36.2))
    assert mined.begin.lon < mined.middle.lon < mined.end.lon
    assert mined.id == f"r-cd@{mined.from_m:.2f}-{mined.to_m:.2f}"


def test_every_community_is_told_what_becomes_of_it(valley: StatusResult) -> None:
    plan = _plan(valley, 25_000.0)
    told = {one.pcode: (one.outcome, one.households) for one in plan.settlements}
    assert told == {
        "C-A": (Outcome.CONNECTED_ALREADY, 300.0),
        "C-C": (Outcome.RECONNECTED, 50.0),
        "C-D": (Outcome.RECONNECTED, 200.0),
        "C-E": (Outcome.NO_WAY, None),
        "C-F": (Outcome.NOT_WITHIN_BUDGET, 10.0),
        "C-X": (Outcome.OFF_NETWORK, None),
    }
    assert [one.pcode for one in plan.not_known] == ["C-E", "C-X"]
    assert [one.task for one in plan.settlements] == [None, 1, 1, None, None, None]


def test_not_known_is_no_zero_what_is_left_opens_the_way_there(valley: StatusResult) -> None:
    households = HOUSEHOLDS | {"C-F": None}
    plan = _plan(valley, households=households)
    assert [task.households for task in plan.tasks] == [250.0, 0.0]
    assert [task.not_known for task in plan.tasks] == [0, 1]
    (fara,) = plan.tasks[1].communities
    assert (fara.pcode, fara.households) == ("C-F", None)
    assert plan.gained == 250.0
    zero = _plan(valley, households=HOUSEHOLDS | {"C-F": 0.0})
    assert _roads(zero) == _roads(plan)[:1]


def test_where_no_figure_is_known_communities_are_counted(valley: StatusResult) -> None:
    plan = _plan(valley, 14_000.0, households={})
    assert plan.counted is Counted.COMMUNITIES
    assert (plan.gained, [task.households for task in plan.tasks]) == (1.0, [0.0])
    assert len(plan.not_known) == len(PLACES)


def test_a_budget_in_weeks_weighs_the_methods(valley: StatusResult) -> None:
    plan = _plan(valley, 1.0, unit=Unit.WEEKS)
    # A tenth of a week of survey, and a third of one of clearance.
    assert plan.gained == 260.0
    assert plan.tasks[-1].weeks_so_far == pytest.approx(
        sum(site.weeks for task in plan.tasks for site in task.sites)
    )
    assert _plan(valley, 0.1, unit=Unit.WEEKS).gained == 50.0


def test_pinned_work_is_done_first_from_the_budget_whatever_it_gains(valley: StatusResult) -> None:
    plan = _plan(valley, 14_000.0, pin=("r-bf",))
    assert _roads(plan) == [["r-bf"]]
    assert (plan.gained, plan.tasks[0].sites[0].pinned) == (10.0, True)
    lone = _plan(valley, 11_000.0, pin=("r-cd",))
    assert {road for task in _roads(lone) for road in task} == {"r-cd"}
    assert (lone.gained, lone.tasks[0].communities) == (0.0, ())


def test_forbidden_work_is_not_done(valley: StatusResult) -> None:
    plan = _plan(valley, forbid=("r-cd@440-460",))
    assert {road for task in _roads(plan) for road in task} == {"r-bc", "r-bf"}
    assert plan.gained == 60.0
    (dera,) = (one for one in plan.settlements if one.pcode == "C-D")
    assert dera.outcome is Outcome.NO_WAY
    assert _plan(valley, confirmed=False).gained == 60.0


def test_nothing_leads_through_a_closed_road(valley: StatusResult) -> None:
    plan = _plan(valley, 1e9)
    assert "r-be" not in {site.road_id for task in plan.tasks for site in task.sites}


def test_what_the_planner_allows_needs_no_work(valley: StatusResult) -> None:
    plan = _plan(valley, allow=(Status.NOT_SURVEYED,))
    assert [[site.method for site in task.sites] for task in plan.tasks] == [[Kind.CLEARANCE]]
    assert plan.gained == 200.0


def test_it_begins_where_the_planner_says(valley: StatusResult) -> None:
    plan = _plan(valley, 12_000.0, start=("C-D",))
    assert _roads(plan) == [["r-cd", "r-cd", "r-cd"]]
    assert {one.pcode for one in plan.tasks[0].communities} == {"C-C"}
    both = _plan(valley, 11_000.0, start=("C-D", "C-A"))
    assert both.gained == 50.0


def test_a_community_on_a_road_needs_the_way_to_one_side_only() -> None:
    on_road = [*PLACES, ("C-H", "Halfway", "POINT (37.115 36.2001)")]
    ask = Ask(6_000.0, households={"C-H": 5.0})
    plan = priorities_of(status(), places(on_road), ask).priorities
    ((site,),) = (task.sites for task in plan.tasks)
    assert site.road_id == "r-bc"
    assert site.from_m == pytest.approx(0.99, abs=0.01)
    assert site.to_m == pytest.approx(449.6, abs=1.0)
    assert plan.gained == 5.0


def test_a_hazard_without_a_date_must_be_named_by_the_release() -> None:
    undated = [one | ({"observed_at": None} if one["id"] == "F-1" else {}) for one in EVIDENCE]
    plan = priorities_of(status(undated), places(), Ask(ALL_M2, households=HOUSEHOLDS)).priorities
    assert plan.tasks[0].sites[2].undated == ("F-1",)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"start": ("C-Q",)}, "there is no place 'C-Q'"),
        ({"start": ("C-X",)}, "more than 1000 m from every road"),
        ({"pin": ("r-zz",)}, "there is no road 'r-zz'"),
        ({"pin": ("r-bc@9-4",)}, "ends before it begins"),
        ({"pin": ("r-ab",)}, "needs no work"),
        ({"pin": ("r-bc@5000-6000",)}, "needs no work"),
        ({"pin": ("r-be",)}, "is closed"),
        ({"pin": ("r-cd",), "confirmed": False}, "is confirmed_hazard"),
        ({"pin": ("r-bc",), "forbid": ("r-bc@10-20",)}, "is forbidden too"),
        ({"pin": ("r-bc", "r-bf"), "budget": 20_000.0}, "more than the budget"),
        ({"forbid": ("r-bc@x-y",)}, "there is no road"),
        ({"allow": (Status.CONFIRMED_HAZARD,)}, "never passable"),
        ({"budget": float("nan")}, "must be a number"),
        ({"budget": -1.0}, "must be a number"),
    ],
)
def test_a_question_that_cannot_be_is_refused(
    more: dict[str, object], said: str, valley: StatusResult
) -> None:
    given = {"budget": ALL_M2} | more
    with pytest.raises(BadInput, match=said):
        _plan(valley, **given)  # type: ignore[arg-type]


def test_where_nothing_is_passable_a_start_must_be_named() -> None:
    nothing = status([one for one in EVIDENCE if one["id"] != "S-1"])
    with pytest.raises(BadInput, match="nowhere to begin"):
        _plan(nothing)
    assert _plan(nothing, 12_000.0, start=("C-A",)).tasks == ()
    assert _plan(nothing, 22_000.0, start=("C-A",)).gained == 50.0


def test_without_places_there_is_no_question(valley: StatusResult) -> None:
    with pytest.raises(BadInput, match="uxo import places"):
        priorities_of(valley, places().iloc[:0], Ask(1.0))


def test_households_without_a_place_are_told(valley: StatusResult) -> None:
    answered = priorities_of(valley, places(), Ask(1.0, households={"C-Q": 4.0, "C-C": None}))
    assert answered.without_place == ("C-Q",)
