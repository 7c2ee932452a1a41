"""Settings come from the environment, are checked once, and never change."""

import pytest
from pydantic import ValidationError

from uxo.errors import BadInput
from uxo.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"UXO_{name.upper()}", raising=False)


def test_the_defaults_need_no_environment() -> None:
    settings = load_settings()
    assert settings.store == "sqlite:///uxo-store.gpkg"
    assert settings.policy is None
    assert settings.port == 8000


def test_the_environment_sets_and_the_command_line_overrides(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UXO_STORE", "sqlite:///a.gpkg")
    monkeypatch.setenv("UXO_PORT", "8100")
    settings = load_settings(store="b.gpkg", port=None)
    assert settings.store == "b.gpkg"
    assert settings.port == 8100


def test_every_impossible_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UXO_PORT", "99999")
    monkeypatch.setenv("UXO_TEAM", "Jane Doe")
    monkeypatch.setenv("UXO_LANG", "fr")
    with pytest.raises(BadInput) as told:
        load_settings()
    for part in ("UXO_PORT = '99999'", "UXO_TEAM", "UXO_LANG = 'fr'"):
        assert part in str(told.value)


def test_settings_never_change() -> None:
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.port = 1
