"""The arrays that the compiled loops read and fill, grouped and named."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

EPSILON_M: Final = 1e-5
"""Intervals shorter than this are dropped, and ends nearer than this are one end."""

F8 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int64]
I4 = npt.NDArray[np.int32]
U1 = npt.NDArray[np.uint8]
B1 = npt.NDArray[np.bool_]


class Roads(NamedTuple):
    """Projected roads; see :class:`uxo.geo.polyline.Polylines`. ``half_width_m`` is one a road."""

    start: I8
    x: F8
    y: F8
    scale: F8
    measure_m: F8
    half_width_m: F8


class Items(NamedTuple):
    """Projected evidence; see :class:`uxo.geo.edges.Edges` and :class:`uxo.status.judge.Judgement`.

    ``reach_m`` is ``f + e`` of a hazard and ``e`` of a release. ``rank_as_ender`` orders releases:
    the lower is named first. ``named`` holds sorted keys ``release * n + hazard``.
    """

    edge_start: I8
    edges: F8
    area: B1
    bounds: F8
    block_start: I8
    blocks: F8
    reach_m: F8
    is_release: B1
    effect: U1
    counts_as: U1
    direct: B1
    day: I8
    endable: B1
    ends: B1
    depth_m: F8
    kind: npt.NDArray[np.int8]
    rank_as_ender: I8
    named: I8


class Scratch(NamedTuple):
    """Arrays that one road's walk fills, kept from road to road."""

    item: I4
    low: F8
    high: F8
    near_low: F8
    near_high: F8
    candidate: I4


class Pieces(NamedTuple):
    """Columns that pieces are written to, and a counter for each sort of evidence."""

    from_m: F8
    to_m: F8
    rank: U1
    conflict: B1
    under_way: B1
    active: I8
