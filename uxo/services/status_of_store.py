"""Compute the status of every road of a store."""

from datetime import datetime

from uxo.errors import NotFound
from uxo.policy import Policy
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult
from uxo.store.contract import Store
from uxo.vocabulary import Layer


def status_of_store(
    store: Store, *, policy: Policy, as_of: datetime, known_at: datetime
) -> StatusResult:
    """Compute the status from what the store holds.

    Parameters
    ----------
    store : Store
        An open store.
    policy : Policy
        The programme's figures.
    as_of, known_at : datetime
        The moment asked about, and the latest moment of recording that counts. Both with a zone.

    Raises
    ------
    NotFound
        The store holds no roads.
    """
    roads = store.state(Layer.ROADS, known_at=known_at)
    if len(roads) == 0:
        msg = "the store holds no roads; import some with: uxo import roads FILE"
        raise NotFound(msg)
    evidence = store.state(Layer.EVIDENCE, known_at=known_at)
    return compute_status(roads, evidence, policy=policy, as_of=as_of, known_at=known_at)
