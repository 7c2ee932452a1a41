"""A service's certificate is renewed by the team's authority; phones have nothing to install."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from uxo.errors import BadFile, NotFound, Refused
from uxo.services.certificates import TeamCa, server_certificate

HSTS_LASTS: Final = timedelta(days=30)
"""For how long a browser refuses plain HTTP after it saw a service with a lasting certificate."""


def renew_server(team: TeamCa, now: datetime, ca_key: Path | None = None) -> datetime:
    """Write a new certificate of the service in the place of the old one.

    The key and the names stay, so one file changes and at no moment do the two not fit each other.

    Parameters
    ----------
    team : TeamCa
        Where the certificates lie.
    now : datetime
        With a zone; begins the validity.
    ca_key : Path or None
        The authority's key, where it is kept elsewhere. None: among the others.

    Returns
    -------
    datetime
        Until when the new one is valid.

    Raises
    ------
    NotFound
        A file is missing.
    BadFile
        A file holds something else.
    Refused
        The key is that of another authority, or the authority is over: phones need a new one.
    """
    ca, old = _certificate(team.ca), _certificate(team.server)
    signing, own = _key(ca_key or team.ca_key), _key(team.server_key)
    if signing.public_key() != ca.public_key():
        msg = f"{ca_key or team.ca_key} is not the key of {team.ca}"
        raise Refused(msg)
    if ca.not_valid_after_utc <= now:
        msg = (
            f"the team's authority ended on {ca.not_valid_after_utc:%Y-%m-%d}; move its folder"
            f" {team.ca.parent} away, make a new one with uxo doctor --make-ca, and let every phone"
            " install it (/trust)"
        )
        raise Refused(msg)
    try:
        names = list(old.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound as error:
        msg = f"{team.server} names no address"
        raise BadFile(msg) from error
    new = server_certificate(ca, signing, own.public_key(), names, now)
    _replace(team.server, new.public_bytes(serialization.Encoding.PEM))
    return new.not_valid_after_utc


def hsts_of(certificate: Path, now: datetime) -> timedelta | None:
    """Tell for how long browsers may be bound to HTTPS; None: not at all.

    Only a certificate that somebody else vouches for and that lasts longer than the promise. With
    an authority of the team's own browsers are never bound (RFC 6797, section 12.1: a bound browser
    offers no way past a warning): after a change of the authority a phone could not even
    open the page from which it would install the new one.

    Raises
    ------
    BadFile, NotFound
        It is no certificate, or not there.
    """
    found = _certificate(certificate)
    own = found.issuer == found.subject
    return None if own or found.not_valid_after_utc - now <= HSTS_LASTS else HSTS_LASTS


def _certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(_read(path))
    except ValueError as error:
        msg = f"{path} is no certificate (PEM): {error}"
        raise BadFile(msg) from error


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(_read(path), password=None)
    except (ValueError, TypeError) as error:
        msg = f"{path} is no private key (PEM, without a passphrase)"
        raise BadFile(msg) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        msg = f"{path} is a key of another kind; this programme makes keys of elliptic curves"
        raise BadFile(msg)
    return key


def _read(path: Path) -> bytes:
    if not path.is_file():
        msg = f"there is no {path}; a key that is kept elsewhere is named with --ca-key FILE"
        raise NotFound(msg)
    return path.read_bytes()


def _replace(path: Path, content: bytes) -> None:
    """Write a file beside the old one, then put it in its place in one step."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
