"""Create or migrate a store and tell what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from uxo.store.contract import Store
from uxo.vocabulary import Layer


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a store holds.

    Attributes
    ----------
    path : Path
        Its file.
    rows : mapping of str to int
        Layer -> rows of its current state.
    """

    path: Path
    rows: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        """Give the shape that ``--json`` prints."""
        return {"store": str(self.path), "rows": dict(self.rows)}


def start_store(store: Store, path: Path) -> Holdings:
    """Look into a store that was just created, migrated or opened.

    Parameters
    ----------
    store : Store
        Open; opening created or migrated it.
    path : Path
        Its file.
    """
    return Holdings(path, {layer.value: len(store.state(layer)) for layer in Layer})
