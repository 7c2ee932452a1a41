"""Which roads of a newer OpenStreetMap extract took the place of roads that it no longer has.

The id of a road names its way and the nodes at its ends (`uxo.roads.osm_split`). A new side road
cuts a road, and one that is gone joins two: then the way runs over the same nodes in other pieces.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

_ID: Final = re.compile(r"w(\d+)-(\d+)-(\d+)(?:-\d+)?")


@unique
class Change(StrEnum):
    """What became of a road."""

    SPLIT = "split"
    JOINED = "joined"
    REVERSED = "reversed"
    RECUT = "recut"


@dataclass(frozen=True, slots=True)
class Succession:
    """A road that is gone, and what lies in its place.

    Attributes
    ----------
    road_id : str
        The road that is gone.
    change : Change
        ``split``: into several roads. ``joined``: with others, into one. ``reversed``: the same
        road, drawn the other way. ``recut``: several roads became several others; the successors
        are all of these.
    successors : tuple of str
        In order along the road that is gone.
    """

    road_id: str
    change: Change
    successors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    """A road as its id tells it."""

    road_id: str
    first: str
    last: str

    def mirrored(self) -> "_Span":
        return _Span(self.road_id, self.last, self.first)


_Chain = Mapping[str, _Span]
"""Node -> the only road of the way that begins there."""


def is_osm_id(road_id: str) -> bool:
    """Tell whether an id names a way and its nodes.

    Examples
    --------
    >>> is_osm_id("w7-1-3"), is_osm_id("w7-1-3-2"), is_osm_id("R-1")
    (True, True, False)
    """
    return _ID.fullmatch(road_id) is not None


def way_of(road_id: str) -> str | None:
    """Give the number of the way that an id names; None if it names none."""
    found = _ID.fullmatch(road_id)
    return None if found is None else found[1]


def successions(gone: Iterable[str], standing: Iterable[str]) -> list[Succession]:
    """Match roads that are gone to those that lie in their place, way by way.

    Parameters
    ----------
    gone : iterable of str
        Ids of roads that the newer extract has not.
    standing : iterable of str
        Ids of all its roads.

    Returns
    -------
    list of Succession
        Of those for which roads of the same way lead from their first node to their last, or which
        lie with others of them in the place of such roads. No guess is made for the rest.

    Examples
    --------
    >>> [(one.road_id, one.change.value, one.successors) for one in
    ...  successions(["w7-1-3"], ["w7-1-2", "w7-2-3", "w8-1-3"])]
    [('w7-1-3', 'split', ('w7-1-2', 'w7-2-3'))]
    """
    old = _by_way(gone, None)
    new = _by_way(standing, old)
    return [
        one for way, spans in old.items() for one in _of_way(spans, new.get(way, []))
    ]  # fmt: skip


def _by_way(ids: Iterable[str], wanted: Mapping[str, list[_Span]] | None) -> dict[str, list[_Span]]:
    """Sort roads by way; only some ways if they are given."""
    spans: dict[str, list[_Span]] = {}
    for road_id in ids:  # text, one by one anyway
        way, _, _ = road_id.partition("-")
        if wanted is not None and way not in wanted:
            continue
        found = _ID.fullmatch(road_id)
        if found is not None:
            spans.setdefault(way, []).append(_Span(road_id, found[2], found[3]))
    return spans


def _of_way(old: Sequence[_Span], new: Sequence[_Span]) -> list[Succession]:
    along_old = _chain(old)
    ahead, back = _chain(new), _chain([span.mirrored() for span in new])
    found: dict[str, Succession] = {}
    for start in along_old:
        for chain, is_back in ((ahead, False), (back, True)):
            stretch = _stretch(_walk(start, along_old), _walk(start, chain))
            if stretch is not None:
                found |= {one.road_id: one for one in _succeed(*stretch, is_back=is_back)}
                break
    return list(found.values())


def _chain(spans: Sequence[_Span]) -> _Chain:
    """Lay out which road begins where; nodes where several begin are left out: no order is sure."""
    chain: dict[str, _Span] = {}
    unsure = set()
    for span in spans:
        if span.first in chain:
            unsure.add(span.first)
        chain[span.first] = span
    return {node: span for node, span in chain.items() if node not in unsure}


def _walk(start: str, chain: _Chain) -> list[_Span]:
    """Follow a way from a node to its end, or once around."""
    node, seen, path = start, set(), []
    while node in chain and node not in seen:
        seen.add(node)
        path.append(chain[node])
        node = chain[node].last
    return path


def _stretch(
    old: Sequence[_Span], new: Sequence[_Span]
) -> tuple[Sequence[_Span], Sequence[_Span]] | None:
    """Cut both where they first end at the same node."""
    places = {span.last: place for place, span in reversed(list(enumerate(new)))}
    for count, span in enumerate(old, start=1):
        place = places.get(span.last)
        if place is not None:
            return old[:count], new[: place + 1]
    return None


def _succeed(
    old: Sequence[_Span], new: Sequence[_Span], *, is_back: bool
) -> Iterable[Succession]:  # fmt: skip
    """Say what became of each of some roads that run over the same nodes as others."""
    if len(new) == 1:
        change = Change.JOINED if len(old) > 1 else Change.REVERSED
    else:
        change = Change.SPLIT if len(old) == 1 else Change.RECUT
    if change is Change.REVERSED and not is_back:
        return  # the same nodes in the same order: another stretch between them, not this one
    heirs = tuple(span.road_id for span in new)
    for span in old:
        yield Succession(span.road_id, change, heirs)
