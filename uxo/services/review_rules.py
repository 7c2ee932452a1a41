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
    STANDS_FOR_OTHERS = "stands_for_others"


WHY_NOT: Mapping[Hindrance, str] = {
    Hindrance.NO_TEAM: "whoever decides must belong to a team: its code stands in the log",
    Hindrance.OWN_RECORD: "your team recorded or corrected this record; another team must review "
    "it (two-person rule)",
    Hindrance.ALREADY: "it is so already",
    Hindrance.NOT_DECIDED: "nobody has decided about it yet",
    Hindrance.TEXT_IN_DOUBT: "the record was changed in two places at once: correct the fields in "
    "conflict first; until then no signature counts",
    Hindrance.STANDS_FOR_OTHERS: "a record nearby is set aside as a duplicate of it, so nothing "
    "would be left of the item: open that one again first",
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
    stands_for_others : bool
        A record nearby is set aside as a duplicate of it.
    """

    kind: str
    review: str
    conflict: frozenset[str]
    recorders: frozenset[str]
    stands_for_others: bool

    @classmethod
    def of(
        cls,
        record: gpd.GeoDataFrame,
        *,
        conflict: frozenset[str],
        recorders: frozenset[str],
        stands_for_others: bool,
    ) -> "Standing":
        """Read it from a record of one row."""
        review = record["review"].iloc[0]
        known = review if isinstance(review, str) else Review.UNREVIEWED.value
        kind = str(record["kind"].iloc[0])
        return cls(kind, known, conflict, recorders, stands_for_others)

    def hindrance(self, deed: Deed, who: Who) -> Hindrance | None:
        """Say what stands against a deed; None: nothing does."""
        if not who.team.strip():
            return Hindrance.NO_TEAM
        if deed is Deed.CORRECT:
            return None
        if self.is_already(deed):
            undecided = deed is Deed.REOPEN
            return Hindrance.NOT_DECIDED if undecided else Hindrance.ALREADY
        return self._against_review(deed, who)

    def _against_review(self, deed: Deed, who: Who) -> Hindrance | None:
        """Say what stands against a signature (status rule, section 4, clauses 2 and 3)."""
        release = self.kind in {kind.value for kind in RELEASE_KINDS}
        in_doubt = bool(self.conflict - {"review", "reviewed_at"})
        against = {
            Hindrance.OWN_RECORD: bool(teams_of(who.team) & self.recorders),
            Hindrance.STANDS_FOR_OTHERS: deed in {Deed.REJECT, Deed.DUPLICATE}
            and self.stands_for_others,
            Hindrance.TEXT_IN_DOUBT: deed is Deed.ACCEPT and release and in_doubt,
        }
        return next((why for why, stands in against.items() if stands), None)

    def is_already(self, deed: Deed) -> bool:
        """Tell whether a decision would change nothing."""
        return self.review == review_after(deed).value and "review" not in self.conflict
