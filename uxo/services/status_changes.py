"""What changed on the roads, for those who hold more than the status itself."""

from dataclasses import dataclass
from datetime import datetime

from uxo.status.item_sets import Rows
from uxo.status.result import StatusResult
from uxo.status.swept import Swept


@dataclass(frozen=True, slots=True)
class RoadChanges:
    """What changed on the roads since a version.

    Attributes
    ----------
    version : int
        Of the status now.
    as_of, known_at : datetime
        The moment, and the last moment whose knowledge is used.
    whole : StatusResult or None
        Everything, where the roads that changed are not known one by one.
    rows : intp[k]
        Rows of the road table that may have changed; none where ``whole`` is given.
    swept : Swept
        Their pieces, in this order.
    """

    version: int
    as_of: datetime
    known_at: datetime
    whole: StatusResult | None
    rows: Rows
    swept: Swept
