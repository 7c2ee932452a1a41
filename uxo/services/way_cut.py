"""What keeps a way shut: the evidence of each piece of a cut, and where it lies."""

from typing import Final

import numpy as np
import shapely

from uxo.errors import Blocking, NoRoute
from uxo.plan.way_lines import WayLines
from uxo.status.result import StatusResult
from uxo.vocabulary import Effect, Status

Place = tuple[float, float]

_DIGITS: Final = 7  # of a degree: a centimetre

# Which effects of evidence give a piece a status that keeps a way shut (status rule, section 5).
_HAZARDS: Final = (Effect.HAZARD_APPLIES, Effect.HAZARD_APPLIES_AFTER_REMOVAL)
_SHUT_BY: Final[dict[Status, tuple[Effect, ...]]] = {
    Status.CLOSED: (Effect.CLOSURE_IN_FORCE,),
    Status.CONFIRMED_HAZARD: _HAZARDS,
    Status.SUSPECTED_HAZARD: _HAZARDS,
    Status.SURVEY_EXPIRED: (Effect.RELEASE_EXPIRED,),
}


def explained(found: NoRoute, result: StatusResult) -> NoRoute:
    """Name the evidence that shuts each piece of a cut, and both its ends in degrees.

    Parameters
    ----------
    found : NoRoute
        With pieces by road and measures.
    result : StatusResult
        Of the same roads. What changed since the question is left out.
    """
    if not found.cut:
        return found
    lines = WayLines(result)
    row_of = {name: row for row, name in enumerate(result.roads["road_id"])}
    named = [
        Blocking(
            piece.road_id, piece.from_m, piece.to_m, piece.status, piece.effort_m2,
            _evidence(result, row_of.get(piece.road_id), piece),
            *_place_on(result, row_of.get(piece.road_id), piece),
            *_ends(lines, row_of.get(piece.road_id), piece),
        )
        for piece in found.cut
    ]  # fmt: skip
    return NoRoute(str(found), found.reason, tuple(named))


def _place_on(result: StatusResult, row: int | None, piece: Blocking) -> Place | tuple[None, None]:
    """Give longitude and latitude of a place on a piece; none where its road is gone."""
    if row is None:
        return None, None
    middle_m = min((piece.from_m + piece.to_m) / 2.0, float(result.road_length_m[row]))
    (line,) = result.geometries(np.array([result.piece_at(row, middle_m)]))
    point = shapely.line_interpolate_point(line, 0.5, normalized=True)
    return round(point.x, _DIGITS), round(point.y, _DIGITS)


def _ends(
    lines: WayLines, row: int | None, piece: Blocking
) -> tuple[Place, Place] | tuple[None, None]:
    """Find both ends of a piece; nothing where its road is gone meanwhile."""
    if row is None:
        return None, None
    begin, *_, end = lines.part(row, piece.from_m, piece.to_m).round(_DIGITS).tolist()
    return (begin[0], begin[1]), (end[0], end[1])


def _evidence(result: StatusResult, row: int | None, piece: Blocking) -> tuple[str, ...]:
    """List what gives a piece its status; nothing where the status has changed meanwhile."""
    if row is None:
        return ()
    own = result.pieces_of(row)
    status = Status[piece.status.upper()]
    from_m, to_m = result.from_m[own], result.to_m[own]
    point = (from_m == to_m) & (from_m >= piece.from_m) & (to_m <= piece.to_m)
    on_it = ((from_m < piece.to_m) & (to_m > piece.from_m)) | point
    at = own.start + np.flatnonzero(on_it & (result.status[own] == status))
    effects = _SHUT_BY.get(status, ())
    ids = (
        reason.evidence_id
        for reasons in result.reasons_of(at)
        for reason in reasons
        if reason.effect in effects
    )
    return tuple(dict.fromkeys(ids))
