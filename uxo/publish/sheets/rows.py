"""The lists of a sheet: what blocks a way, and what is to be worked on."""

from collections.abc import Sequence
from typing import Any

from uxo.publish.language import Catalogue, isolated, ltr, message_id
from uxo.publish.sheets.content import (
    BlockingPlace,
    SheetContent,
    Spot,
    Subject,
    TaskFacts,
    TaskSite,
    Tier,
    Why,
)
from uxo.publish.sheets.positions import decimal_degrees, grid_reference
from uxo.vocabulary import Kind

Cell = list[str]
"""Lines of one cell; the first is printed bold."""


def blocking_table(content: SheetContent, words: Catalogue) -> dict[str, Any]:
    """List the places that block."""
    t, internal = words.format, content.tier is Tier.INTERNAL
    about = "route" if content.subject is Subject.ROUTE else "district"
    total = len(content.blocking) + content.left_out
    columns = ["number", "where", "begin", "end", *(["why"] if internal else [])]
    rows = [
        [
            [ltr(str(number))],
            [t(message_id("status", place.status.word)), *_where(place, words)],
            _position(place.begin),
            _position(place.end),
            *([_why(place.why, place.why_left_out, words)] if internal else []),
        ]
        for number, place in enumerate(content.blocking, start=1)
    ]
    notes = [] if total else [t("sheet-blocking-none")]
    if content.left_out:
        km = ltr(f"{content.left_out_m / 1000.0:,.2f}")
        notes.append(t("sheet-left-out", count=ltr(str(content.left_out)), km=km))
    return {
        "title": t(f"sheet-blocking-{about}", count=ltr(str(total))),
        "head": [t(f"sheet-column-{name}") for name in columns],
        "widths": [1.0, 5.0, 4.0, 4.0, *([4.0] if internal else [])],
        "rows": rows,
        "notes": notes,
    }


def task_table(task: TaskFacts, words: Catalogue) -> dict[str, Any]:
    """List the road that is to be worked on."""
    t = words.format
    head = [t(f"sheet-column-{name}") for name in ("number", "where", "work", "area")]
    ends = f"{t('sheet-column-begin')} / {t('sheet-column-end')}"
    return {
        "title": t("sheet-task-sites", count=ltr(str(len(task.sites)))),
        "head": [*head, ends, t("sheet-column-why")],
        "widths": [0.9, 4.6, 3.2, 2.4, 4.6, 5.2],
        "rows": [
            [
                [ltr(str(number))],
                [
                    t(message_id("status", site.place.status.word)),
                    *_where(site.place, words),
                ],
                _work(site, words),
                _ground(site, words),
                [*_position(site.place.begin), *_position(site.place.end)[1:]],
                ["", t("sheet-withheld")] if task.hazards_withheld else _hazards(site, words),
            ]
            for number, site in enumerate(task.sites, start=1)
        ],
        "notes": [t("sheet-task-note")],
    }


def _where(place: BlockingPlace, words: Catalogue) -> Cell:
    """Name the road and the metres of it."""
    name = isolated(place.road_name) if place.road_name else words.format("sheet-unnamed")
    comma = words.format("sheet-comma")
    range_m = ltr(f"{place.from_m:.0f}\u2013{place.to_m:.0f}")
    return [
        f"{name}{comma}{isolated(place.road_id)}",
        words.format("sheet-metres", range=range_m),
    ]


def _position(spot: Spot) -> Cell:
    return ["", ltr(decimal_degrees(spot)), ltr(grid_reference(spot))]


def _why(why: Sequence[Why], left_out: int, words: Catalogue) -> Cell:
    comma = words.format("sheet-comma")
    told = [f"{_what(one, words)}{comma}{isolated(one.evidence_id)}" for one in why]
    if left_out:
        told.append(words.format("sheet-why-more", count=ltr(str(left_out))))
    return ["", *told]


def _what(one: Why, words: Catalogue) -> str:
    """Name a kind of evidence, with its category where it has one."""
    kind = words.format(message_id("kind", one.kind.value))
    if one.category is None or one.kind is Kind.CLOSURE:
        return kind
    return f"{kind} ({words.format(message_id('category', one.category.value))})"


def _work(site: TaskSite, words: Catalogue) -> Cell:
    method = words.format(message_id("kind", site.method.value))
    if site.depth_m is None:
        return [method]
    return [method, words.format("sheet-depth", depth=ltr(f"{site.depth_m:.2f}"))]


def _ground(site: TaskSite, words: Catalogue) -> Cell:
    return [
        words.format("sheet-area", area=ltr(f"{site.area_m2:,.0f}")),
        words.format("sheet-width", width=ltr(f"{site.width_m:g}")),
        words.format("sheet-weeks", weeks=ltr(f"{site.weeks:,.2f}")),
    ]


def _hazards(site: TaskSite, words: Catalogue) -> Cell:
    told = _why(site.place.why, site.place.why_left_out, words)
    if site.undated:
        ids = words.format("sheet-comma").join(isolated(one) for one in site.undated)
        told.append(words.format("sheet-undated", ids=ids))
    return told
