"""Tasking sheets: one for each task of a plan, with the ground, the hazards and the depth."""

from collections.abc import Sequence
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from uxo.errors import NotFound
from uxo.plan.route_dates import dates_of
from uxo.plan.tasks import Priorities, Site, Task
from uxo.publish.sheets.content import (
    BlockingPlace,
    Community,
    MapContent,
    SheetContent,
    Spot,
    Subject,
    TaskFacts,
    TaskSite,
    Tier,
)
from uxo.publish.sheets.frame import Frame, Paper
from uxo.services.live_status import Provenance
from uxo.services.sheet_ground import (
    Pieces,
    communities,
    communities_in,
    named_why,
    outlines_in,
    pieces_around,
    reliance,
    shown_to,
)
from uxo.services.sheet_number import Knowledge, issue_number
from uxo.status.result import StatusResult
from uxo.vocabulary import Status

_SAME_M: Final = 0.02  # ends of sites are told to a centimetre


def task_sheets(  # noqa: PLR0913  # what is planned, and how it is shown
    result: StatusResult,
    places: gpd.GeoDataFrame,
    origin: Provenance,
    plan: Priorities,
    *,
    numbers: Sequence[int] = (),
    paper: Paper,
    withheld: bool = False,
) -> tuple[SheetContent, ...]:
    """Make the sheets of the tasks of a plan.

    Parameters
    ----------
    result : StatusResult
        The status on which the plan rests.
    places : GeoDataFrame
        Declared place columns.
    origin : Provenance
        Of the data.
    plan : Priorities
        The tasks.
    numbers : sequence of int
        Which of them; empty: all.
    paper : Paper
        On what.
    withheld : bool
        The reader may not see which evidence there is.

    Raises
    ------
    NotFound
        There is no such task, or the plan has none.
    """
    chosen = [task for task in plan.tasks if not numbers or task.number in numbers]
    missing = sorted(set(numbers) - {task.number for task in chosen})
    if missing or not chosen:
        named = f"no task {missing[0]}" if missing else "no task at all"
        msg = f"the plan has {named}: it has {len(plan.tasks)}"
        raise NotFound(msg)
    tier = Tier.HANDOUT if withheld else Tier.INTERNAL
    return tuple(_sheet(result, places, origin, task, paper, tier) for task in chosen)


def _sheet(  # what a sheet is made of
    result: StatusResult,
    places: gpd.GeoDataFrame,
    origin: Provenance,
    task: Task,
    paper: Paper,
    tier: Tier,
) -> SheetContent:
    row_of = {str(road): row for row, road in enumerate(result.roads["road_id"])}
    pieces = np.unique(np.concatenate([_pieces(result, row_of, site) for site in task.sites]))
    lines = result.geometries(pieces)
    at = shapely.get_coordinates(lines)
    frame = Frame.around(at[:, 0], at[:, 1], paper)
    _, around, around_ranks = pieces_around(result, frame)
    dates = dates_of(result, pieces)
    relied = reliance(result, dates.rely_until)
    metres = dict.fromkeys(Status, 0.0)
    for site in task.sites:
        metres[site.status] += site.to_m - site.from_m
    gained = places.loc[places["pcode"].isin([one.pcode for one in task.communities])]
    title, title_ar = _title(task, tuple(communities(gained)))
    return SheetContent(
        subject=Subject.TASK,
        tier=tier,
        title=title,
        title_ar=title_ar,
        issue=issue_number(_knowledge(result, task)),
        as_of=result.as_of,
        known_at=result.known_at,
        rely_until=relied.until,
        rely_limit=relied.limit,
        sheet_days=relied.sheet_days,
        oldest=dates.oldest,
        vouched=False,
        metres=metres,
        blocking=(),
        left_out=0,
        left_out_m=0.0,
        map=MapContent(
            frame=frame,
            lines=lines,
            ranks=result.status[pieces],
            around=around,
            around_ranks=around_ranks,
            outlines=outlines_in(result, frame, tier),
            communities=communities_in(places, frame),
        ),
        policy_digest=result.policy.digest,
        exercise=origin.exercise,
        attribution=origin.attribution,
        task=TaskFacts(
            number=task.number,
            sites=tuple(_site(result, site, tier) for site in task.sites),
            households=task.households,
            communities=tuple(communities(gained)),
            not_known=task.not_known,
            hazards_withheld=tier is Tier.HANDOUT,
        ),
    )


def _title(task: Task, gained: tuple[Community, ...]) -> tuple[str, str]:
    """Name a task by the communities that it reconnects, or by its roads where it has none."""
    english = ", ".join(one.name_en for one in gained if one.name_en)
    arabic = "، ".join(one.name_ar for one in gained if one.name_ar)
    if english or arabic:
        return english, arabic
    return ", ".join(dict.fromkeys(site.name or site.road_id for site in task.sites)), ""


def _pieces(result: StatusResult, row_of: dict[str, int], site: Site) -> Pieces:
    """Find the pieces of a site's road that it is made of."""
    own = result.pieces_of(row_of[site.road_id])
    low, high = site.from_m - _SAME_M, site.to_m + _SAME_M
    found = (result.from_m[own] >= low) & (result.to_m[own] <= high)
    found &= result.status[own] == site.status
    pieces: Pieces = own.start + np.flatnonzero(found)
    if len(pieces):
        return pieces
    # A site may end within a piece, where a community lies: then the pieces that it touches.
    touched = (result.from_m[own] < site.to_m) & (result.to_m[own] > site.from_m)
    return own.start + np.flatnonzero(touched)


def _site(result: StatusResult, site: Site, tier: Tier) -> TaskSite:
    place = BlockingPlace(
        status=site.status,
        road_id=site.road_id,
        road_name=site.name,
        from_m=site.from_m,
        to_m=site.to_m,
        begin=Spot(site.begin.lon, site.begin.lat),
        end=Spot(site.end.lon, site.end.lat),
        middle=Spot(site.middle.lon, site.middle.lat),
        why=named_why(result, site.hazards),
    )
    return TaskSite(
        place=shown_to(tier, place),
        method=site.method,
        area_m2=site.area_m2,
        width_m=site.width_m,
        weeks=site.weeks,
        depth_m=site.depth_m,
        undated=() if tier is Tier.HANDOUT else site.undated,
    )


def _knowledge(result: StatusResult, task: Task) -> Knowledge:
    return Knowledge(
        subject="task",
        as_of=result.as_of,
        known_at=result.known_at,
        policy_digest=result.policy.digest,
        says=[
            [site.as_json() for site in task.sites],
            sorted([one.pcode, one.households] for one in task.communities),
        ],
    )
