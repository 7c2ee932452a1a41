"""Sign-ins for the exercise: one person of each role, with random passwords, in one file."""

import json
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from uxo.services.access import Access
from uxo.services.sign_in import Terms
from uxo.services.who import CONSOLE
from uxo.vocabulary import Role

FILE_NAME: Final = "sign-ins.json"
_TEAM: Final = "DEMO-1"
_DESK: Final = "DEMO-DESK"
# Long enough for a course; the token is for programs that try the service out.
_TERMS: Final = Terms(idle=timedelta(days=30), in_all=timedelta(days=30))


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One sign-in of the exercise.

    Attributes
    ----------
    role : Role
        What is allowed.
    name, password : str
        For the page.
    team : str
        Code of the team.
    token : str
        For programs: ``Authorization: Bearer TOKEN``, for 30 days.
    """

    role: Role
    name: str
    password: str
    team: str
    token: str

    def as_json(self) -> dict[str, str]:
        """Give the shape that the file carries."""
        return {
            "role": self.role.value,
            "name": self.name,
            "password": self.password,
            "team": self.team,
            "token": self.token,
        }


def make_demo_sign_ins(access: Access, folder: Path) -> list[DemoSignIn]:
    """Make one sign-in of each role and write them to ``sign-ins.json``, for its owner only.

    Those that were made before are kept, with new passwords and tokens.

    Parameters
    ----------
    access : Access
        Gets the people.
    folder : Path
        Where the file goes; one of an earlier run is replaced.

    Returns
    -------
    list of DemoSignIn
        In the order of `Role`.
    """
    made = [_sign_in(access, role) for role in Role]
    _write_private(folder / FILE_NAME, json.dumps([one.as_json() for one in made], indent=2))
    return made


def _sign_in(access: Access, role: Role) -> DemoSignIn:
    name = f"demo-{role.value}"
    team = _TEAM if role is Role.TEAM else _DESK
    password = access.people.generate_password()
    known = {person.name: person for person in access.people.list()}
    person = known.get(name)
    if person is None:
        person = access.people.add(name, role=role, team=team, password=password, by=CONSOLE)
    else:
        # Whoever tried things out may have disabled it or given it another role.
        access.people.set_role(person, role, by=CONSOLE)
        access.people.set_disabled(person, disabled=False, by=CONSOLE)
        access.people.set_password(person, password, by=CONSOLE)
    token = access.sign_in.begin(person, _TERMS).token
    return DemoSignIn(role, name, password, person.team, token)


def _write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, at no moment otherwise."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
