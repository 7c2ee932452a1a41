"""What one team may do with one record, and why not, in words known before anybody clicks.

The store refuses a review that cannot count (status rule, section 4, clauses 2 and 3); here the
same is said beforehand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique

import geopandas as gpd

from uxo.services.who import Who
from uxo.store.fold import teams_of
from uxo.vocabulary import RELEASE_KINDS, Review


@unique
class Deed(StrEnum):
    """What can be done with a record at the desk."""

    ACCEPT = "accept"
    REJECT = "reject"
    REOPEN = "reopen"
    CORRECT = "correct"
    DUPLICATE = "duplicate"


@unique
class Hindrance(StrEnum):
    """Why something cannot be done; the pages have a sentence for each."""

    NO_TEAM = "no_team"
    OWN_RECORD = "own_record"
    ALREADY = "already"
    NOT_DECIDED = "not_decided"
    TEXT_IN_DOUBT = "text_in_doubt"


WHY_NOT: Mapping[Hindrance, str] = {
    Hindrance.NO_TEAM: "whoever decides must belong to a team: its code stands in the log",
    Hindrance.OWN_RECORD: "your team recorded or corrected this record; another team must review "
    "it (two-person rule)",
    Hindrance.ALREADY: "it is so already",
    Hindrance.NOT_DECIDED: "nobody has decided about it yet",
    Hindrance.TEXT_IN_DOUBT: "the record was changed in two places at once: correct the fields in "
    "conflict first; until then no signature counts",
}
"""Each hindrance as a message says it."""

_REVIEW_AFTER: Mapping[Deed, Review] = {
    Deed.ACCEPT: Review.ACCEPTED,
    Deed.REJECT: Review.REJECTED,
    Deed.DUPLICATE: Review.REJECTED,
    Deed.REOPEN: Review.UNREVIEWED,
}


def review_after(deed: Deed) -> Review:
    """Give what the record's review is after a decision; a correction takes every review away."""
    return _REVIEW_AFTER.get(deed, Review.UNREVIEWED)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules look at.

    Attributes
    ----------
    kind, review : str
        Of the record.
    conflict : frozenset of str
        Fields that were changed in two places at once.
    recorders : frozenset of str
        Teams, case folded, that recorded or corrected it.
    """

    kind: str
    review: str
    conflict: frozenset[str]
    recorders: frozenset[str]

    @classmethod
    def of(
        cls, record: gpd.GeoDataFrame, conflict: frozenset[str], recorders: frozenset[str]
    ) -> "Standing":
        """Read it from a record of one row."""
        review = record["review"].iloc[0]
        known = review if isinstance(review, str) else Review.UNREVIEWED.value
        return cls(str(record["kind"].iloc[0]), known, conflict, recorders)

    def hindrance(self, deed: Deed, who: Who) -> Hindrance | None:
        """Say what stands against a deed; None: nothing does."""
        if not who.team.strip():
            return Hindrance.NO_TEAM
        if deed is Deed.CORRECT:
            return None
        if self.is_already(deed):
            undecided = deed is Deed.REOPEN
            return Hindrance.NOT_DECIDED if undecided else Hindrance.ALREADY
        if teams_of(who.team) & self.recorders:
            return Hindrance.OWN_RECORD
        in_doubt = bool(self.conflict - {"review", "reviewed_at"})
        release = self.kind in {kind.value for kind in RELEASE_KINDS}
        if deed is Deed.ACCEPT and release and in_doubt:
            return Hindrance.TEXT_IN_DOUBT
        return None

    def is_already(self, deed: Deed) -> bool:
        """Tell whether a decision would change nothing."""
        return self.review == review_after(deed).value and "review" not in self.conflict
