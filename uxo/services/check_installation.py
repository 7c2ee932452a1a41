"""What an installation needs to be in order, checked one by one."""

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from uxo.errors import UxoError
from uxo.publish.assets import asset
from uxo.services.certificates import TeamCa, ends_at
from uxo.store.connection import check_driver

_RENEW_BEFORE: Final = timedelta(days=30)
_HOW_TO_RENEW: Final = MappingProxyType(
    {
        "certificate": "renew it with: uxo doctor --renew (phones have nothing to install)",
        "team's authority": "move its folder away, make a new one with: uxo doctor --make-ca, "
        "and let every phone install it (/trust)",
    }
)
_PARTS: Final = (
    "shared/i18n/en.ftl",
    "shared/i18n/ar.ftl",
    "vendor/leaflet/dist/leaflet.js",
    "vendor/swagger-ui-dist/swagger-ui.css",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found.

    Attributes
    ----------
    check : str
        What was looked at.
    ok : bool
        False: something is to be done.
    said : str
        What was found, and what to do.
    """

    check: str
    ok: bool
    said: str

    def as_json(self) -> dict[str, object]:
        """Give the shape that ``--json`` prints."""
        return {"check": self.check, "ok": self.ok, "said": self.said}


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files of an installation lie.

    Attributes
    ----------
    store, people : Path
        The store, and the sign-ins beside it.
    tls : Path
        Folder of the team's certificates.
    """

    store: Path
    people: Path
    tls: Path


def check_installation(places: Places, now: datetime) -> list[Finding]:
    """Look at programs, files and certificates.

    Parameters
    ----------
    places : Places
        Where to look.
    now : datetime
        With a zone.
    """
    return [
        _tried("driver of the store", check_driver, "it carries a current SQLite"),
        _tried("files of the pages", _check_parts, "all are there"),
        _store(places.store),
        _people(places.people),
        *_certificates(places.tls, now),
    ]


def _check_parts() -> None:
    for name in _PARTS:
        asset(name)


def _tried(check: str, work: Callable[[], None], fine: str) -> Finding:
    try:
        work()
    except UxoError as error:
        return Finding(check, ok=False, said=str(error))
    return Finding(check, ok=True, said=fine)


def _store(path: Path) -> Finding:
    if not path.is_file():
        said = f"there is none at {path}; make one with: uxo init"
        return Finding("store", ok=False, said=said)
    return _private("store", path, f"{path} is its owner's alone")


def _people(path: Path) -> Finding:
    if not path.is_file():
        said = "nobody was added; the service answers this machine only (uxo user add)"
        return Finding("sign-in", ok=True, said=said)
    return _private("sign-in", path, "in force; its file is its owner's alone")


def _private(check: str, path: Path, fine: str) -> Finding:
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        said = f"others on this machine may open {path}; forbid it: chmod 600 {path}"
        return Finding(check, ok=False, said=said)
    return Finding(check, ok=True, said=fine)


def _lasts(check: str, end: datetime, now: datetime, how: str) -> Finding:
    days = (end - now) // timedelta(days=1)
    said = f"valid until {end:%Y-%m-%d}, {max(days, 0)} days left"
    if end - now > _RENEW_BEFORE:
        return Finding(check, ok=True, said=said)
    return Finding(check, ok=False, said=f"{said}; {how}")


def _certificates(folder: Path, now: datetime) -> Iterator[Finding]:
    team = TeamCa.in_folder(folder)
    for check, path in (("team's authority", team.ca), ("certificate", team.server)):
        if not path.is_file():
            continue
        try:
            end = ends_at(path)
        except UxoError as error:
            yield Finding(check, ok=False, said=str(error))
            continue
        yield _lasts(check, end, now, _HOW_TO_RENEW[check])
    for check, path in (("authority's key", team.ca_key), ("certificate's key", team.server_key)):
        if path.is_file():
            yield _private(check, path, "its owner's alone")
