"""The number of a sheet: the same for the same knowledge, so that two prints can be compared.

It is no count: nothing is stored, and a sheet of a past moment that is printed again has the number
that it had. Hours and minutes are not in it, nor the language, the paper and the tier.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none is read for another
_COUNT: Final = 12
_GROUP: Final = 4
_BITS: Final = 5


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a sheet says, as far as it decides its number.

    Attributes
    ----------
    subject : str
        Kind and id of what it is about.
    as_of, known_at : datetime
        Only their days (UTC) count.
    policy_digest : str
        Of the figures.
    says : sequence
        JSON values: everything else.
    """

    subject: str
    as_of: datetime
    known_at: datetime
    policy_digest: str
    says: Sequence[Any]


def issue_number(knowledge: Knowledge) -> str:
    """Give the number of a sheet: three groups of four letters and digits.

    Examples
    --------
    >>> moment = datetime(2026, 3, 12, tzinfo=UTC)
    >>> issue_number(Knowledge("route 1", moment, moment, "ab", ["cleared"]))
    'NSXE-5PBP-A78S'
    """
    told = [
        knowledge.subject,
        _day(knowledge.as_of),
        _day(knowledge.known_at),
        knowledge.policy_digest,
        list(knowledge.says),
    ]
    text = json.dumps(told, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    number = int.from_bytes(hashlib.sha256(text.encode("ascii")).digest(), "big")
    letters = "".join(_LETTERS[number >> _BITS * place & 31] for place in range(_COUNT))
    return "-".join(letters[start : start + _GROUP] for start in range(0, _COUNT, _GROUP))


def _day(moment: datetime) -> str:
    day: date = moment.astimezone(UTC).date()
    return day.isoformat()
