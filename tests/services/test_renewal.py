"""A renewed certificate is trusted by who trusted the first, and needs the authority's own key."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.services.test_certificates import NAMES, handshake
from uxo.errors import BadFile, NotFound, Refused
from uxo.services.certificates import CA_LASTS, SERVER_LASTS, TeamCa, make_team_ca, names_of
from uxo.services.renewal import HSTS_LASTS, hsts_of, renew_server
from uxo.wiring import now


@pytest.fixture
def team(tmp_path: Path) -> TeamCa:
    return make_team_ca(tmp_path / "tls", NAMES, now() - SERVER_LASTS)


def test_who_trusts_the_authority_trusts_the_renewed_certificate(team: TeamCa) -> None:
    trusted = team.ca.read_bytes()
    moment = now()
    end = renew_server(team, moment)
    assert end == (moment + SERVER_LASTS).replace(microsecond=0)
    assert names_of(team.server) == frozenset(NAMES)
    assert team.ca.read_bytes() == trusted
    for name in NAMES:
        handshake(team.server, team.server_key, team.ca, name)


def test_the_authority_s_key_may_lie_elsewhere(team: TeamCa, tmp_path: Path) -> None:
    away = Path(shutil.move(team.ca_key, tmp_path / "stick.key"))
    before = team.server.read_bytes()
    with pytest.raises(NotFound, match="--ca-key"):
        renew_server(team, now())
    assert team.server.read_bytes() == before
    renew_server(team, now(), away)
    assert team.server.read_bytes() != before


def test_no_certificate_outlives_its_authority_and_an_ended_one_renews_nothing(
    team: TeamCa,
) -> None:
    began = now() - SERVER_LASTS
    late = began + CA_LASTS - timedelta(days=10)
    assert renew_server(team, late) <= began + CA_LASTS
    with pytest.raises(Refused, match="make a new one"):
        renew_server(team, began + CA_LASTS + timedelta(days=1))


def test_a_key_of_another_authority_or_of_none_is_refused(team: TeamCa, tmp_path: Path) -> None:
    other = make_team_ca(tmp_path / "other", NAMES, now())
    before = team.server.read_bytes()
    with pytest.raises(Refused, match="is not the key of"):
        renew_server(team, now(), other.ca_key)
    with pytest.raises(BadFile, match="no private key"):
        renew_server(team, now(), team.ca)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kind = tmp_path / "rsa.key"
    kind.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with pytest.raises(BadFile, match="another kind"):
        renew_server(team, now(), kind)
    assert team.server.read_bytes() == before
    team.server.write_text("nothing", encoding="utf-8")
    with pytest.raises(BadFile, match="no certificate"):
        renew_server(team, now())
    team.server.write_bytes(team.ca.read_bytes())
    with pytest.raises(BadFile, match="names no address"):
        renew_server(team, now())


def _vouched_for(path: Path, *, lasts: timedelta, by: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "desk.example")])
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, by)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + lasts)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return path


def test_browsers_are_bound_to_https_only_by_a_lasting_certificate_of_somebody_else(
    tmp_path: Path,
) -> None:
    path, longer = tmp_path / "c.pem", HSTS_LASTS + timedelta(days=1)
    assert hsts_of(_vouched_for(path, lasts=longer, by="An authority"), now()) == HSTS_LASTS
    assert hsts_of(_vouched_for(path, lasts=HSTS_LASTS, by="An authority"), now()) is None
    assert hsts_of(_vouched_for(path, lasts=longer, by="desk.example"), now()) is None
