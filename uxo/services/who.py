"""Who asks: a person, a device, or whoever sits at this machine."""

from dataclasses import dataclass
from typing import Final

from uxo.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Who:
    """The sender of one request, without a name.

    Attributes
    ----------
    role : Role
        Decides what is allowed.
    team : str
        Code of the team; empty for whom has none.
    actor : str
        ``person:ID``, ``device:ID``, ``open`` (no sign-in is in force), ``console`` (the command
        line) or ``nobody`` (not signed in).
    """

    role: Role
    team: str
    actor: str

    @property
    def person_id(self) -> str:
        """Id of the person who signed in; empty: it is none."""
        kind, _, found = self.actor.partition(":")
        return found if kind == "person" else ""


NOBODY: Final = Who(Role.PUBLIC, "", "nobody")
"""Not signed in: the public."""

CONSOLE: Final = Who(Role.ADMIN, "", "console")
"""Whoever may run commands on the machine that holds the store."""


def open_to_all(team: str = "desk") -> Who:
    """Tell who asks while no sign-in is in force and the service answers this machine only.

    Parameters
    ----------
    team : str
        Code of the team that records here.
    """
    return Who(Role.OFFICER, team, "open")
