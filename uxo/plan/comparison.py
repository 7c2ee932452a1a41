"""Two plans side by side: what differs, in figures and in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uxo.errors import BadInput


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the second plan does otherwise than the first.

    Attributes
    ----------
    only_first, only_second : tuple of str
        Ids of sites that one of them has.
    lost, won : tuple of str
        P-codes that only the first, or only the second, reconnects.
    gained, area_m2, weeks : float
        Second less first.
    sentences : tuple of str
        The same in English.
    """

    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    lost: tuple[str, ...]
    won: tuple[str, ...]
    gained: float
    area_m2: float
    weeks: float
    sentences: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Give the shape of the answers."""
        return {
            "only_first": list(self.only_first),
            "only_second": list(self.only_second),
            "lost": list(self.lost),
            "won": list(self.won),
            "gained": self.gained,
            "area_m2": round(self.area_m2, 1),
            "weeks": round(self.weeks, 3),
            "sentences": list(self.sentences),
        }


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> Comparison:
    """Compare two plans as ``--json`` printed them.

    Parameters
    ----------
    first, second : mapping
        See `uxo.plan.tasks.Priorities.as_json`.

    Raises
    ------
    BadInput
        One is no such answer, or they count different things.
    """
    try:
        if first["counted"] != second["counted"]:
            msg = "the plans cannot be compared: one counts households, the other communities"
            raise BadInput(msg)
        return _compare(first, second)
    except (KeyError, TypeError, AttributeError) as error:
        msg = f"not an answer of uxo prioritise --json: {error!r} is missing or of another kind"
        raise BadInput(msg) from error


def _compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> Comparison:
    sites_one, sites_two = _sites(first), _sites(second)
    people_one, people_two = _reconnected(first), _reconnected(second)
    only_first = tuple(sorted(sites_one - sites_two))
    only_second = tuple(sorted(sites_two - sites_one))
    lost, won = tuple(sorted(people_one - people_two)), tuple(sorted(people_two - people_one))
    gained = second["gained"] - first["gained"]
    area_m2, weeks = second["area_m2"] - first["area_m2"], second["weeks"] - first["weeks"]
    counted = second["counted"]
    sentences = (
        (
            f"The second plan reconnects {_more(gained)} {counted} "
            f"({second['gained']:g} instead of {first['gained']:g})."
        ),
        f"It needs {_more(area_m2)} m2 and {_more(weeks)} weeks.",
        f"{len(only_second)} sites are new in it, {len(only_first)} are left out.",
        f"Only the first reconnects: {_listed(lost)}. Only the second: {_listed(won)}.",
    )
    return Comparison(only_first, only_second, lost, won, gained, area_m2, weeks, sentences)


def _sites(plan: Mapping[str, Any]) -> set[str]:
    return {site["id"] for task in plan["tasks"] for site in task["sites"]}


def _reconnected(plan: Mapping[str, Any]) -> set[str]:
    return {one["pcode"] for one in plan["settlements"] if one["outcome"] == "reconnected"}


def _more(difference: float) -> str:
    if round(difference, 1) == 0.0:
        return "as many"
    return f"{abs(difference):,.1f} {'more' if difference > 0.0 else 'fewer'}"


def _listed(pcodes: tuple[str, ...]) -> str:
    return ", ".join(pcodes) if pcodes else "none"
