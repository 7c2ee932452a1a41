"""The ids of a bulk import into an empty layer, without the index that finds them at other times.

Keeping an index by id while rows come in any order costs an eighth of an import; made once at the
end, over all rows, it costs next to nothing.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd


class UniqueIds:
    """Tells whether ids are surely new, in eight bytes an id."""

    def __init__(self) -> None:
        self._known = np.empty(0, dtype=np.uint64)

    def add(self, ids: Sequence[str]) -> bool:
        """Take ids in when all are surely new.

        Parameters
        ----------
        ids : sequence of str
            Of one batch.

        Returns
        -------
        bool
            False: one came before, or two hash alike; then none is taken in.
        """
        fresh = np.sort(pd.util.hash_array(np.array(ids, dtype=object), categorize=False))
        if (fresh[1:] == fresh[:-1]).any():
            return False
        place = np.searchsorted(self._known, fresh)
        inside = place < len(self._known)
        if (self._known[place[inside]] == fresh[inside]).any():
            return False
        self._known = np.insert(self._known, place, fresh)
        return True
