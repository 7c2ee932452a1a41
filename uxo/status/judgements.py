"""Take judgements apart, put them behind each other, and compare them row by row."""

from dataclasses import fields
from typing import Final

import numpy as np
import numpy.typing as npt

from uxo.status.judge import Judgement

_COLUMNS: Final = tuple(column.name for column in fields(Judgement))


def sliced(judged: Judgement, where: slice | npt.NDArray[np.bool_]) -> Judgement:
    """Take some rows of a judgement."""
    return Judgement(**{name: getattr(judged, name)[where] for name in _COLUMNS})


def joined_judgements(parts: list[Judgement]) -> Judgement:
    """Put judgements behind each other."""
    return Judgement(
        **{name: np.concatenate([getattr(p, name) for p in parts]) for name in _COLUMNS}
    )


def differing(one: Judgement, other: Judgement) -> npt.NDArray[np.bool_]:
    """Tell which rows count for something else, bool[n]; a missing number equals a missing one."""
    differs = np.zeros(len(one.exists), dtype=np.bool_)
    for name in _COLUMNS:
        a, b = getattr(one, name), getattr(other, name)
        differs |= (a != b) & ~((a != a) & (b != b))  # noqa: PLR0124  # a NaN differs from itself
    return differs
