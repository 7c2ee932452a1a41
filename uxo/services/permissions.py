"""Who may do what: one table of role and action, with the reason of every refusal.

What is not allowed here is refused. A row names the roles that may, and says to the others why
not and whom to ask; where one role needs other words than the rest, the row has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from uxo.errors import Forbidden
from uxo.services.who import Who
from uxo.vocabulary import Action, Role


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    Attributes
    ----------
    roles : frozenset of Role
        Who may.
    because : str
        Why the others may not.
    besides : mapping of Role to str
        Other words for a role.
    audited : bool
        Each time it is done, a line is written: restricted data is seen, or access changes.
    person_only : bool
        A person must have signed in for it; a phone, or nobody, is refused whatever the role.
    """

    roles: frozenset[Role]
    because: str
    besides: Mapping[Role, str] = field(default_factory=dict)
    audited: bool = False
    person_only: bool = False


_DESK: Final = frozenset({Role.OFFICER, Role.REVIEWER})
_RECORDERS: Final = frozenset({Role.TEAM, Role.OFFICER})
_INSIDE: Final = _DESK | {Role.TEAM, Role.PLANNER}
_JUDGES: Final = (
    "Who reviews does not write what is reviewed: a second person must. Ask an officer or a team."
)
_ADMIN_SEES_NONE: Final = (
    "Who manages sign-ins needs no survey data for that. Use the sign-in of another role."
)

TABLE: Final[Mapping[Action, Rule]] = MappingProxyType(
    {
        Action.SEE_PUBLIC_MAP: Rule(frozenset(Role), "Nobody is refused the public map."),
        Action.SEE_STATUS: Rule(
            frozenset(Role) - {Role.PUBLIC},
            "The status in full is for those who are signed in. The public map is open to all.",
        ),
        Action.EXPLAIN_STATUS: Rule(
            _INSIDE,
            "An explanation leads to single finds. Partners and the public get the status itself.",
            {Role.ADMIN: _ADMIN_SEES_NONE},
            audited=True,
        ),
        Action.PRIORITISE: Rule(
            frozenset({Role.PLANNER, Role.OFFICER, Role.REVIEWER, Role.ADMIN}),
            "A plan of what to clear names single finds; planners and the desk make it. "
            "Ask a planner.",
            audited=True,
        ),
        Action.FIND_WAYS: Rule(
            _DESK | {Role.PLANNER, Role.ADMIN},
            "Ways are planned at the centre. Ask a planner for a sheet of the way.",
        ),
        Action.SEE_ROUTES: Rule(
            frozenset(Role) - {Role.PUBLIC},
            "Return routes in full are for those who are signed in. The public map is open to all.",
        ),
        Action.MAKE_ROUTES: Rule(
            _DESK | {Role.PLANNER, Role.ADMIN},
            "Return routes are made and retired at the centre. Ask a planner.",
            audited=True,
        ),
        Action.PRINT_SHEETS: Rule(
            frozenset(Role) - {Role.PUBLIC},
            "Sheets of routes and places are printed by those who are signed in. The public map "
            "is open to all.",
            audited=True,
        ),
        Action.SEE_EVIDENCE: Rule(
            _INSIDE,
            "Finds and teams are restricted: they lead to ordnance and to people. "
            "Partners and the public get the status itself.",
            {Role.ADMIN: _ADMIN_SEES_NONE},
            audited=True,
        ),
        Action.TAKE_FIELD_RECORDS: Rule(
            frozenset({Role.TEAM}),
            "Only the phone of a team keeps the finds around it. Look at the map or the desk.",
            {
                Role.PARTNER: "Finds lead to ordnance; only the phone of a team keeps them.",
                Role.PUBLIC: "Finds lead to ordnance; only the phone of a team keeps them.",
                Role.ADMIN: _ADMIN_SEES_NONE,
            },
            audited=True,
        ),
        Action.RECORD_EVIDENCE: Rule(
            _RECORDERS,
            "Only a team or an officer records evidence.",
            {Role.REVIEWER: _JUDGES},
        ),
        Action.CORRECT_EVIDENCE: Rule(
            _RECORDERS,
            "Only a team or an officer corrects a record.",
            {Role.REVIEWER: _JUDGES},
        ),
        Action.DISPOSE_ITEM: Rule(
            _RECORDERS,
            "Only a team or an officer records that an item was removed or destroyed.",
            {Role.REVIEWER: _JUDGES},
        ),
        Action.REVIEW_EVIDENCE: Rule(
            _DESK,
            "Only an officer or a reviewer accepts or rejects a record.",
            {Role.TEAM: "A team does not review: a second person at the desk does."},
            audited=True,
        ),
        Action.UPLOAD_MEDIA: Rule(
            _RECORDERS,
            "Only a team or an officer adds a photo to a record.",
            {Role.REVIEWER: _JUDGES},
        ),
        Action.SEE_MEDIA: Rule(
            _INSIDE,
            "Photos show ordnance and people; they stay inside.",
            {Role.ADMIN: _ADMIN_SEES_NONE},
            audited=True,
        ),
        Action.SEE_ORIGINAL_MEDIA: Rule(
            _DESK,
            "The original of a photo tells where and with what it was taken; only the desk sees "
            "it. A copy without that may be shown.",
            {
                Role.ADMIN: _ADMIN_SEES_NONE,
                Role.PARTNER: "Photos show ordnance and people; they stay inside.",
                Role.PUBLIC: "Photos show ordnance and people; they stay inside.",
            },
            audited=True,
        ),
        Action.SEE_DESK: Rule(
            _DESK,
            "The desk is for officers and reviewers.",
            {Role.TEAM: "The desk is for officers and reviewers; the phone shows a team its own."},
            audited=True,
        ),
        Action.MANAGE_DEVICES: Rule(
            frozenset({Role.OFFICER, Role.ADMIN}),
            "Only an officer or an administrator adds a phone or cuts one off. Ask them at once "
            "when a phone is lost.",
            audited=True,
        ),
        Action.MANAGE_PEOPLE: Rule(
            frozenset({Role.ADMIN}),
            "Only an administrator adds, changes or disables sign-ins.",
            audited=True,
        ),
        Action.SEE_NAMES: Rule(
            frozenset({Role.ADMIN}),
            "Only an administrator sees who stands behind a sign-in. Everybody else sees the team.",
            audited=True,
        ),
        Action.SEE_AUDIT: Rule(
            frozenset({Role.ADMIN}),
            "Only an administrator reads the audit trail.",
            audited=True,
        ),
        Action.IMPORT_PHONES: Rule(
            # Not audited here: what takes a file in writes a line with what became of it.
            frozenset({Role.OFFICER}),
            "Only an officer takes in the locked file of a phone: who hands it in vouches for it.",
        ),
        Action.EXPORT: Rule(
            frozenset({Role.OFFICER}),
            "A file leaves with every find in it; only an officer exports. Ask an officer.",
            {
                Role.PARTNER: "A file leaves with every find in it. Ask the centre for what it "
                "has agreed to share.",
                Role.PUBLIC: "A file leaves with every find in it. The public map is open to all.",
            },
            audited=True,
        ),
        Action.CHANGE_OWN_PASSWORD: Rule(
            frozenset(Role),
            "Only a person who signed in has a password; a phone has none.",
            audited=True,
            person_only=True,
        ),
    }
)


def refusal(role: Role, action: Action) -> str | None:
    """Say why a role may not do something; None: it may.

    Examples
    --------
    >>> refusal(Role.TEAM, Action.RECORD_EVIDENCE) is None
    True
    >>> refusal(Role.TEAM, Action.REVIEW_EVIDENCE)
    'A team does not review: a second person at the desk does.'
    """
    rule = TABLE[action]
    return None if role in rule.roles else rule.besides.get(role, rule.because)


def refusal_to(who: Who, action: Action) -> str | None:
    """Say why somebody may not do something; None: it may be done.

    As `refusal`, and what only a person may do is refused to phones and to whom nobody knows.
    """
    rule = TABLE[action]
    if rule.person_only and not who.person_id:
        return rule.because
    return refusal(who.role, action)


def require(role: Role, action: Action) -> None:
    """Let a role pass that may do something.

    Raises
    ------
    Forbidden
        It may not; the message is the reason of the table.
    """
    reason = refusal(role, action)
    if reason is not None:
        raise Forbidden(reason)


def require_own_team(who: Who, team: str) -> None:
    """Let a team record under its own code only; an officer records for others, as told by radio.

    Parameters
    ----------
    who : Who
        Records.
    team : str
        The code that the record carries.

    Raises
    ------
    Forbidden
        The record carries another team's code.
    """
    if who.role is Role.TEAM and who.team != team:
        msg = (
            f"This sign-in records for team {who.team} and not for {team}. Record under your own "
            "team's code, or ask an officer."
        )
        raise Forbidden(msg)
