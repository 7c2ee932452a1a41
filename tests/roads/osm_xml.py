"""Small OpenStreetMap files, written by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

Places = Mapping[int, tuple[float, float]]

# Four nodes along a parallel, and four on a meridian through the second.
CROSS: dict[int, tuple[float, float]] = {
    1: (37.0, 36.0),
    2: (37.1, 36.0),
    3: (37.2, 36.0),
    4: (37.1, 36.1),
    5: (37.1, 35.9),
}


def way(number: int, nodes: Sequence[int], *, version: int = 1, **tags: str) -> str:
    """Write a way; ``__`` in a tag's name stands for a colon."""
    given = {"highway": "residential"} | tags
    refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
    words = "".join(
        f"<tag k={quoteattr(key.replace('__', ':'))} v={quoteattr(value)}/>"
        for key, value in given.items()
        if value
    )
    return f'<way id="{number}" version="{version}">{refs}{words}</way>'


def node(number: int, place: tuple[float, float]) -> str:
    lon, lat = place
    return f'<node id="{number}" version="1" lon="{lon:.7f}" lat="{lat:.7f}"/>'


def document(places: Places, *ways: str, bounds: str = "", ways_first: bool = False) -> str:
    nodes = [node(number, place) for number, place in places.items()]
    body = "\n".join([*ways, *nodes] if ways_first else [*nodes, *ways])
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<osm version='0.6'>{bounds}{body}</osm>\n"


def write_osm(
    path: Path, places: Places, *ways: str, bounds: str = "", ways_first: bool = False
) -> Path:
    text = document(places, *ways, bounds=bounds, ways_first=ways_first)
    path.write_text(text, encoding="utf-8")
    return path
