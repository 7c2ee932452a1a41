"""Build the demonstration: a labelled exercise on the real roads of central Aleppo.

The exercise is written for one day (``DEMO_AS_OF``). When it is built later all its days move on by
as many whole days, so that surveys have not run out and closures have not ended while nobody
looked, and a find that somebody logs in it today counts today. The strikes keep their real days.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

import orjson

from uxo.errors import MissingPart
from uxo.evidence.columns import EVIDENCE_DTYPES, TIME_DTYPE
from uxo.policy import Policy
from uxo.publish.map import draw_map
from uxo.services.import_files import FileReport, import_files
from uxo.services.worst_places import WorstPlace, worst_places
from uxo.status.compute import compute_status
from uxo.status.result import StatusResult
from uxo.store.contract import Source, Store
from uxo.vocabulary import Layer, Status

DEMO_AS_OF: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""The moment for which the days in the bundled exercise are written."""

DEMO_TEAM: Final = "UXO-DEMO"
"""The code under which the bundled files are imported."""

DEMO_FILES: Final[Mapping[str, Layer]] = MappingProxyType(
    {
        "roads.geojson": Layer.ROADS,
        "places.geojson": Layer.PLACES,
        "strikes.geojson": Layer.EVIDENCE,
        "exercise.geojson": Layer.EVIDENCE,
    }
)
"""The bundled files, in the order in which they are imported."""

_EXERCISE: Final = "exercise.geojson"
_TIMES: Final = frozenset(name for name, dtype in EVIDENCE_DTYPES.items() if dtype == TIME_DTYPE)
_FOLDER: Final = Path(__file__).with_name("demo_data")
_TITLE: Final = "Aleppo"

Advance = Callable[[str, int, int | None], None]
"""Called with what is being done, how much of it is done, and how much there is (None: unknown)."""


@dataclass(frozen=True, slots=True)
class DemoSummary:
    """What the demonstration shows, in figures and words.

    Attributes
    ----------
    as_of : datetime
        The moment whose status it is.
    km_by_status : mapping of Status to float
        Kilometres on each rung of the ladder, zero where there are none.
    worst : tuple of WorstPlace
        The worst ten places, the worst first.
    files : tuple of FileReport
        What became of each bundled file.
    sources : tuple of Source
        Where the layers come from, with their attributions.
    map_file : Path
        The page that was written.
    result : StatusResult
        The whole result, for those who go on with it.
    """

    as_of: datetime
    km_by_status: Mapping[Status, float]
    worst: tuple[WorstPlace, ...]
    files: tuple[FileReport, ...]
    sources: tuple[Source, ...]
    map_file: Path
    result: StatusResult


def build_demo(
    store: Store,
    *,
    directory: Path,
    policy: Policy,
    now: datetime,
    progress: Advance | None = None,
) -> DemoSummary:
    """Import the bundled files, compute the status and draw the map.

    Doing it twice on one day changes nothing: the rows of the second import equal those of the
    first.

    Parameters
    ----------
    store : Store
        An open store.
    directory : Path
        Where ``map.html`` and ``exercise.geojson`` (with the days of now) are written; it is made
        where it does not exist.
    policy : Policy
        The programme's figures.
    now : datetime
        The moment asked about; the exercise moves to it.
    progress : callable or None
        Told how far each step is.

    Raises
    ------
    MissingPart
        A bundled file is not there.
    BadInput
        A bundled file was refused; the installation is damaged.
    """
    directory.mkdir(parents=True, exist_ok=True)
    reports: list[FileReport] = []
    for name, layer in DEMO_FILES.items():
        path = bundled_file(name)
        if name == _EXERCISE:
            path = _moved_to(now, path, directory / name)
        reports += _import_bundled(store, path, layer, progress)
    places = store.state(Layer.PLACES)
    _tell(progress, "status", 0)
    result = compute_status(
        store.state(Layer.ROADS),
        store.state(Layer.EVIDENCE),
        policy=policy,
        as_of=now,
        known_at=now,
    )
    _tell(progress, "status", 1)
    sources = tuple(store.sources())
    map_file = directory / "map.html"
    _tell(progress, "map", 0)
    page = draw_map(
        result,
        places=places,
        language="en",
        attribution=_attributions(sources),
        exercise=any(source.exercise for source in sources),
        title=_TITLE,
    )
    map_file.write_text(page, encoding="utf-8")
    _tell(progress, "map", 1)
    return DemoSummary(
        as_of=now,
        km_by_status=MappingProxyType(result.km_by_status()),
        worst=worst_places(result, places, reasons=2),
        files=tuple(reports),
        sources=sources,
        map_file=map_file,
        result=result,
    )


def bundled_file(name: str) -> Path:
    """Find a bundled file.

    Raises
    ------
    MissingPart
        It is not there: the package was installed in part.
    """
    path = _FOLDER / name
    if not path.is_file():
        msg = (
            f"the bundled file {name} is missing from this installation; install the package again"
        )
        raise MissingPart(msg)
    return path


def _moved_to(now: datetime, bundled: Path, path: Path) -> Path:
    """Write the exercise with all its times moved on by whole days, none of them past now."""
    days = (now - DEMO_AS_OF) // timedelta(days=1)
    document = orjson.loads(bundled.read_bytes())
    document["as_of"] = _moved(document["as_of"], days)
    for feature in document["features"]:
        properties = feature["properties"]
        for name in _TIMES & properties.keys():
            properties[name] = _moved(properties[name], days)
    path.write_bytes(orjson.dumps(document))
    return path


def _moved(text: str | None, days: int) -> str | None:
    """Move a time by whole days; a missing time stays missing."""
    if text is None:
        return None
    return (datetime.fromisoformat(text) + timedelta(days=days)).isoformat()


def _import_bundled(
    store: Store, path: Path, layer: Layer, progress: Advance | None
) -> Sequence[FileReport]:
    """Import one file with the attribution and the exercise label that stand in it."""
    members = orjson.loads(path.read_bytes())

    def told_by_name(_path: str, done: int, total: int | None) -> None:
        if progress is not None:
            progress(path.name, done, total)

    return import_files(
        store,
        layer,
        [path],
        who=DEMO_TEAM,
        progress=told_by_name,
        attribution=members["attribution"],
        exercise=members.get("exercise", False),
    )


def _attributions(sources: Sequence[Source]) -> list[str]:
    """Give each attribution once, in the order of import."""
    return list(dict.fromkeys(source.attribution for source in sources if source.attribution))


def _tell(progress: Advance | None, title: str, done: int) -> None:
    if progress is not None:
        progress(title, done, 1)
