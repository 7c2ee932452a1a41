"""Records of phones that the suites share."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.contract.samples import find
from uxo.evidence.events import EventType
from uxo.store.contract import Draft
from uxo.store.phone_contract import PhonePost

DEVICE_TIME = datetime(2026, 3, 1, 9, tzinfo=UTC)


def phone_id(number: int) -> str:
    """A UUIDv7 that is the same in every run."""
    return f"01957000-0000-7000-8000-{number:012x}"


def post(draft: Draft, number: int, *, seq: int = 1, **given: Any) -> PhonePost:  # noqa: ANN401
    """A post with bytes of its own."""
    filled: dict[str, Any] = {
        "event_id": phone_id(number),
        "device_seq": seq,
        "sent": json.dumps([number, seq, draft.type, draft.entity, str(draft.data)]).encode(),
        "base": (),
        "device_time": DEVICE_TIME,
        "skew_ms": None,
        "draft": draft,
    }
    return PhonePost(**filled | given)


def found(entity: int, number: int, *, seq: int = 1, **data: Any) -> PhonePost:  # noqa: ANN401
    return post(find(phone_id(entity), **data), number, seq=seq)


def corrected(
    entity: int,
    number: int,
    *,
    seq: int,
    base: tuple[str, ...] = (),
    **data: Any,  # noqa: ANN401
) -> PhonePost:
    draft = Draft(EventType.EVIDENCE_CORRECTED, phone_id(entity), {"reason": "seen", **data}, "T-1")
    return post(draft, number, seq=seq, base=base)
