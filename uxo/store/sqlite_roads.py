"""The part of the SQLite store that knows what became of roads."""

from uxo.store.reading import Reader


class SqliteRoads:
    """Answers for roads that are gone; the store itself brings the reader."""

    _reader: Reader

    def successors(self, road_id: str) -> tuple[str, ...]:
        """Give the roads that stand in the place of one that an import withdrew.

        Parameters
        ----------
        road_id : str
            Any.

        Returns
        -------
        tuple of str
            In order along the withdrawn road, followed through later imports. One among them that
            was withdrawn itself and that nothing replaced stays, so that there is no gap in
            silence. Empty for a road that is held, was never held, or that nothing replaced.
        """
        return self._reader.successors(road_id)
