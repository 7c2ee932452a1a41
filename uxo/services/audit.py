"""The audit trail: who signed in, who saw restricted data, who changed access.

It holds ids and team-less actors, never a name. The lines are only ever added.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from uxo.services.who import Who
from uxo.store.people.contract import AuditLine, PeopleStore, Sought

_WHAT_MAX: Final = 300

DONE: Final = "done"
REFUSED: Final = "refused"
FAILED: Final = "failed"


class Audit:
    """Writes and reads the trail.

    Parameters
    ----------
    store : PeopleStore
        Keeps it.
    clock : callable
        Gives the time, with a zone.
    """

    def __init__(self, store: PeopleStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def note(self, who: Who, action: str, what: str = "", outcome: str = DONE) -> None:
        """Write what somebody did.

        Parameters
        ----------
        who : Who
            Did it, or was refused.
        action : str
            An `uxo.vocabulary.Action`, or ``sign_in``, ``sign_out``, ``enrol``.
        what : str
            What it was done to; cut to 300 characters.
        outcome : str
            ``done``, ``refused`` or ``failed``.
        """
        shown = what[:_WHAT_MAX].encode("utf-8", "replace").decode("utf-8")
        line = AuditLine(self._clock(), who.actor, who.role, action, shown, outcome)
        self._store.note(line)

    def read(
        self, *, before: int | None = None, limit: int = 100, sought: Sought | None = None
    ) -> Sequence[AuditLine]:
        """Read the trail, newest first.

        Parameters
        ----------
        before : int or None
            Only lines with a smaller number; None: from the newest.
        limit : int
            Most lines.
        sought : Sought or None
            By actor, action and time; None: all.
        """
        return self._store.audit(before=before, limit=limit, sought=sought)
