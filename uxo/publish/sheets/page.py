"""A sheet in one language, as the plain values that the template lays out.

Every number, date, coordinate and code goes through `ltr`, every name that people wrote through
`isolated`: in an Arabic line they would otherwise be turned around.
"""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, Final

from uxo.publish.language import Catalogue, Language, isolated, ltr, message_id
from uxo.publish.sheets.content import (
    Community,
    Limit,
    RouteFacts,
    SheetContent,
    Spot,
    Tier,
)
from uxo.publish.sheets.frame import MARGIN_MM, Frame, Paper
from uxo.publish.sheets.labels import badges, name_of, names
from uxo.publish.sheets.map_svg import map_svg, swatch_svg
from uxo.publish.sheets.positions import decimal_degrees
from uxo.publish.sheets.rows import blocking_table, task_table
from uxo.vocabulary import Status

_SWATCH_MM: Final = (16.0, 4.4)
_DIGEST_SHOWN: Final = 12
_TITLE_MOST: Final = 120  # letters; a longer name is cut, and says so
_TITLE_LONG: Final = 48  # letters; a longer one is set smaller


def page_of(content: SheetContent, words: Catalogue, paper: Paper) -> dict[str, Any]:
    """Put a sheet into words.

    Parameters
    ----------
    content : SheetContent
        What it says.
    words : Catalogue
        In which language.
    paper : Paper
        On what.
    """
    t = words.format
    width_mm, height_mm = paper.size_mm
    title = _title(content, words.language)
    return {
        "lang": words.language.value,
        "dir": words.language.direction,
        "width": width_mm,
        "height": height_mm,
        "margin": MARGIN_MM,
        "subject": _subject(content, words),
        "title": title,
        "long_title": len(title) > _TITLE_LONG,
        "tier": t(f"sheet-tier-{content.tier.value}"),
        "internal": content.tier is Tier.INTERNAL,
        "exercise": t("sheet-exercise") if content.exercise else "",
        "issue": {"label": t("sheet-issue"), "value": ltr(content.issue)},
        "issue_note": t("sheet-issue-note"),
        "page": t("sheet-page", page=ltr("%")),
        "warning": t("sheet-warning"),
        "sources": [isolated(line) for line in content.attribution],
        "sources_label": t("sheet-sources"),
        "rely": {"label": t("sheet-rely-until"), "value": _day(content.rely_until)},
        "rely_note": _rely_note(content, words),
        "facts": _facts(content, words),
        "map": _map(content, words),
        "legend_head": [t("sheet-legend"), t("sheet-status"), t("sheet-km")],
        "legend": [
            {
                "svg": swatch_svg(status, *_SWATCH_MM),
                "name": t(message_id("status", status.word)),
                "km": _km(content.metres[status]),
                "none": content.metres[status] == 0.0,
            }
            for status in Status
        ],
        "legend_notes": [t(name) for name in _legend_notes(content)],
        "table": task_table(content.task, words)
        if content.task is not None
        else blocking_table(content, words),
        "positions": t("sheet-positions"),
    }


def _legend_notes(content: SheetContent) -> list[str]:
    """Name the messages below the legend."""
    return [
        "sheet-area-legend",
        *(["layer-circle-note"] if content.tier is Tier.INTERNAL else []),
        *(["sheet-region-legend"] if content.map.region is not None else []),
        "sheet-numbers-legend",
    ]


def _subject(content: SheetContent, words: Catalogue) -> str:
    if content.task is not None:
        return words.format("sheet-subject-task", number=ltr(str(content.task.number)))
    return words.format(f"sheet-subject-{content.subject.value}")


def _title(content: SheetContent, language: Language) -> str:
    """Name the subject; where it has two names, that of the language comes first."""
    both = [content.title, content.title_ar]
    if language is Language.ARABIC:
        both.reverse()
    most = _TITLE_MOST // len(both)
    cut = [name if len(name) <= most else f"{name[: most - 1]}…" for name in both]
    return " / ".join(isolated(name) for name in dict.fromkeys(cut) if name)


def _rely_note(content: SheetContent, words: Catalogue) -> str:
    if content.rely_limit is Limit.RELEASE:
        return words.format("sheet-rely-release")
    return words.format("sheet-rely-age", days=ltr(f"{content.sheet_days:g}"))


def _facts(content: SheetContent, words: Catalogue) -> list[list[str]]:
    """Label and value of each line beside the legend."""
    t = words.format
    told = [
        ["sheet-as-of", _moment(content.as_of)],
        ["sheet-known-at", _moment(content.known_at)],
        ["sheet-oldest", _oldest(content, words)],
        *_measures(content, words),
        *([] if content.route is None else _route_facts(content.route, words)),
        *([] if content.task is None else _task_facts(content, words)),
        ["sheet-policy", ltr(content.policy_digest[:_DIGEST_SHOWN])],
    ]
    return [[t(label), value] for label, value in told]


def _oldest(content: SheetContent, words: Catalogue) -> str:
    if content.oldest is None:
        return words.format("sheet-oldest-none")
    day = _day(content.oldest)
    return day if content.vouched else words.format("sheet-oldest-part", day=day)


def _measures(content: SheetContent, words: Catalogue) -> list[list[str]]:
    metres = content.metres
    there = [status for status in Status if metres[status] > 0.0]
    worst = min(
        [*there, *(place.status for place in content.blocking)], default=Status.NOT_SURVEYED
    )
    km = words.format("sheet-km")
    return [
        ["sheet-worst", words.format(message_id("status", worst.word))],
        ["sheet-length", f"{_km(sum(metres.values()))} {km}"],
        ["sheet-not-surveyed", f"{_km(metres[Status.NOT_SURVEYED])} {km}"],
    ]


def _end(end: Community, language: Language) -> str:
    """Name an end of a route; a bare position by its coordinates."""
    name = name_of(end, language)
    return isolated(name) if name else ltr(decimal_degrees(end.spot))


def _route_facts(route: RouteFacts, words: Catalogue) -> list[list[str]]:
    t = words.format
    ends = " \u2013 ".join(_end(end, words.language) for end in (route.start, route.end) if end)
    households = (
        t("sheet-not-known") if route.households is None else ltr(f"{route.households:,.0f}")
    )
    gone, changed = (
        t("sheet-comma").join(isolated(one) for one in roads)
        for roads in (route.gone, route.changed)
    )
    return [
        *([["sheet-from-to", ends]] if ends else []),
        ["sheet-mode", t("sheet-mode-foot" if route.on_foot else "sheet-mode-vehicle")],
        ["sheet-households", households],
        *([["sheet-season", isolated(route.season)]] if route.season else []),
        *([["sheet-gone", gone]] if gone else []),
        *([["sheet-changed", changed]] if changed else []),
    ]


def _task_facts(content: SheetContent, words: Catalogue) -> list[list[str]]:
    task, t = content.task, words.format
    if task is None:
        return []
    gained = [isolated(name_of(one, words.language)) for one in task.communities]
    households = ltr(f"{task.households:,.0f}")
    if task.not_known:
        count = ltr(str(task.not_known))
        households = t("sheet-task-not-known", known=households, count=count)
    area = ltr(f"{sum(site.area_m2 for site in task.sites):,.0f}")
    weeks = ltr(f"{sum(site.weeks for site in task.sites):,.1f}")
    return [
        ["sheet-task-area", t("sheet-area", area=area)],
        ["sheet-task-weeks", t("sheet-weeks", weeks=weeks)],
        ["sheet-task-gain", words.format("sheet-comma").join(gained) or t("sheet-task-gain-none")],
        ["sheet-task-households", households],
    ]


def _map(content: SheetContent, words: Catalogue) -> dict[str, Any]:
    frame = content.map.frame
    return {
        "svg": map_svg(content.map),
        "width": frame.width_mm,
        "height": frame.height_mm,
        "names": [asdict(one) for one in names(content.map.communities, frame, words.language)],
        "badges": [asdict(one) for one in badges(_listed(content), frame)],
        "bar": {"mm": frame.bar_mm, "text": ltr(_bar_text(frame))},
        "scale": words.format("sheet-scale", scale=ltr(f"1:{frame.scale:,.0f}")),
        "north": words.format("sheet-north"),
    }


def _listed(content: SheetContent) -> list[Spot]:
    """Give the places of the list, in its order."""
    if content.task is None:
        return [place.middle for place in content.blocking]
    return [site.place.middle for site in content.task.sites]


def _bar_text(frame: Frame) -> str:
    metres = frame.bar_m
    return f"{metres / 1000.0:g} km" if metres >= 1000.0 else f"{metres:g} m"  # noqa: PLR2004


def _km(metres: float) -> str:
    return ltr(f"{metres / 1000.0:,.2f}")


def _day(day: date) -> str:
    return ltr(day.isoformat())


def _moment(moment: datetime) -> str:
    return ltr(moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"))
