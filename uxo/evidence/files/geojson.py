"""Read the features of a GeoJSON file (RFC 7946) as a stream."""

import codecs
import gc
import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import orjson

from uxo.errors import BadCrs, BadFile
from uxo.evidence.files.brackets import Brackets, match_brackets
from uxo.evidence.files.geojson_rows import raw_batch
from uxo.evidence.files.rows import BATCH_ROWS, RawBatch
from uxo.evidence.files.source import check_text, wrong_encoding
from uxo.geo.crs import crs_of_geojson

if TYPE_CHECKING:
    from pyproj import CRS

_CHUNK_BYTES: Final = 4 << 20
_MOST_HEAD_BYTES: Final = 16 << 20
_MOST_FEATURE_BYTES: Final = 64 << 20
# A feature in a collection nests 9 deep (a MultiPolygon); the rest is room for foreign members.
_MOST_NESTING: Final = 64
_FEATURES_KEY: Final = re.compile(rb'"features"\s*:\s*$')
_KEY_REACH: Final = 256
_GEOMETRY_TYPES: Final = frozenset(
    {
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    }
)


class GeoJsonFile:
    """A GeoJSON FeatureCollection, read feature by feature.

    Parameters
    ----------
    path : Path
        The file.
    wanted : collection of str
        Properties to hand on.
    batch_rows : int
        Rows a batch at most.

    Raises
    ------
    BadFile
        The file is not a FeatureCollection, or is truncated, not UTF-8 or not JSON. Faults behind
        the first features are raised while the batches are read.
    BadCrs
        A ``crs`` member (of the format before RFC 7946) names no known coordinate system.
    """

    def __init__(
        self, path: Path, wanted: Collection[str], *, batch_rows: int = BATCH_ROWS
    ) -> None:
        check_text(path, "GeoJSON")
        self.name = str(path)
        self.notes: list[str] = []
        self.columns: frozenset[str] | None = None
        self._path = path
        self._wanted = tuple(wanted)
        self._batch_rows = batch_rows
        self._size = path.stat().st_size
        with path.open("rb") as stream:
            self._head, _ = self._read_head(stream)
        self.crs: CRS | None = crs_of_geojson(self._head, self.name)

    def batches(self) -> Iterator[RawBatch]:
        """Read the features in order.

        Raises
        ------
        BadFile, BadCrs
            As for the class.
        """
        if self._head.get("type") == "Feature":
            yield raw_batch([self._head], 1, self._wanted, 1.0)
            return
        first_row = 1
        with self._path.open("rb") as stream:
            _, rest = self._read_head(stream)
            for features in self._features(stream, rest):
                share = min(stream.tell() / self._size, 1.0)
                for start in range(0, len(features), self._batch_rows):
                    part = features[start : start + self._batch_rows]
                    yield raw_batch(part, first_row, self._wanted, share)
                    first_row += len(part)

    def _read_head(self, stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
        """Read up to the bracket that opens the features; return the members and what follows."""
        text = b""
        while len(text) < _MOST_HEAD_BYTES:
            chunk = stream.read(_CHUNK_BYTES)
            text += chunk
            if len(text) == len(chunk):
                text = text.removeprefix(codecs.BOM_UTF8)
            brackets = match_brackets(text)
            self._check_nesting(brackets, row=None)
            opened = _features_bracket(text, brackets)
            if opened is not None:
                return self._parse(text[: opened + 1] + b"]}"), text[opened + 1 :]
            if not chunk:
                return self._without_features(text), b""
        raise BadFile(
            f"{self.name}: no list of features within the first {_MOST_HEAD_BYTES >> 20} MB; "
            "it is not a GeoJSON FeatureCollection"
        )

    def _without_features(self, text: bytes) -> dict[str, Any]:
        """Accept a single Feature; say what anything else is."""
        document = self._parse(text)
        kind = document.get("type")
        if kind == "Feature":
            return document
        if kind == "FeatureCollection":
            raise BadFile(f"{self.name}: is a FeatureCollection without a list of features")
        if kind == "Topology":
            raise BadFile(f"{self.name}: is TopoJSON; export it as GeoJSON")
        if kind in _GEOMETRY_TYPES:
            raise BadFile(
                f"{self.name}: is a bare {kind} without properties; "
                "give a FeatureCollection, one feature for each record"
            )
        raise BadFile(f"{self.name}: is JSON, but not a GeoJSON FeatureCollection")

    def _parse(self, text: bytes) -> dict[str, Any]:
        """Parse members outside the features."""
        try:
            document = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            if _is_wrong_utf8(text):
                raise wrong_encoding(self._path) from error
            raise BadFile(
                f"{self.name}: is not GeoJSON, or is truncated ({error}, "
                f"{self._size} bytes in the file)"
            ) from error
        if not isinstance(document, dict):
            raise BadFile(f"{self.name}: is JSON, but not a GeoJSON FeatureCollection")
        return document

    def _features(self, stream: BinaryIO, text: bytes) -> Iterator[list[Any]]:
        """Cut the array of features into lists that fit into memory."""
        done = 0
        comma = b""
        while True:
            brackets = match_brackets(text)
            end = brackets.end_of_array()
            inside = brackets if end is None else brackets.before(end)
            self._check_nesting(inside, row=done + 1)
            starts, ends = inside.element_spans()
            cut = end if end is not None else (int(ends[-1]) if ends.size else 0)
            features = self._load(text[:cut], comma, done, (starts, ends))
            if features:
                yield features
                done += len(features)
                comma = b","
            if end is not None:
                self._check_tail(stream, text[end + 1 :], done)
                return
            text = text[cut:]
            if len(text) > _MOST_FEATURE_BYTES:
                raise BadFile(
                    f"{self.name}, row {done + 1}: one feature is larger than "
                    f"{_MOST_FEATURE_BYTES >> 20} MB"
                )
            # A feature larger than a chunk is scanned again, so the chunks grow with it.
            chunk = stream.read(max(_CHUNK_BYTES, len(text)))
            if not chunk:
                raise BadFile(
                    f"{self.name}: ends after {done} complete features, in the middle of the "
                    "list; it is truncated"
                )
            text += chunk

    def _load(self, text: bytes, comma: bytes, done: int, spans: tuple[Any, Any]) -> list[Any]:
        """Parse complete features; between two pieces of the array stands one comma."""
        body = text.strip()
        if not body:
            return []
        if not body.startswith(comma):
            raise BadFile(f"{self.name}, row {done + 1}: a comma is missing before the feature")
        if body == comma:
            raise BadFile(f"{self.name}: a comma without a feature follows row {done}")
        whole = b"[" + body.removeprefix(comma) + b"]"
        try:
            with _collector_paused():
                features: list[Any] = orjson.loads(whole)
        except orjson.JSONDecodeError:
            features = self._load_leniently(whole, text, done, spans)
        return features

    def _load_leniently(
        self, whole: bytes, text: bytes, done: int, spans: tuple[Any, Any]
    ) -> list[Any]:
        """Parse what is not strict JSON: NaN, infinities, half characters; they fall row by row."""
        if _is_wrong_utf8(text):
            raise wrong_encoding(self._path)
        try:
            features: list[Any] = json.loads(whole)
        except ValueError as error:
            row = done + 1 + self._first_broken(text, spans)
            raise BadFile(f"{self.name}, about row {row}: is not valid JSON ({error})") from error
        return features

    def _first_broken(self, text: bytes, spans: tuple[Any, Any]) -> int:
        """Find the first element that cannot be parsed by itself; 0 if the fault lies between."""
        for position, (start, end) in enumerate(zip(*spans, strict=True)):
            try:
                json.loads(text[start:end])
            except ValueError:
                return position
        return 0

    def _check_tail(self, stream: BinaryIO, text: bytes, done: int) -> None:
        """Check what follows the features: an end, and no surprise."""
        text += stream.read(_MOST_HEAD_BYTES)
        opening = b'{"type":' + orjson.dumps(self._head.get("type", ""))
        if not text.strip():
            raise BadFile(
                f"{self.name}: the closing bracket after {done} features is missing; "
                "it is truncated"
            )
        members = self._parse(opening + text)
        if members.get("type") != "FeatureCollection":
            raise BadFile(f"{self.name}: has features, but is not a GeoJSON FeatureCollection")
        if "features" in members:
            raise BadFile(f"{self.name}: has two lists of features")
        if "crs" in members and crs_of_geojson(members, self.name) != self.crs:
            raise BadCrs(
                f"{self.name}: the crs stands behind the features; move it before them, "
                "or save the file in EPSG:4326"
            )

    def _check_nesting(self, brackets: Brackets, row: int | None) -> None:
        if brackets.deepest > _MOST_NESTING:
            where = self.name if row is None else f"{self.name}, about row {row}"
            raise BadFile(f"{where}: brackets nest more than {_MOST_NESTING} deep")


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from walking over a piece of JSON again and again while it grows.

    A third of the reading time went there, and parsed JSON has no cycles to collect. Threads that
    overlap here leave the collector running at worst, never stopped.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _features_bracket(text: bytes, brackets: Brackets) -> int | None:
    """Find the bracket that opens the list of features of the outermost object."""
    candidates = brackets.at[(brackets.depth == 2) & (brackets.step == 1)]  # noqa: PLR2004
    for offset in candidates.tolist():
        before = text[max(0, offset - _KEY_REACH) : offset]
        if text[offset : offset + 1] == b"[" and _FEATURES_KEY.search(before):
            return int(offset)
    return None


def _is_wrong_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False
