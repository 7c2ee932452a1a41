"""The authority of a team: what it vouches for, and that real clients hold it to that."""

import socket
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from uxo.errors import BadFile, BadInput, Refused
from uxo.services.certificates import TeamCa, ends_at, fingerprint, make_team_ca, names_of
from uxo.wiring import now

NAMES = ["desk.example", "127.0.0.1", "192.168.1.20"]


def handshake(server: Path, key: Path, ca: Path, name: str) -> None:
    """Let a server with one certificate meet a client that trusts an authority."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(server, key)
    asking = ssl.create_default_context(cafile=ca)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    serving.wrap_socket(connection, server_side=True).close()
                except (ssl.SSLError, OSError):
                    return  # the client says why

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            with (
                socket.create_connection(listener.getsockname(), timeout=30) as plain,
                asking.wrap_socket(plain, server_hostname=name),
            ):
                pass
        finally:
            thread.join(30)


@pytest.mark.parametrize("name", NAMES)
def test_a_client_that_trusts_the_authority_trusts_the_service(tmp_path: Path, name: str) -> None:
    made = make_team_ca(tmp_path / "tls", NAMES, now())
    handshake(made.server, made.server_key, made.ca, name)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"ostname|IP address"):
        handshake(made.server, made.server_key, made.ca, "other.example")


@pytest.mark.parametrize(
    ("names", "forged"),
    [
        (["desk.example"], "bank.example"),
        (["desk.example"], "10.1.1.1"),
        (["192.168.1.20"], "bank.example"),
        (["192.168.1.20"], "10.1.1.1"),
    ],
)
def test_whoever_steals_the_authority_cannot_pass_for_another_site(
    tmp_path: Path, names: list[str], forged: str
) -> None:
    made = make_team_ca(tmp_path / "tls", names, now())
    certificate, key = _forge(made, forged, tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match=r"permitted subtree|excluded subtree"):
        handshake(certificate, key, made.ca, forged)


def _forge(made: TeamCa, name: str, folder: Path) -> tuple[Path, Path]:
    ca = x509.load_pem_x509_certificate(made.ca.read_bytes())
    ca_key = serialization.load_pem_private_key(made.ca_key.read_bytes(), None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    own = ec.generate_private_key(ec.SECP256R1())
    known: x509.GeneralName
    known = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    forged = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(ca.subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([known]), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    paths = folder / "forged.crt", folder / "forged.key"
    paths[0].write_bytes(forged.public_bytes(serialization.Encoding.PEM))
    pem = own.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    paths[1].write_bytes(pem)
    return paths


def test_the_keys_are_their_owners_alone_and_nothing_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "tls"
    made = make_team_ca(folder, NAMES, now())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for key in (made.ca_key, made.server_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    before = made.ca.read_bytes()
    with pytest.raises(Refused, match="phones trust it"):
        make_team_ca(folder, NAMES, now())
    assert made.ca.read_bytes() == before


def test_names_end_and_fingerprint_can_be_read(tmp_path: Path) -> None:
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    made = make_team_ca(tmp_path, ["DESK.example", "::1"], moment)
    assert names_of(made.server) == {"desk.example", "::1"}
    assert ends_at(made.server) == moment + timedelta(days=397)
    assert len(fingerprint(made.ca.read_bytes()).split(":")) == 32
    for wrong in (made.server_key, tmp_path / "none"):
        with pytest.raises(BadFile):
            names_of(wrong)
        with pytest.raises(BadFile):
            ends_at(wrong)


@pytest.mark.parametrize("names", [[], [""], ["a b"], ["*.example"], ["https://x"], ["x" * 70]])
def test_what_is_no_name_is_refused_before_anything_is_made(
    tmp_path: Path, names: list[str]
) -> None:
    with pytest.raises(BadInput):
        make_team_ca(tmp_path / "tls", names, now())
    assert not (tmp_path / "tls").exists()
