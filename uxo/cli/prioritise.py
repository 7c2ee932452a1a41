"""``uxo prioritise``."""

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from uxo import wiring
from uxo.cli.options import AsOf, Json, KnownAt, PolicyFile, StoreUrl
from uxo.cli.output import print_json, print_table
from uxo.cli.progress import progress_bar
from uxo.cli.sheet_options import SheetLang, SheetOrder, SheetPaper, form_of, write_sheets
from uxo.errors import BadFile
from uxo.ingest.households_file import read_households
from uxo.plan.comparison import Comparison, compare
from uxo.plan.tasks import Outcome, Priorities, Site, Task, Unit
from uxo.publish.sheets.content import Tier
from uxo.publish.sheets.frame import Paper
from uxo.services.priorities import Answered, Ask, priorities_of
from uxo.services.sheet_tasks import task_sheets
from uxo.services.sheets import provenance_of
from uxo.services.status_of_store import status_of_store
from uxo.settings import load_settings
from uxo.vocabulary import Layer, Status

EXAMPLE: Final = "uxo prioritise --budget 50000 --households returns.csv --from C1007"

_ALLOW: Final = tuple(
    status.word for status in (Status.SUSPECTED_HAZARD, Status.NOT_SURVEYED, Status.SURVEY_EXPIRED)
)
_SITES_SHOWN: Final = 6


def run(  # noqa: PLR0913  # each is an option of the contract
    *,
    budget: Annotated[
        float | None, typer.Option(min=0, metavar="M2", help="How much ground may be worked on.")
    ] = None,
    weeks: Annotated[
        float | None,
        typer.Option(min=0, metavar="WEEKS", help="Instead of --budget: weeks of work."),
    ] = None,
    households: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV with pcode,households; empty where not known. "
            "Without it every community counts as one.",
        ),
    ] = None,
    start: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="PCODE",
            help="Begin from this community; may be given again. "
            "Default: the largest passable part of the roads.",
        ),
    ] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATUS",
            help=f"Passable besides surveyed, reduced and cleared: {', '.join(_ALLOW)}.",
        ),
    ] = None,
    no_confirmed: Annotated[
        bool, typer.Option("--no-confirmed", help="Plan no work on confirmed hazards.")
    ] = False,
    pin: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="This must be done: ROAD_ID or ROAD_ID@FROM_M-TO_M."),
    ] = None,
    forbid: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="This must not be done.")
    ] = None,
    compare_with: Annotated[
        Path | None,
        typer.Option("--compare", metavar="FILE", help="An earlier answer printed with --json."),
    ] = None,
    sheets: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.pdf|FILE.png", help="Print a tasking sheet for each task besides."
        ),
    ] = None,
    lang: SheetLang = None,
    paper: SheetPaper = Paper.A4,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    policy: PolicyFile = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Say what to clear first: the work that reconnects the most people for the least effort.

    The answer is a list of tasks in their order. Whichever come first reconnect people by
    themselves. The bound says how many more any other plan could reconnect at most.
    """
    if (budget is None) == (weeks is None):
        raise typer.BadParameter("give --budget M2 or --weeks WEEKS, one of them")
    settings = load_settings(store=store, policy=policy)
    order = SheetOrder(sheets, lang, paper, Tier.INTERNAL)
    if sheets is not None:
        form_of(sheets)
    ask = Ask(
        budget=(budget if weeks is None else weeks) or 0.0,
        unit=Unit.M2 if weeks is None else Unit.WEEKS,
        households={} if households is None else read_households(households),
        start=start or (),
        allow=[_status(word) for word in allow or ()],
        confirmed=not no_confirmed,
        pin=pin or (),
        forbid=forbid or (),
    )
    earlier = None if compare_with is None else _read_plan(compare_with)
    moment = wiring.now()
    with wiring.read_store(settings) as opened, progress_bar() as advance:
        advance("computing", 0, None)
        result = status_of_store(
            opened,
            policy=wiring.policy_of(settings),
            as_of=as_of or moment,
            known_at=known_at or moment,
        )
        places, origin = opened.state(Layer.PLACES), provenance_of(opened.sources())
        answered = priorities_of(result, places, ask)
    if sheets is not None:
        made = task_sheets(result, places, origin, answered.priorities, paper=paper)
        write_sheets(made, settings, order, quiet=as_json)
    compared = None if earlier is None else compare(earlier, answered.as_json())
    if as_json:
        told = answered.as_json()
        print_json(told if compared is None else {**told, "comparison": compared.as_json()})
    else:
        _print(answered, compared)


def _status(word: str) -> Status:
    if word not in _ALLOW:
        raise typer.BadParameter(f"--allow {word}: one of {', '.join(_ALLOW)}")
    return Status[word.upper()]


def _read_plan(path: Path) -> dict[str, Any]:
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        msg = f"{path}: is not an answer of uxo prioritise --json ({error})"
        raise BadFile(msg) from error
    if not isinstance(plan, dict):
        msg = f"{path}: is not an answer of uxo prioritise --json"
        raise BadFile(msg)
    return plan


def _print(answered: Answered, compared: Comparison | None) -> None:
    plan = answered.priorities
    rows = [_row(task, plan) for task in plan.tasks]
    print_table(
        f"What to clear first, within {plan.budget:,g} {plan.unit.value}",
        ["task", "where", "method", ">m2", ">weeks", "reconnects", ">so far", ">weeks so far"],
        rows,
    )
    for sentence in _sentences(answered):
        typer.echo(sentence)
    for sentence in () if compared is None else compared.sentences:
        typer.echo(sentence)


def _row(task: Task, plan: Priorities) -> tuple[str, ...]:
    shown = task.sites[:_SITES_SHOWN]
    more = len(task.sites) - len(shown)
    where = [_where(site) for site in shown] + ([f"and {more} more sites"] if more else [])
    methods = [site.method.value.replace("_", " ") for site in shown]
    return (
        str(task.number),
        "\n".join(where),
        "\n".join(methods),
        f"{task.area_m2:,.0f}",
        f"{task.weeks:,.1f}",
        _gain(task),
        f"{_so_far(task, plan):,g}",
        f"{task.weeks_so_far:,.1f}",
    )


def _where(site: Site) -> str:
    name = f" ({site.name})" if site.name else ""
    return f"{site.road_id}{name} {site.from_m:.0f}-{site.to_m:.0f} m"


def _gain(task: Task) -> str:
    names = ", ".join(one.name for one in task.communities) or "nobody by itself"
    if task.not_known == 0:
        return f"{task.households:,g} households: {names}" if task.communities else names
    known = f"{task.households:,g} households and " if task.households else ""
    return f"{known}{task.not_known} communities of not known size: {names}"


def _so_far(task: Task, plan: Priorities) -> float:
    if plan.counted.value == "households":
        return task.households_so_far
    return sum(len(one.communities) for one in plan.tasks[: task.number])


def _sentences(answered: Answered) -> list[str]:
    """Say how good the plan is, and who is not in it and why."""
    plan = answered.priorities
    rankings = ", ".join(f"{name} {gained:,g}" for name, gained in plan.rankings.items())
    bound = f"no plan within the budget reconnects more than {plan.bound:,g}"
    told = [
        f"In all {plan.gained:,g} {plan.counted.value}; {bound} (gap {100 * plan.gap:.1f} %).",
        f"With the same budget: {rankings}.",
    ]
    whose = {
        Outcome.CONNECTED_ALREADY: "Connected already",
        Outcome.NOT_WITHIN_BUDGET: "Not within this budget",
        Outcome.NO_WAY: "No work of this plan leads there",
        Outcome.OFF_NETWORK: "Too far from every road",
    }
    for outcome, words in whose.items():
        found = plan.with_outcome(outcome)
        if found:
            told.append(f"{words}: {', '.join(f'{one.name} ({one.pcode})' for one in found)}.")
    if plan.not_known:
        names = ", ".join(f"{one.name} ({one.pcode})" for one in plan.not_known)
        told.append(f"Households not known, and in no sum: {names}.")
    if answered.without_place:
        told.append(f"Households without a place here: {', '.join(answered.without_place)}.")
    told.append("No task here is permission to enter. The authority decides that.")
    return told
