"""Return routes of a store, and how they stand."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.web.scene import (
    Clock,
    area,
    find,
    live_service,
    open_scene,
    open_store,
    places_table,
    roads_table,
    stamp,
)
from uxo.errors import BadInput, NoRoute, NotFound
from uxo.evidence.events import EventType
from uxo.evidence.routes import Gap, Mode, RoadPart, Route, RouteSource, Waypoint
from uxo.plan.route_report import RouteReport, RouteReporter
from uxo.plan.tariff import ALLOWED_BY_DEFAULT
from uxo.policy import load_policy
from uxo.services.live_status import LiveStatusService
from uxo.services.record_evidence import EvidenceFeature
from uxo.services.route_course import Course, drawn_course, joined_parts, least_risk_course
from uxo.services.routes import RouteBook, RouteOrder
from uxo.services.status_of_store import status_of_store
from uxo.services.tiles import Moment, Tiles
from uxo.services.ways import finder_over
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult
from uxo.store.contract import Draft
from uxo.store.sqlite import SqliteStore
from uxo.vocabulary import Layer, Review, Status

# r-north and r-south run west to east, 0.9 km each; r-west, 1.1 km, joins their western ends.
NORTH_EAST = Waypoint(37.16, 36.21)
SOUTH_EAST = Waypoint(37.16, 36.20)
SOUTH_WEST = Waypoint(37.1505, 36.20)
EVERYTHING = frozenset(set(Status) - {Status.CLOSED, Status.CONFIRMED_HAZARD})


@pytest.fixture(scope="module")
def scene_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("scene") / "scene.gpkg"
    open_scene(path, Clock()).close()
    return path


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(scene_file: Path, tmp_path: Path, clock: Clock) -> Iterator[SqliteStore]:
    path = tmp_path / "survey.gpkg"
    shutil.copyfile(scene_file, path)
    with open_store(path, clock) as opened:
        yield opened


@pytest.fixture
def live(store: SqliteStore, clock: Clock) -> LiveStatusService:
    return live_service(store, clock)


@pytest.fixture
def book(store: SqliteStore, live: LiveStatusService) -> RouteBook:
    return RouteBook(store, Tiles(live).status_at)


def order(name: str = "Round", **said: object) -> RouteOrder:
    given = {"allowed": EVERYTHING, "mode": Mode.FOOT, **said}
    return RouteOrder(name, **given)  # type: ignore[arg-type]  # any field


def least_risk(book: RouteBook, *points: Waypoint) -> Course:
    result = book.status()
    return least_risk_course(result, finder_over(result), points, EVERYTHING, on_foot=True)


def drawn(book: RouteBook, *points: Waypoint) -> Course:
    return drawn_course(book.status(), points, on_foot=True)


def told(report: RouteReport) -> list[tuple[str, str]]:
    return [(place.status.word, place.road_id) for place in report.blocking]


def test_a_least_risk_route_keeps_its_roads_and_its_metres_add_up(book: RouteBook) -> None:
    route = book.add(order(households=120), least_risk(book, NORTH_EAST, SOUTH_WEST), "PLAN")
    assert [part.road_id for part in route.roads] == ["r-north", "r-west", "r-south"]
    assert route.source is RouteSource.WAYS
    report = book.report(route)
    assert report.length_m == pytest.approx(sum(part.metres for part in route.roads))
    assert report.worst is Status.NOT_SURVEYED
    assert report.metres[Status.CLEARED] > 300
    assert report.not_surveyed_m == report.metres[Status.NOT_SURVEYED] > 0
    assert (report.blocking, report.gone, report.changed) == ((), (), ())
    pieces = report.pieces()
    assert (pieces["to_m"] - pieces["from_m"]).sum() == pytest.approx(report.length_m)
    # In the order of travel: each piece begins where the one before ended.
    ends = [(line.coords[0], line.coords[-1]) for line in pieces.geometry]
    for (_, before), (after, _) in pairwise(ends):
        assert before == pytest.approx(after, abs=1e-7)
    assert ends[0][0] == pytest.approx((37.16, 36.21))
    assert ends[-1][1] == pytest.approx((37.1505, 36.20), abs=1e-6)


def test_points_on_the_way_are_passed_and_nothing_is_travelled_twice_in_the_list(
    book: RouteBook,
) -> None:
    through = Waypoint(37.153, 36.21)
    course = least_risk(book, NORTH_EAST, through, SOUTH_WEST)
    assert [part.road_id for part in course.roads] == ["r-north", "r-west", "r-south"]
    assert course.waypoints == (NORTH_EAST, through, SOUTH_WEST)


def test_a_drawn_route_leads_where_people_go_and_says_what_blocks_it(book: RouteBook) -> None:
    with pytest.raises(NoRoute):
        least_risk(book, NORTH_EAST, SOUTH_EAST)
    report = book.report(book.add(order(), drawn(book, NORTH_EAST, SOUTH_EAST), "PLAN"))
    assert report.worst is Status.CONFIRMED_HAZARD
    (place,) = report.blocking
    assert (place.status, place.road_id, place.evidence_ids) == (
        Status.CONFIRMED_HAZARD, "r-south", ("F-1",),
    )  # fmt: skip
    assert place.metres == pytest.approx(report.metres[Status.CONFIRMED_HAZARD])
    assert place.lon == pytest.approx(37.152, abs=1e-5)
    assert "mortar" in place.text


def test_what_a_route_was_not_allowed_to_use_blocks_it(book: RouteBook) -> None:
    strict = order("Strict", allowed=ALLOWED_BY_DEFAULT)
    report = book.report(book.add(strict, drawn(book, NORTH_EAST, SOUTH_WEST), "PLAN"))
    assert ("not_surveyed", "r-west") in told(report)
    assert "recorded" in next(p.text for p in report.blocking if p.road_id == "r-west")


def test_a_find_on_the_route_is_told_at_once(book: RouteBook, live: LiveStatusService) -> None:
    route = book.add(order(), least_risk(book, NORTH_EAST, SOUTH_WEST), "PLAN")
    assert book.report(route).worst is Status.NOT_SURVEYED
    live.record(EvidenceFeature.model_validate(find(37.15, 36.205)))
    report = book.report(route)
    assert report.worst is Status.CONFIRMED_HAZARD
    assert told(report) == [("confirmed_hazard", "r-west")]


def test_then_and_now_it_says_what_the_rule_says_of_that_moment(
    book: RouteBook, live: LiveStatusService, store: SqliteStore, clock: Clock
) -> None:
    route = book.add(order(), drawn(book, NORTH_EAST, SOUTH_EAST), "PLAN")
    made = clock()
    clock.forward(timedelta(days=5))
    live.record(
        EvidenceFeature.model_validate(find(37.15, 36.205, observed_at="2026-05-02T08:00:00Z"))
    )
    clock.forward(timedelta(days=400))
    moments = [
        Moment(),
        Moment(as_of=made),
        Moment(as_of=made, known_at=made),
        Moment(known_at=made),
        Moment(as_of=datetime(2026, 3, 12, tzinfo=UTC)),
    ]
    for moment in moments:
        now = clock()
        report = book.report(book.get(route.id, moment), moment)
        expected = status_of_store(
            store,
            policy=load_policy(),
            as_of=moment.as_of or now,
            known_at=moment.known_at or now,
        )
        pieces = report.pieces()
        rows = {name: row for row, name in enumerate(expected.roads["road_id"])}
        for piece in pieces.itertuples():
            middle = (piece.from_m + piece.to_m) / 2
            at = expected.piece_at(rows[piece.road_id], middle)
            assert piece.rank == expected.status[at]
            assert piece.from_m >= expected.from_m[at] - 1e-6
            assert piece.to_m <= expected.to_m[at] + 1e-6
        assert report.worst == min(pieces["rank"])
    past, present = (book.report(route, moment) for moment in (moments[2], moments[0]))
    assert ("confirmed_hazard", "r-west") in told(present)
    assert ("confirmed_hazard", "r-west") not in told(past)
    assert past.metres[Status.CLEARED] > 0
    assert present.metres[Status.CLEARED] == 0
    with pytest.raises(NotFound, match="known"):
        book.get(route.id, Moment(known_at=made - timedelta(days=1)))


def test_any_part_of_any_road_has_the_metres_that_the_pieces_of_the_road_have(
    book: RouteBook,
) -> None:
    result = book.status()
    reporter = RouteReporter(result)
    length_m = dict(zip(result.roads["road_id"], result.road_length_m, strict=True))
    chance = np.random.default_rng(7)
    for _ in range(60):
        road = str(chance.choice(["r-north", "r-south", "r-west"]))
        ends = chance.uniform(0, length_m[road], 2)
        part = RoadPart(road, float(ends[0]), float(ends[1]), float(length_m[road]))
        report = reporter.report(_route((part,)))
        own = result.pieces_of(list(result.roads["road_id"]).index(road))
        low, high = sorted(ends)
        for status in Status:
            wanted = sum(
                max(0.0, min(high, to_m) - max(low, from_m))
                for from_m, to_m, rank in zip(
                    result.from_m[own], result.to_m[own], result.status[own], strict=True
                )
                if rank == status
            )
            assert report.metres[status] == pytest.approx(wanted, abs=1e-6)


def _route(roads: tuple[RoadPart, ...], gaps: tuple[Gap, ...] = ()) -> Route:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    return Route(
        "id", "Name", None, (NORTH_EAST, SOUTH_WEST), None, None, roads, gaps, None, None,
        Mode.FOOT, EVERYTHING, RouteSource.LINE, retired=False, recorded_at=moment,
        changed_at=moment, conflict=(),
    )  # fmt: skip


def test_gaps_count_as_not_surveyed(book: RouteBook) -> None:
    result = book.status()
    length_m = float(result.road_length_m[0])
    cleared = RoadPart("r-north", 600.0, 650.0, length_m)
    gap = Gap(1, (NORTH_EAST, SOUTH_EAST), 40.0)
    alone = RouteReporter(result).report(_route((cleared,)))
    gappy = RouteReporter(result).report(_route((cleared,), (gap,)))
    assert (alone.worst, gappy.worst) == (Status.CLEARED, Status.NOT_SURVEYED)
    assert gappy.length_m == pytest.approx(90.0)
    assert gappy.not_surveyed_m == 40.0
    assert (alone.oldest_knowledge, gappy.oldest_knowledge) == (date(2026, 4, 1), None)
    # The clearance of 1 April 2026 is good for 365 days: 31 March is the last whole day.
    assert alone.rely_until == gappy.rely_until == date(2027, 3, 31)


def test_a_road_that_a_newer_network_lacks_is_told_and_keeps_its_length(
    book: RouteBook, store: SqliteStore
) -> None:
    route = book.add(order(), drawn(book, NORTH_EAST, SOUTH_WEST), "PLAN")
    before = book.report(route)
    result = book.status()
    kept = roads_table(
        [
            ("r-north", None, "LINESTRING (37.15 36.21, 37.155 36.21, 37.16 36.21)"),
            ("r-south", None, "LINESTRING (37.15 36.20, 37.165 36.20)"),
        ]
    )
    rows = result.roads["road_id"] != "r-west"
    assert rows.sum() == len(kept)
    only = RouteReporter(status_over(store, kept)).report(route)
    assert only.gone == ("r-west",)
    assert only.changed == ("r-south",)
    west = next(part for part in route.roads if part.road_id == "r-west")
    assert only.not_surveyed_m >= west.metres
    assert only.length_m == pytest.approx(before.length_m, rel=0.05)


def status_over(store: SqliteStore, roads: gpd.GeoDataFrame) -> StatusResult:
    moment = datetime(2026, 5, 1, 12, tzinfo=UTC)
    evidence = store.state(Layer.EVIDENCE)
    return compute_status(roads, evidence, policy=load_policy(), as_of=moment, known_at=moment)


def test_routes_are_listed_worst_first_then_by_households(book: RouteBook) -> None:
    fair = least_risk(book, NORTH_EAST, SOUTH_WEST)
    for name, households in (("few", 5), ("many", 500), ("unknown", None)):
        book.add(order(name, households=households), fair, "PLAN")
    book.add(order("bad", households=1), drawn(book, NORTH_EAST, SOUTH_EAST), "PLAN")
    names = [report.route.name for report in book.reports()]
    assert names == ["bad", "unknown", "many", "few"]
    book.retire(book.named("bad").id, "flooded", "PLAN")
    assert [report.route.name for report in book.reports()] == names[1:]
    assert book.named("bad").retired


def test_a_name_is_given_once_until_its_route_is_retired(book: RouteBook) -> None:
    course = least_risk(book, NORTH_EAST, SOUTH_WEST)
    first = book.add(order("One", name_ar="واحد"), course, "PLAN")
    with pytest.raises(BadInput, match="One"):
        book.add(order(" One "), course, "PLAN")
    assert book.named("واحد") == book.named(first.id) == first
    book.retire(first.id, "wrong", "PLAN")
    second = book.add(order("One"), course, "PLAN")
    assert book.named("One") == second
    with pytest.raises(NotFound):
        book.named("Two")


def test_two_routes_of_one_name_are_told_apart_by_id(book: RouteBook, store: SqliteStore) -> None:
    course = least_risk(book, NORTH_EAST, SOUTH_WEST)
    route = book.add(order("One"), course, "PLAN")
    (event,) = store.history(route.id)
    store.record([Draft(EventType.ROUTE_RECORDED, None, event.envelope.data, "OTHER")])
    with pytest.raises(BadInput, match=route.id):
        book.named("One")


def test_a_closure_that_is_to_begin_ends_what_can_be_relied_on(
    book: RouteBook, live: LiveStatusService
) -> None:
    route = book.add(order(), least_risk(book, NORTH_EAST, SOUTH_WEST), "PLAN")
    closure = area("closure", 37.15, 36.205, 0.001, starts_at="2026-05-04T10:00:00Z", team="DESK")
    live.record(EvidenceFeature.model_validate(closure))
    assert book.report(route).rely_until == date(2026, 5, 3)


def test_a_hazard_that_a_survey_ended_comes_back_when_the_survey_expires(
    live: LiveStatusService,
) -> None:
    report = find(37.158, 36.21, kind="report", category="grenade", observed_at="2026-04-15")
    live.record(EvidenceFeature.model_validate(report))
    survey = live.record(EvidenceFeature.model_validate(area("survey", 37.158, 36.21, 0.01)))
    evidence_id = str(survey.table["id"].iloc[0])
    verdict = {"review": Review.ACCEPTED.value}
    live.write(Draft(EventType.EVIDENCE_REVIEWED, evidence_id, verdict, "OTHER"))
    result = live.result()
    part = RoadPart("r-north", 700.0, 740.0, float(result.road_length_m[0]))
    told_now = RouteReporter(result).report(_route((part,)))
    # The clearance vouches until 2027; the survey of 30 April 2026 only for 90 days.
    assert told_now.worst is Status.CLEARED
    assert told_now.rely_until == date(2026, 7, 28)


def test_parts_that_follow_each_other_on_one_road_are_one() -> None:
    parts = [
        RoadPart("a", 0, 5, 9), RoadPart("a", 5, 9, 9), RoadPart("b", 3, 3, 9),
        RoadPart("a", 9, 2, 9), RoadPart("a", 2, 4, 9),
    ]  # fmt: skip
    ends = [(part.from_m, part.to_m) for part in joined_parts(parts)]
    assert ends == [(0, 9), (9, 2), (2, 4)]


def test_a_route_of_no_length_or_off_the_network_is_refused(book: RouteBook) -> None:
    with pytest.raises(BadInput, match="no length"):
        drawn(book, NORTH_EAST, NORTH_EAST)
    with pytest.raises(NoRoute, match="point 2"):
        drawn(book, NORTH_EAST, Waypoint(38.0, 37.0))


def test_a_community_is_found_by_its_p_code(book: RouteBook) -> None:
    assert book.place("C1001").at == Waypoint(37.155, 36.205)
    with pytest.raises(NotFound):
        book.place("C9")


def test_a_community_is_found_by_its_name_and_nothing_is_guessed(
    book: RouteBook, store: SqliteStore
) -> None:
    assert book.place_called("السوق القديم").pcode == "C1001"
    with pytest.raises(NotFound, match=r"perhaps Old Market \(C1001, Aleppo\)"):
        book.place_called("Old Markat")
    table = places_table().assign(pcode="C1002", admin3="Azaz")
    store.import_rows(Layer.PLACES, [table], stamp=stamp("more.geojson"), who="DESK")
    with pytest.raises(BadInput, match=r"C1001, Aleppo.*C1002, Azaz"):
        book.place_called("old market")
    assert book.place_called("C1002").pcode == "C1002"


def test_new_roads_are_read_over_at_once(book: RouteBook, store: SqliteStore) -> None:
    route = book.add(order(), least_risk(book, NORTH_EAST, SOUTH_WEST), "PLAN")
    book.report(route)
    new = roads_table([("r-a", None, "LINESTRING (37.16 36.2, 37.16 36.21)")])
    store.import_rows(Layer.ROADS, [new], stamp=stamp("new.geojson"), who="DESK")
    longer = drawn(book, NORTH_EAST, SOUTH_EAST)
    assert [part.road_id for part in longer.roads] == ["r-a"]
    assert book.report(route).length_m == pytest.approx(sum(p.metres for p in route.roads))
    assert shapely.equals(
        book.report(route).pieces().geometry.iloc[0],
        book.report(book.add(order("Again"), least_risk(book, NORTH_EAST, SOUTH_WEST), "P"))
        .pieces()
        .geometry.iloc[0],
    )
