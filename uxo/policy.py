"""The programme's figures: half-widths, footprints, errors, depths, review periods and weights.

The shipped figures are in ``policy.toml``; a programme overrides them one by one with a file of the
same form. Every figure carries its source and a confidence. Nothing here reads a file on import.
"""

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Final

from uxo.errors import BadPolicy
from uxo.vocabulary import Category, Kind, PositionMethod

_SHIPPED: Final = Path(__file__).with_name("policy.toml")
_SCHEMA: Final = 1
_FIELDS: Final = frozenset({"value", "source", "confidence"})
_CONFIDENCES: Final = frozenset({"high", "medium", "low", "by rule"})

# The statuses that a way may use, the best first.
_WEIGHTS: Final = (
    "cleared", "reduced", "surveyed", "survey_expired", "not_surveyed", "suspected_hazard",
)  # fmt: skip

# Clearance depth classes of status rule section 7. Barrel bombs are dropped from aircraft and bury
# themselves alike, so they count with aircraft bombs: in doubt the deeper figure.
_DEPTH_CLASS: Final[Mapping[Category, str]] = MappingProxyType(
    {
        Category.AP_MINE: "mines",
        Category.AV_MINE: "mines",
        Category.SUBMUNITION: "submunitions",
        Category.AIRCRAFT_BOMB: "aircraft_bombs",
        Category.BARREL_BOMB: "aircraft_bombs",
        Category.PROJECTILE: "other",
        Category.MORTAR: "other",
        Category.ROCKET: "other",
        Category.MISSILE: "other",
        Category.GRENADE: "other",
        Category.AXO_CACHE: "other",
        Category.IED: "other",
        Category.BOOBY_TRAP: "other",
        Category.FUZE: "other",
        Category.SAA: "other",
    }
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the policy with where it comes from.

    Attributes
    ----------
    name : str
        ``group.key``, for example ``footprint_m.submunition``.
    value : float
        In the unit that the group's name ends with.
    source, confidence : str
        Where the value comes from and how far it can be trusted.
    """

    name: str
    value: float
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A complete and consistent set of figures.

    Attributes
    ----------
    figures : mapping of str to Figure
        Every figure by its name ``group.key``.
    digest : str
        SHA-256 (64 hexadecimal digits) over all figures with their sources and confidences;
        equal figures have equal digests. Every result carries it.
    """

    figures: Mapping[str, Figure] = field(hash=False)
    digest: str
    _groups: Mapping[str, Mapping[str, float]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Group the figures once; they are looked up often."""
        groups: dict[str, dict[str, float]] = {}
        for name, figure in self.figures.items():
            group, key = name.split(".", 1)
            groups.setdefault(group, {})[key] = figure.value
        object.__setattr__(self, "_groups", MappingProxyType(groups))

    def value(self, name: str) -> float:
        """Look up one figure by its name ``group.key``.

        Raises
        ------
        KeyError
            There is no such figure (a fault of the caller, not of a user).
        """
        return self.figures[name].value

    def group(self, group: str) -> Mapping[str, float]:
        """Give the figures of one group, key -> value."""
        return self._groups[group]

    def half_width_m(self, highway: str | None) -> float:
        """Half-width ``w`` of a road's corridor; a class not listed counts as the widest."""
        widths = self.group("corridor_half_width_m")
        return widths.get(highway or "", max(widths.values()))

    def footprint_m(self, kind: Kind, category: Category) -> float:
        """Footprint ``f`` of a hazard by kind and ordnance category.

        Parameters
        ----------
        kind : Kind
            A hazard kind. A drawn hazardous area and a closure are their own footprint (0 m).
        category : Category
            ``unknown``, and ``not_eo`` before a review has accepted it, count as the largest.

        Raises
        ------
        ValueError
            ``kind`` is a release: releases have no footprint.
        """
        match kind:
            case Kind.FIND | Kind.REPORT:
                by_category = self.group("footprint_m")
                return by_category.get(category.value, max(by_category.values()))
            case Kind.STRIKE:
                by_munition = self.group("strike_footprint_m")
                return by_munition.get(category.value, by_munition["unknown"])
            case Kind.ACCIDENT:
                return self.value("other_footprint_m.accident")
            case Kind.HAZARD_AREA | Kind.CLOSURE:
                return 0.0
            case Kind.SURVEY | Kind.TECHNICAL_SURVEY | Kind.CLEARANCE:
                msg = f"a release has no footprint: {kind.value}"
                raise ValueError(msg)

    @property
    def fade_out_m(self) -> float:
        """Footprint of a find whose item was removed or destroyed."""
        return self.value("other_footprint_m.fade_out")

    @property
    def place_radius_m(self) -> float:
        """Radius of the circle that holds a community of which only a point is known."""
        return self.value("place_radius_m.community")

    def position_error_m(self, method: PositionMethod) -> float:
        """Error of a position whose own error was not recorded.

        A bearing and a distance without the distance could be off by any share of it, so it counts
        as the largest figure, like an unknown method.
        """
        figures = self.group("position_error_m")
        return figures.get(method.value, max(figures.values()))

    def clearance_depth_m(self, category: Category) -> float:
        """Depth that a clearance must have reached to end a hazard of this category."""
        depths = self.group("clearance_depth_m")
        depth_class = _DEPTH_CLASS.get(category)
        return max(depths.values()) if depth_class is None else depths[depth_class]

    def review_period_days(self, kind: Kind) -> float:
        """Days after completion for which a release of this kind vouches for a road."""
        return self.value(f"review_period_days.{kind.value}")

    def capacity_m2_per_week(self, kind: Kind) -> float:
        """Ground that a programme releases in a week by this kind of release."""
        return self.value(f"capacity_m2_per_week.{kind.value}")


def load_policy(path: Path | None = None) -> Policy:
    """Read the shipped figures, overridden one by one by a programme's own file.

    Parameters
    ----------
    path : Path or None
        A TOML file of the same form as the shipped one, with only the figures that differ.
        None: the shipped figures.

    Raises
    ------
    BadPolicy
        The file cannot be read; a key is unknown; a figure lacks its source or confidence, is
        negative or not a finite number; figures contradict each other. Every fault is named.
    """
    figures = _figures(_SHIPPED.read_text(encoding="utf-8"), str(_SHIPPED.name), known=None)
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            msg = f"policy {path}: cannot be read as UTF-8 text ({error})"
            raise BadPolicy(msg) from error
        figures = figures | _figures(text, str(path), known=frozenset(figures))
    _refuse(_contradictions(figures), str(path or _SHIPPED.name))
    body = {f.name: [f.value, f.source, f.confidence] for f in figures.values()}
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return Policy(MappingProxyType(figures), hashlib.sha256(canonical.encode()).hexdigest())


def _figures(text: str, file: str, known: frozenset[str] | None) -> dict[str, Figure]:
    """Parse one policy file; gather every fault before raising."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        msg = f"policy {file}: not valid TOML ({error})"
        raise BadPolicy(msg) from error
    faults: list[str] = []
    figures: dict[str, Figure] = {}
    schema = document.pop("schema", None)
    if schema != _SCHEMA:
        faults.append(f"schema = {schema!r}: write schema = {_SCHEMA} at the top")
    for group, entries in document.items():
        if not isinstance(entries, dict):
            faults.append(f"{group}: unknown key; figures stand in groups such as [footprint_m]")
            continue
        for key, entry in entries.items():
            name = f"{group}.{key}"
            if known is not None and name not in known:
                faults.append(f"{name}: unknown figure; {_known_in(group, known)}")
            else:
                faults += _entry_faults(name, entry)
                if not faults:
                    figures[name] = Figure(
                        name, float(entry["value"]), entry["source"], entry["confidence"]
                    )
    _refuse(faults, file)
    return figures


def _known_in(group: str, known: frozenset[str]) -> str:
    """Tell which figures there are, for a message."""
    keys = sorted(name for name in known if name.startswith(f"{group}."))
    return f"known here: {', '.join(keys)}" if keys else "there is no such group"


def _entry_faults(name: str, entry: object) -> list[str]:
    """Check one figure by itself."""
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        return [f"{name} = {entry!r}: write {{ value = ..., source = ..., confidence = ... }}"]
    faults = []
    value = entry["value"]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        faults.append(f"{name}.value = {value!r}: must be a finite number")
    elif value < 0:
        faults.append(f"{name}.value = {value!r}: must not be negative")
    if not isinstance(entry["source"], str) or not entry["source"].strip():
        faults.append(f"{name}.source = {entry['source']!r}: say where the figure comes from")
    if entry["confidence"] not in _CONFIDENCES:
        faults.append(f"{name}.confidence = {entry['confidence']!r}: one of {sorted(_CONFIDENCES)}")
    return faults


def _contradictions(figures: Mapping[str, Figure]) -> list[str]:
    """Find figures that cannot stand together: unknown must never be milder than known."""
    faults = []
    for group in ("strike_footprint_m", "position_error_m"):
        unknown = figures[f"{group}.unknown"]
        for name, figure in figures.items():
            if name.startswith(f"{group}.") and figure.value > unknown.value:
                faults.append(
                    f"{name} = {figure.value:g} is larger than {unknown.name} = {unknown.value:g}: "
                    "what is unknown counts as the worst, so raise that one too"
                )
    averaged, single = figures["position_error_m.gps_averaged"], figures["position_error_m.gps"]
    if averaged.value > single.value:
        faults.append(
            f"{averaged.name} = {averaged.value:g} is larger than {single.name} = "
            f"{single.value:g}: averaging does not make a position worse"
        )
    return faults + _no_capacity(figures) + _weight_faults(figures)


def _no_capacity(figures: Mapping[str, Figure]) -> list[str]:
    """Find capacities with which no work would ever end."""
    return [
        f"{name} = 0: a method with no capacity never ends; write what it manages, however little"
        for name, figure in figures.items()
        if name.startswith("capacity_m2_per_week.") and figure.value == 0.0
    ]


def _weight_faults(figures: Mapping[str, Figure]) -> list[str]:
    """Find weights of ways that would lead people onto worse roads."""
    faults = []
    weights = [figures[f"exposure_weight.{name}"] for name in _WEIGHTS]
    if weights[0].value <= 0.0:
        faults.append(f"{weights[0].name} = {weights[0].value:g}: must be more than 0")
    for better, worse in pairwise(weights):
        if worse.value < better.value:
            faults.append(
                f"{worse.name} = {worse.value:g} is less than {better.name} = {better.value:g}: a "
                "worse status never weighs less"
            )
    unknown, known = (figures[f"exposure_weight.{name}"] for name in ("not_surveyed", "surveyed"))
    if unknown.value <= known.value:
        faults.append(
            f"{unknown.name} = {unknown.value:g} is not more than {known.name} = "
            f"{known.value:g}: unknown never counts as known"
        )
    return faults


def _refuse(faults: list[str], file: str) -> None:
    """Raise one error that names every fault."""
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults)
        msg = f"policy {file} is refused:\n{listed}"
        raise BadPolicy(msg)
