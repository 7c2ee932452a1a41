"""The words of the status rule as enumerations.

Names are those of IMAS 04.10, 07.11 and 09.10. The values are stored and exchanged, so they never
change; labels for people live in the language catalogues.
"""

from enum import IntEnum, StrEnum, unique
from typing import Final

TEAM_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$"
"""A team's code, never a person's name."""


@unique
class Kind(StrEnum):
    """What an item of evidence is (status rule, section 2)."""

    FIND = "find"
    ACCIDENT = "accident"
    HAZARD_AREA = "hazard_area"
    STRIKE = "strike"
    REPORT = "report"
    CLOSURE = "closure"
    SURVEY = "survey"
    TECHNICAL_SURVEY = "technical_survey"
    CLEARANCE = "clearance"


HAZARD_KINDS = frozenset(
    {Kind.FIND, Kind.ACCIDENT, Kind.HAZARD_AREA, Kind.STRIKE, Kind.REPORT, Kind.CLOSURE}
)
RELEASE_KINDS = frozenset({Kind.SURVEY, Kind.TECHNICAL_SURVEY, Kind.CLEARANCE})


@unique
class Category(StrEnum):
    """Ordnance category (status rule, section 2)."""

    AP_MINE = "ap_mine"
    AV_MINE = "av_mine"
    SUBMUNITION = "submunition"
    PROJECTILE = "projectile"
    MORTAR = "mortar"
    ROCKET = "rocket"
    MISSILE = "missile"
    GRENADE = "grenade"
    AIRCRAFT_BOMB = "aircraft_bomb"
    BARREL_BOMB = "barrel_bomb"
    AXO_CACHE = "axo_cache"
    IED = "ied"
    BOOBY_TRAP = "booby_trap"
    FUZE = "fuze"
    SAA = "saa"
    UNKNOWN = "unknown"
    NOT_EO = "not_eo"


@unique
class EvidenceClass(StrEnum):
    """Direct evidence confirms a hazard, indirect evidence makes it suspected (IMAS 07.11)."""

    DIRECT = "direct"
    INDIRECT = "indirect"


@unique
class PositionMethod(StrEnum):
    """How a position was fixed."""

    GPS_AVERAGED = "gps_averaged"
    GPS = "gps"
    NETWORK = "network"
    BEARING_DISTANCE = "bearing_distance"
    MAP = "map"
    TYPED = "typed"
    EXIF = "exif"
    UNKNOWN = "unknown"


@unique
class Review(StrEnum):
    """What a second person said of a record."""

    UNREVIEWED = "unreviewed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@unique
class Status(IntEnum):
    """The status ladder, worst first; the integer is the stored rank (status rule, section 1)."""

    CLOSED = 0
    CONFIRMED_HAZARD = 1
    SUSPECTED_HAZARD = 2
    NOT_SURVEYED = 3
    SURVEY_EXPIRED = 4
    SURVEYED = 5
    REDUCED = 6
    CLEARED = 7

    @property
    def word(self) -> str:
        """The name that files and interfaces carry, for example ``not_surveyed``."""
        return self.name.lower()


@unique
class Effect(IntEnum):
    """What the rule did with one item of evidence on one piece of road.

    The integer is internal to one result; files carry ``word``.
    """

    CLOSURE_IN_FORCE = 0
    HAZARD_APPLIES = 1
    HAZARD_APPLIES_AFTER_REMOVAL = 2
    HAZARD_ENDED = 3
    HAZARD_REJECTED = 4
    CLOSURE_NOT_BEGUN = 5
    CLOSURE_OVER = 6
    RELEASE_VALID = 7
    RELEASE_EXPIRED = 8
    RELEASE_NOT_ACCEPTED = 9
    RELEASE_REJECTED = 10
    RELEASE_WITHOUT_DATE = 11
    RELEASE_WITHOUT_DEPTH = 12

    @property
    def word(self) -> str:
        """The name that files and interfaces carry, for example ``hazard_applies``."""
        return self.name.lower()


@unique
class Layer(StrEnum):
    """The layers of a store."""

    ROADS = "roads"
    PLACES = "places"
    EVIDENCE = "evidence"


@unique
class Role(StrEnum):
    """What a person or a device is allowed to be here (`uxo.services.permissions`)."""

    TEAM = "team"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    PLANNER = "planner"
    PARTNER = "partner"
    PUBLIC = "public"
    ADMIN = "admin"


@unique
class Action(StrEnum):
    """What a role may do or not; every address of the service asks for one."""

    SEE_PUBLIC_MAP = "see_public_map"
    SEE_STATUS = "see_status"
    EXPLAIN_STATUS = "explain_status"
    PRIORITISE = "prioritise"
    FIND_WAYS = "find_ways"
    SEE_ROUTES = "see_routes"
    MAKE_ROUTES = "make_routes"
    PRINT_SHEETS = "print_sheets"
    SEE_EVIDENCE = "see_evidence"
    TAKE_FIELD_RECORDS = "take_field_records"
    RECORD_EVIDENCE = "record_evidence"
    CORRECT_EVIDENCE = "correct_evidence"
    DISPOSE_ITEM = "dispose_item"
    REVIEW_EVIDENCE = "review_evidence"
    UPLOAD_MEDIA = "upload_media"
    SEE_MEDIA = "see_media"
    SEE_ORIGINAL_MEDIA = "see_original_media"
    SEE_DESK = "see_desk"
    MANAGE_DEVICES = "manage_devices"
    MANAGE_PEOPLE = "manage_people"
    SEE_NAMES = "see_names"
    SEE_AUDIT = "see_audit"
    EXPORT = "export"
    IMPORT_PHONES = "import_phones"
    CHANGE_OWN_PASSWORD = "change_own_password"  # noqa: S105  # the name of an action
