"""A certificate authority of one team, for a centre that no public authority can vouch for.

The authority may vouch for the names that were given and for nothing else (RFC 5280, section
4.2.1.10): whoever steals its key cannot pass for another site on the phones that trust it.
"""

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from uxo.errors import BadFile, BadInput, Refused

CA_LASTS: Final = timedelta(days=3 * 365)
SERVER_LASTS: Final = timedelta(days=397)  # browsers of phones take no longer one
_BACKDATED: Final = timedelta(days=1)  # a phone's clock may be behind


@dataclass(frozen=True, slots=True)
class TeamCa:
    """Where the certificates of a centre lie.

    Attributes
    ----------
    ca, ca_key : Path
        The authority: the first goes to phones, the second to nobody.
    server, server_key : Path
        The service's own.
    """

    ca: Path
    ca_key: Path
    server: Path
    server_key: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "TeamCa":
        """Name the files in a folder."""
        names = ("team-ca.crt", "team-ca.key", "server.crt", "server.key")
        return cls(*(folder / name for name in names))


def make_team_ca(folder: Path, names: Sequence[str], now: datetime) -> TeamCa:
    """Make an authority and the service's certificate.

    Parameters
    ----------
    folder : Path
        Where they go; it is made for its owner alone.
    names : sequence of str
        Names and addresses under which phones reach the service.
    now : datetime
        With a zone; begins the validity.

    Raises
    ------
    BadInput
        No name was given, or one is neither a name nor an address.
    Refused
        There is an authority already: phones trust it, so it is never replaced in passing.
    """
    known = [_general_name(name) for name in dict.fromkeys(names)]
    if not known:
        msg = "give the names or addresses under which phones reach this machine: --name 10.0.0.5"
        raise BadInput(msg)
    paths = TeamCa.in_folder(folder)
    if paths.ca.exists() or paths.ca_key.exists():
        msg = f"{paths.ca} is there already, and phones trust it; move it away to make a new one"
        raise Refused(msg)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = _ca_certificate(ca_key, known, now)
    server = server_certificate(ca, ca_key, key.public_key(), known, now)
    _write_key(paths.ca_key, ca_key)
    _write_key(paths.server_key, key)
    paths.server.write_bytes(_pem(server))
    paths.ca.write_bytes(_pem(ca))
    return paths


def names_of(certificate: Path) -> frozenset[str]:
    """Read the names and addresses for which a certificate stands.

    Raises
    ------
    BadFile
        It is no certificate, or names nothing.
    """
    try:
        first = x509.load_pem_x509_certificate(certificate.read_bytes())
        names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound) as error:
        msg = f"{certificate} is no certificate (PEM) with names: {error}"
        raise BadFile(msg) from error
    dns = names.get_values_for_type(x509.DNSName)
    addresses = names.get_values_for_type(x509.IPAddress)
    return frozenset({*(name.lower() for name in dns), *(str(one) for one in addresses)})


def fingerprint(pem: bytes) -> str:
    """Write the SHA-256 of a certificate as phones show it: pairs of digits with colons."""
    return x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256()).hex(":").upper()


def ends_at(certificate: Path) -> datetime:
    """Read until when a certificate is valid.

    Raises
    ------
    BadFile
        It is no certificate.
    """
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        msg = f"{certificate} is no certificate (PEM): {error}"
        raise BadFile(msg) from error


_Known = x509.DNSName | x509.IPAddress


def _general_name(name: str) -> _Known:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass  # not an address: then it is a name
    labels = name.lower().split(".")
    plain = all(
        part and part.isascii() and part.replace("-", "").isalnum() and len(part) < 64  # noqa: PLR2004 - RFC 1035
        for part in labels
    )
    if not plain:
        msg = f"name {name[:80]!r}: write a host's name such as desk.local, or an address"
        raise BadInput(msg)
    return x509.DNSName(name.lower())


def _limits(known: Sequence[_Known]) -> x509.NameConstraints:
    """Allow the given names; a kind of which none is given is shut out whole."""
    allowed: list[x509.GeneralName] = [
        one
        if isinstance(one, x509.DNSName)
        else x509.IPAddress(ipaddress.ip_network(str(one.value)))
        for one in known
    ]
    if not any(isinstance(one, x509.DNSName) for one in known):
        allowed.append(x509.DNSName("invalid"))  # RFC 2606: a name that nobody has
    shut: list[x509.GeneralName] | None = None
    if not any(isinstance(one, x509.IPAddress) for one in known):
        everything = ("0.0.0.0/0", "::/0")
        shut = [x509.IPAddress(ipaddress.ip_network(one)) for one in everything]
    return x509.NameConstraints(permitted_subtrees=allowed, excluded_subtrees=shut)


def _ca_certificate(
    key: ec.EllipticCurvePrivateKey, known: Sequence[_Known], now: datetime
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "UXO survey mapper, team CA")])
    usage = _usage(signs_certificates=True)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + CA_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_limits(known), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def server_certificate(
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePublicKey,
    known: Sequence[x509.GeneralName],
    now: datetime,
) -> x509.Certificate:
    """Let an authority vouch for a service's key, not longer than it may vouch itself.

    Parameters
    ----------
    ca, ca_key : certificate, private key
        The authority.
    key : public key
        The service's.
    known : sequence of names
        Names and addresses of the service.
    now : datetime
        With a zone; begins the validity.
    """
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "UXO survey mapper")])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(ca.subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(min(now + SERVER_LASTS, ca.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(known), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(issuer, critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    """Write a key into a new file which only its owner can read."""
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
