from itertools import combinations

import pytest

from uxo.errors import BadInput
from uxo.plan.effort import METHODS, NO_METHOD, PASSABLE, check_allowed, methods_by_status
from uxo.vocabulary import Kind, Status

UNSURE = (Status.SUSPECTED_HAZARD, Status.NOT_SURVEYED, Status.SURVEY_EXPIRED)


def test_the_method_is_what_ends_the_hazard() -> None:
    methods = methods_by_status(check_allowed(PASSABLE))
    assert METHODS[methods[Status.CONFIRMED_HAZARD]] is Kind.CLEARANCE
    assert METHODS[methods[Status.SUSPECTED_HAZARD]] is Kind.TECHNICAL_SURVEY
    assert METHODS[methods[Status.NOT_SURVEYED]] is Kind.SURVEY
    assert METHODS[methods[Status.SURVEY_EXPIRED]] is Kind.SURVEY
    assert methods[Status.CLOSED] == NO_METHOD


def test_no_method_is_needed_where_the_planner_lets_people_go() -> None:
    for size in range(len(UNSURE) + 1):
        for more in combinations(UNSURE, size):
            allowed = check_allowed({*PASSABLE, *more})
            methods = methods_by_status(allowed)
            assert all((methods[one] == NO_METHOD) == (one in allowed) for one in UNSURE)


def test_only_what_is_never_passable_and_what_makes_no_sense_is_refused() -> None:
    for never in (Status.CLOSED, Status.CONFIRMED_HAZARD):
        with pytest.raises(BadInput, match=never.word):
            check_allowed({*PASSABLE, never})
    with pytest.raises(BadInput, match="cleared is missing"):
        check_allowed({Status.SURVEYED})
