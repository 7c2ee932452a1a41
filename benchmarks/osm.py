"""OpenStreetMap files into roads: ours against pyrosm and osmnx, and the same junctions.

The extracts are not part of the project. ``UXO_BENCH_OSM`` names them, separated by colons (as in a
PATH); without it the benchmark makes a small file of its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.measure import Unavailable, in_process, timed

_PASSES = 3
_SIDE = 40  # streets each way in the file of our own
_PEERS = ("osmnx", "pyrosm")


def run(scale: str) -> list[dict[str, Any]]:
    """Measure each extract with each engine, in turns, each in a process of its own."""
    passes = 1 if scale == "small" else _PASSES
    with tempfile.TemporaryDirectory(prefix="uxo-osm-") as folder:
        files = _extracts(Path(folder))
        rows = [row for path in files for row in _file(path, Path(folder), passes)]
        return [*rows, *(_topology(path, Path(folder)) for path in files)]


def _extracts(folder: Path) -> list[Path]:
    given = [Path(name) for name in os.environ.get("UXO_BENCH_OSM", "").split(":") if name]
    return given or [_grid(folder / "grid.osm.pbf")]


def _grid(path: Path) -> Path:
    """Make a town of streets that cross, each with bends between its crossings."""
    import osmium  # noqa: PLC0415  # each engine is loaded only where it is measured

    width = 4 * _SIDE + 1
    with osmium.SimpleWriter(str(path)) as writer:
        for row, column in product(range(width), repeat=2):
            if row % 4 == 0 or column % 4 == 0:
                place = (37.0 + column / 4e3, 36.0 + row / 4e3)
                writer.add_node(osmium.osm.mutable.Node(id=_at(row, column), location=place))
        for street in range(_SIDE + 1):
            along = [_at(4 * street, step) for step in range(width)]
            across = [_at(step, 4 * street) for step in range(width)]
            for number, nodes in enumerate((along, across)):
                tags = {"highway": "residential", "name": f"Street {street}"}
                way = osmium.osm.mutable.Way(id=2 * street + number + 1, nodes=nodes, tags=tags)
                writer.add_way(way)
    return path


def _at(row: int, column: int) -> int:
    return 1 + row * (4 * _SIDE + 1) + column


def _file(path: Path, folder: Path, passes: int) -> list[dict[str, Any]]:
    """Give a row for each peer."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in ("ours", *_PEERS)}
    missing: dict[str, str] = {}
    for _ in range(passes):
        for name, held in runs.items():
            try:
                source = path if name != "osmnx" else _xml(path, folder)
                held.append(in_process("benchmarks.osm", name, str(source)))
            except Unavailable as reason:
                missing[name] = str(reason)
    return [_row(path.name, runs["ours"], name, runs[name], missing.get(name)) for name in _PEERS]


def _row(
    file: str,
    ours: list[dict[str, Any]],
    name: str,
    theirs: list[dict[str, Any]],
    missing: str | None,
) -> dict[str, Any]:
    mine = {key: median(run[key] for run in ours) for key in ("cpu_s", "wall_s", "rss_mib")}
    if not theirs:
        peer = dict.fromkeys(mine, None)
    else:
        peer = {key: median(run[key] for run in theirs) for key in mine}
    return {
        "file": file,
        "peer": name,
        "ours CPU s": mine["cpu_s"],
        "peer CPU s": peer["cpu_s"],
        "ours wall s": mine["wall_s"],
        "peer wall s": peer["wall_s"],
        "ours MiB": mine["rss_mib"],
        "peer MiB": peer["rss_mib"],
        "our roads": ours[-1]["edges"],
        "peer edges": theirs[-1]["edges"] if theirs else None,
        "goal": "<= 1 of the peer's",
        "met": mine["cpu_s"] <= peer["cpu_s"] and mine["wall_s"] <= peer["wall_s"]
        if theirs
        else None,
        "note": missing or "",
    }


def _xml(path: Path, folder: Path) -> Path:
    """Rewrite an extract as the XML that osmnx reads; the time for it is not counted."""
    target = folder / f"{path.name}.osm"
    if not target.exists():
        code = (
            "import sys, osmium\n"
            "with osmium.SimpleWriter(sys.argv[2]) as writer:\n"
            "    for thing in osmium.FileProcessor(sys.argv[1]): writer.add(thing)\n"
        )
        subprocess.run([sys.executable, "-c", code, str(path), str(target)], check=True)
    return target


def _topology(path: Path, folder: Path) -> dict[str, Any]:
    """Compare junctions with those of osmnx's graph before it simplifies anything.

    There every node of a way is a node of the graph. A junction is a node with more or fewer than
    two neighbours; two ways that join end to end are cut by us and pass through in such a graph.
    """
    ours = in_process("benchmarks.osm", "ours-nodes", str(path))
    try:
        theirs = in_process("benchmarks.osm", "osmnx-nodes", str(_xml(path, folder)))
    except Unavailable as reason:
        return {"file": path.name, "what": "junctions", "note": str(reason), "met": None}
    mine, other = set(ours["junctions"]), set(theirs["junctions"])
    return {
        "file": path.name,
        "what": "junctions, same ways taken as by ours",
        "ours": len(mine),
        "osmnx": len(other),
        "only ours": len(mine - other),
        "only osmnx": len(other - mine),
        "steps only ours": len({*map(tuple, ours["steps"])} - {*map(tuple, theirs["steps"])}),
        "steps only osmnx": len({*map(tuple, theirs["steps"])} - {*map(tuple, ours["steps"])}),
        "first only osmnx": ", ".join(map(str, sorted(other - mine)[:5])),
        "first only ours": ", ".join(map(str, sorted(mine - other)[:5])),
        "met": mine == other,
    }


def _ours(path: Path) -> dict[str, Any]:
    from uxo.roads.osm import read_osm  # noqa: PLC0415

    return timed(lambda: {"edges": sum(len(batch.table) for batch in read_osm(path))})


def _pyrosm(path: Path) -> dict[str, Any]:
    from pyrosm import OSM  # noqa: PLC0415

    def work() -> dict[str, Any]:
        _, edges = OSM(str(path)).get_network(network_type="all", nodes=True)
        return {"edges": len(edges)}

    return timed(work)


def _osmnx_graph(path: Path) -> Any:  # noqa: ANN401
    import osmnx  # noqa: PLC0415

    # Its reader of files takes all ways; what it keeps of them is settled by us alone below.
    return osmnx.graph_from_xml(path, bidirectional=True, simplify=False, retain_all=True)


def _osmnx(path: Path) -> dict[str, Any]:
    return timed(lambda: {"edges": _osmnx_graph(path).number_of_edges()})


def _ours_nodes(path: Path) -> dict[str, Any]:
    """Steps between nodes of all ways taken, and the junctions among the ends of our roads."""
    from uxo.roads.osm import _columns  # noqa: PLC0415
    from uxo.roads.osm_file import read_ways  # noqa: PLC0415
    from uxo.roads.osm_split import split  # noqa: PLC0415

    *_, ways = read_ways(path)
    _, flat = _columns(ways)
    roads = split(flat)
    there = ~np.isnan(flat.lon_lat[:, 0])
    way = np.repeat(np.arange(len(flat.way_id)), np.diff(flat.offset))
    inner = (way[1:] == way[:-1]) & there[1:] & there[:-1] & (flat.node[1:] != flat.node[:-1])
    pairs = np.stack((flat.node[:-1][inner], flat.node[1:][inner]))
    steps = np.unique(np.sort(pairs, axis=0), axis=1).T.tolist()
    ends = {*roads.from_node.tolist(), *roads.to_node.tolist()}
    return {"steps": steps, "junctions": sorted(ends & _junctions(steps))}


def _osmnx_nodes(path: Path) -> dict[str, Any]:
    from uxo.roads.osm_tags import TAKEN  # noqa: PLC0415

    graph = _osmnx_graph(path)
    steps = {
        (min(one, other), max(one, other))
        for one, other, tags in graph.edges(data=True)
        if one != other and tags.get("highway") in TAKEN
    }
    pairs = sorted(steps)
    return {"steps": pairs, "junctions": sorted(_junctions(pairs))}


def _junctions(steps: list[Any]) -> set[int]:
    """Find the nodes with more or fewer than two neighbours."""
    nodes, neighbours = np.unique(np.array(steps), return_counts=True)
    return {int(node) for node in nodes[neighbours != 2]}


_ENGINES = {
    "ours": _ours,
    "pyrosm": _pyrosm,
    "osmnx": _osmnx,
    "ours-nodes": _ours_nodes,
    "osmnx-nodes": _osmnx_nodes,
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=_ENGINES)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    print(json.dumps(_ENGINES[given.engine](given.file)))
