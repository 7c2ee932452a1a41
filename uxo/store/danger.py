"""Which of two concurrent readings of one field is the more dangerous, for every field.

A hazard is the more dangerous the larger, later, surer and less disposed of it is; a release, the
smaller, older and less accepted. Unknown is never better than known.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import shapely

from uxo.store.evidence_data import read_geometry, read_time, write_geometry
from uxo.vocabulary import Category, EvidenceClass, Kind, PositionMethod, Review

Choice = Callable[[Sequence[Any]], Any]
"""Takes distinct values, the latest last, None where the field was left open."""

# Most dangerous first. An accident is always direct, a closure alone ends by itself, and the
# weakest release ends the fewest hazards.
_KINDS: Final = (
    Kind.ACCIDENT,
    Kind.FIND,
    Kind.HAZARD_AREA,
    Kind.STRIKE,
    Kind.REPORT,
    Kind.CLOSURE,
    Kind.SURVEY,
    Kind.TECHNICAL_SURVEY,
    Kind.CLEARANCE,
)


def worst_kind(values: Sequence[Any]) -> Kind | None:
    """Choose the most dangerous kind; None when there is none."""
    return next((kind for kind in _KINDS if kind in values), None)


def choose(name: str, values: Sequence[Any], *, hazard: bool) -> Any:  # noqa: ANN401 - JSON
    """Choose among concurrent values.

    Parameters
    ----------
    name : str
        A column of the evidence table, or ``geometry``.
    values : sequence
        Distinct values in the form of event data, the latest last.
    hazard : bool
        The record is (or may be) a hazard; else it is a release.
    """
    return (_OF_HAZARD if hazard else _OF_RELEASE)[name](values)


def _latest(values: Sequence[Any]) -> Any:  # noqa: ANN401
    return values[-1]


def _kind(values: Sequence[Any]) -> str | None:
    worst = worst_kind(values)
    return None if worst is None else worst.value


def _known(pick: Choice) -> Choice:
    """Let a missing value win."""

    def chosen(values: Sequence[Any]) -> Any:  # noqa: ANN401
        return None if None in values else pick(values)

    return chosen


def _least(values: Sequence[Any]) -> Any:  # noqa: ANN401
    return min(values, key=float)


def _most(values: Sequence[Any]) -> Any:  # noqa: ANN401
    return max(values, key=float)


def _earliest(values: Sequence[Any]) -> Any:  # noqa: ANN401
    return min(values, key=read_time)


def _newest(values: Sequence[Any]) -> Any:  # noqa: ANN401
    return max(values, key=read_time)


def _earliest_known(values: Sequence[Any]) -> Any:  # noqa: ANN401
    return _earliest([value for value in values if value is not None])


def _first_of(*order: str | None) -> Choice:
    def chosen(values: Sequence[Any]) -> Any:  # noqa: ANN401
        return next((word for word in order if word in values), None)

    return chosen


def _unknown_category(_: Sequence[Any]) -> str:
    """Unknown counts with the largest footprint and depth of all (status rule, section 7)."""
    return Category.UNKNOWN.value


def _unknown_method(_: Sequence[Any]) -> str:
    return PositionMethod.UNKNOWN.value


def _common_ids(values: Sequence[Any]) -> list[str]:
    """Keep the hazards that every version of a release names."""
    return sorted(set.intersection(*(set(value or ()) for value in values)))


def _everywhere(values: Sequence[Any]) -> Any:  # noqa: ANN401
    """Join the places: a hazard that is said to be in two is in both."""
    places = [read_geometry(value) for value in values if value is not None]
    return write_geometry(shapely.union_all(places)) if places else None


_BOTH: Final[Mapping[str, Choice]] = MappingProxyType(
    {
        "id": _latest,
        "kind": _kind,
        "category": _unknown_category,
        "evidence_class": _first_of(EvidenceClass.DIRECT, None, EvidenceClass.INDIRECT),
        "position_method": _unknown_method,
        "position_error_m": _known(_most),
        "recorded_at": _earliest_known,
        "disposed_at": _known(_newest),
        "starts_at": _known(_earliest),
        "ends_at": _known(_newest),
        "depth_m": _known(_least),
        "width_m": _known(_least),
        "releases_hazards": _common_ids,
        "reviewed_at": _known(_newest),
        "team": _latest,
    }
)
# A hazard seen later is harder to release; a release completed earlier ends less, expires sooner.
_OF_HAZARD: Final[Mapping[str, Choice]] = MappingProxyType(
    {
        **_BOTH,
        "observed_at": _known(_newest),
        "review": _first_of(Review.UNREVIEWED, Review.ACCEPTED, Review.REJECTED),
        "geometry": _everywhere,
    }
)
_OF_RELEASE: Final[Mapping[str, Choice]] = MappingProxyType(
    {
        **_BOTH,
        "observed_at": _known(_earliest),
        "recorded_at": _known(_newest),
        "review": _first_of(Review.REJECTED, Review.UNREVIEWED, Review.ACCEPTED),
        "geometry": _latest,  # a release in conflict counts for nothing (uxo.store.fold)
    }
)
