"""The table of roles and actions, written out a second time for people to read."""

import pytest

from uxo.errors import Forbidden
from uxo.services.permissions import TABLE, refusal, refusal_to, require
from uxo.services.who import NOBODY, Who
from uxo.vocabulary import Action, Role

COLUMNS = ("team", "officer", "reviewer", "planner", "partner", "public", "admin")
GRID = """
see_public_map      yes  yes  yes  yes  yes  yes  yes
see_status          yes  yes  yes  yes  yes  no   yes
find_ways           no   yes  yes  yes  no   no   yes
see_routes          yes  yes  yes  yes  yes  no   yes
make_routes         no   yes  yes  yes  no   no   yes
explain_status      yes  yes  yes  yes  no   no   no
prioritise          no   yes  yes  yes  no   no   yes
print_sheets        yes  yes  yes  yes  yes  no   yes
see_evidence        yes  yes  yes  yes  no   no   no
take_field_records  yes  no   no   no   no   no   no
record_evidence     yes  yes  no   no   no   no   no
correct_evidence    yes  yes  no   no   no   no   no
dispose_item        yes  yes  no   no   no   no   no
review_evidence     no   yes  yes  no   no   no   no
upload_media        yes  yes  no   no   no   no   no
see_media           yes  yes  yes  yes  no   no   no
see_original_media  no   yes  yes  no   no   no   no
see_desk            no   yes  yes  no   no   no   no
manage_devices      no   yes  no   no   no   no   yes
manage_people       no   no   no   no   no   no   yes
see_names           no   no   no   no   no   no   yes
see_audit           no   no   no   no   no   no   yes
export              no   yes  no   no   no   no   no
import_phones       no   yes  no   no   no   no   no
change_own_password yes  yes  yes  yes  yes  yes  yes
"""
ROWS = {words[0]: words[1:] for words in map(str.split, GRID.strip().splitlines())}


def test_the_grid_speaks_of_every_role_and_every_action() -> None:
    assert tuple(role.value for role in Role) == COLUMNS
    assert set(ROWS) == {action.value for action in Action} == {one.value for one in TABLE}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_the_table_is_the_grid_and_every_refusal_has_its_reason(role: Role, action: Action) -> None:
    allowed = ROWS[action.value][COLUMNS.index(role.value)] == "yes"
    reason = refusal(role, action)
    assert (reason is None) == allowed
    if reason is None:
        require(role, action)
        return
    assert reason.endswith(".")
    with pytest.raises(Forbidden) as told:
        require(role, action)
    assert str(told.value) == reason
    assert told.value.code == "forbidden"


def test_no_words_are_kept_for_a_role_that_is_allowed() -> None:
    for rule in TABLE.values():
        assert not rule.roles & set(rule.besides)


def test_nobody_both_judges_and_changes_access_and_whoever_reads_names_sees_no_find() -> None:
    for role in Role:
        if refusal(role, Action.SEE_NAMES) is None:
            assert refusal(role, Action.SEE_EVIDENCE) is not None
            assert refusal(role, Action.REVIEW_EVIDENCE) is not None


def test_what_only_a_person_may_do_is_refused_to_phones_and_to_nobody() -> None:
    action = Action.CHANGE_OWN_PASSWORD
    assert refusal_to(Who(Role.PUBLIC, "T", "person:1"), action) is None
    for who in (NOBODY, Who(Role.TEAM, "T", "device:1"), Who(Role.ADMIN, "", "console")):
        assert refusal_to(who, action) == TABLE[action].because
    assert refusal_to(NOBODY, Action.SEE_PUBLIC_MAP) is None
    assert refusal_to(NOBODY, Action.SEE_STATUS) == refusal(Role.PUBLIC, Action.SEE_STATUS)
