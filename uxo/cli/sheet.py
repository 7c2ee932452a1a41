"""``uxo sheet``."""

from typing import Annotated, Final

import typer

from uxo import wiring
from uxo.cli.options import AsOf, Json, KnownAt, PolicyFile, StoreUrl
from uxo.cli.progress import progress_bar
from uxo.cli.sheet_options import (
    SheetLang,
    SheetOrder,
    SheetOut,
    SheetPaper,
    SheetTier,
    form_of,
    write_sheets,
)
from uxo.publish.sheets.content import Tier
from uxo.publish.sheets.frame import Paper
from uxo.services.sheet_district import WITHIN_M, DistrictAsk, district_sheet
from uxo.services.sheets import provenance_of
from uxo.services.status_of_store import status_of_store
from uxo.settings import load_settings
from uxo.vocabulary import Layer

EXAMPLE: Final = "uxo sheet C1007 --out aleppo.pdf --lang ar"


def run(  # noqa: PLR0913  # each is an option of the contract
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help="P-code of a community, or a district (admin 3).")
    ],
    *,
    out: SheetOut = None,
    lang: SheetLang = None,
    paper: SheetPaper = Paper.A4,
    tier: SheetTier = Tier.HANDOUT,
    within_m: Annotated[
        float,
        typer.Option(metavar="METRES", help="How far around points of communities roads count."),
    ] = WITHIN_M,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    policy: PolicyFile = None,
    store: StoreUrl = None,
    as_json: Json = False,
) -> None:
    """Print the sheet of a community or a district as PDF or PNG; that of a route: uxo route sheet.

    It shows the roads, the kilometres of each status, and the places to keep away from. Its number
    is the same as long as the knowledge is the same.
    """
    form_of(out)
    settings = load_settings(store=store, policy=policy)
    moment = wiring.now()
    with wiring.read_store(settings) as opened, progress_bar() as advance:
        advance("computing", 0, None)
        result = status_of_store(
            opened,
            policy=wiring.policy_of(settings),
            as_of=as_of or moment,
            known_at=known_at or moment,
        )
        sheet = district_sheet(
            result,
            opened.state(Layer.PLACES),
            provenance_of(opened.sources()),
            DistrictAsk(place, tier, paper, within_m),
        )
    write_sheets([sheet], settings, SheetOrder(out, lang, paper, tier), as_json=as_json)
