"""Draw the map of what a store holds."""

from datetime import datetime

from uxo.policy import Policy
from uxo.publish.map import draw_map
from uxo.services.status_of_store import status_of_store
from uxo.store.contract import Store
from uxo.vocabulary import Layer


def draw_map_of_store(
    store: Store,
    *,
    policy: Policy,
    as_of: datetime,
    known_at: datetime,
    language: str,
    title: str = "",
) -> str:
    """Compute the status from a store and draw it as one page that needs no network.

    Parameters
    ----------
    store : Store
        An open store with roads.
    policy : Policy
        The programme's figures.
    as_of, known_at : datetime
        The moment asked about, and the latest moment of recording that counts. Both with a zone.
    language : str
        ``en`` or ``ar``: the language that the page opens in; it carries both.
    title : str
        What the map shows; stands behind the heading of the catalogue.

    Returns
    -------
    str
        HTML. It says that it is an exercise as soon as one source of the store is one.

    Raises
    ------
    NotFound
        The store holds no roads.
    MissingPart
        There is no such language, or a browser package was not fetched.
    """
    result = status_of_store(store, policy=policy, as_of=as_of, known_at=known_at)
    sources = store.sources()
    return draw_map(
        result,
        places=store.state(Layer.PLACES, known_at=known_at),
        language=language,
        attribution=list(dict.fromkeys(one.attribution for one in sources if one.attribution)),
        exercise=any(one.exercise for one in sources),
        title=title,
    )
