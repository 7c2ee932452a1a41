"""Return routes in words, for the terminal."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import typer

from uxo.cli.output import print_table
from uxo.vocabulary import Status

_SHOWN: Final = 3  # items of evidence named for each place; --json names all
Told = Mapping[str, Any]


def print_routes(routes: Sequence[Told]) -> None:
    """Print routes, the worst first."""
    rows = [
        [
            str(one["name"]),
            str(one["worst"]),
            _km(one["length_m"]),
            _km(one["not_surveyed_m"]),
            str(len(one["blocking"])),
            _households(one),
            one["rely_until"] or "-",
        ]
        for one in routes
    ]
    headings = [
        "route", "worst", ">km", ">km not surveyed", ">blocking", ">households", "rely until",
    ]  # fmt: skip
    print_table(f"{len(rows)} return routes, the worst first", headings, rows)


def print_route(told: Told) -> None:
    """Print one route: kilometres per status, what blocks it, how old the knowledge is."""
    rows = [[one.word, _km(told["metres"][one.word])] for one in Status]
    rows.append(["the route", _km(told["length_m"])])
    print_table(f"{told['name']} as of {told['as_of']}", ["status", ">km"], rows)
    if told["blocking"]:
        headings = ["status", "road", ">from m", ">to m", "lat, lon", "evidence", "why"]
        print_table("What blocks it", headings, [_blocking(one) for one in told["blocking"]])
    for sentence in _sentences(told):
        typer.echo(sentence)


def _blocking(one: Told) -> list[str]:
    ids = one["evidence_ids"]
    more = len(ids) - _SHOWN
    return [
        one["status"],
        one["road_name"] or one["road_id"],
        f"{one['from_m']:.1f}",
        f"{one['to_m']:.1f}",
        f"{one['lat']:.6f}, {one['lon']:.6f}",
        ", ".join(ids[:_SHOWN]) + (f" and {more} more" if more > 0 else ""),
        one["text"],
    ]


def _sentences(told: Told) -> Iterator[str]:
    yield f"Its worst piece is {told['worst']}."
    yield (
        f"Not surveyed: {_km(told['not_surveyed_m'])} km. "
        f"Without a valid release: {_km(told['not_vouched_m'])} km."
    )
    oldest = told["oldest_knowledge"]
    yield (
        f"The oldest knowledge it rests on is of {oldest}."
        if oldest
        else "How old the knowledge is cannot be said: some of it has no valid release."
    )
    until = told["rely_until"]
    yield f"Do not rely on this after {until}." if until else "Nothing on it is known to expire."
    for gap in told["gaps"]:
        (lon, lat), (to_lon, to_lat) = gap["line"][0], gap["line"][-1]
        yield (
            f"A gap of {gap['metres']:.0f} m without a known road, from {lat:.6f}, {lon:.6f} to "
            f"{to_lat:.6f}, {to_lon:.6f} (latitude, longitude). It counts as not surveyed."
        )
    if told["gone"]:
        yield f"No longer in the network, and counted as not surveyed: {', '.join(told['gone'])}."
    if told["changed"]:
        yield f"No longer as long as when the route was made: {', '.join(told['changed'])}."
    if told["conflict"]:
        yield f"Changed in two places at once, look again: {', '.join(told['conflict'])}."
    yield f"Households expected: {_households(told)}."
    if told["season"]:
        yield f"Season: {told['season']}."
    if told["retired"]:
        yield "This route was retired."
    if told["exercise"]:
        yield "EXERCISE: it shows no real hazard."
    yield f"Known at {told['known_at']}; policy {told['policy_digest'][:12]}; id {told['id']}."
    yield "No status is permission to enter. The authority decides that."


def _households(told: Told) -> str:
    return "not known" if told["households"] is None else str(told["households"])


def _km(metres: float) -> str:
    return f"{metres / 1000.0:.3f}"
