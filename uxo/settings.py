"""The settings of one process: read once at the start, never changed.

An environment variable ``UXO_<NAME>`` sets each; an option of the command line overrides it.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from uxo.errors import BadInput
from uxo.vocabulary import TEAM_PATTERN


class Settings(BaseSettings):
    """Every setting, with its default and its meaning.

    ``docs/OPERATIONS.md`` lists them for people; a test compares the two.
    """

    model_config = SettingsConfigDict(env_prefix="UXO_", frozen=True, extra="forbid")

    store: str = Field(
        "sqlite:///uxo-store.gpkg",
        min_length=1,
        description="The store: sqlite:///FILE (relative), sqlite:////FILE (absolute) or a path.",
    )
    policy: Path | None = Field(
        None, description="A TOML file of the programme's figures; unset: the shipped figures."
    )
    team: str = Field(
        "desk",
        pattern=TEAM_PATTERN,
        description="Code of the team that records and imports here; never a person's name.",
    )
    lang: Literal["en", "ar"] = Field("en", description="Language of maps: en or ar.")
    port: int = Field(8000, ge=1, le=65535, description="Port of `uxo serve` and `uxo demo`.")


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment.

    Parameters
    ----------
    **overrides : object
        Values from the command line; None means that the option was not given.

    Raises
    ------
    BadInput
        A value is impossible; the message names every variable that is wrong.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # validated by the model
    except ValidationError as error:
        faults = "\n".join(
            f"  UXO_{str(fault['loc'][0]).upper()} = {fault['input']!r}: {fault['msg']}"
            for fault in error.errors()
        )
        msg = f"settings are refused:\n{faults}"
        raise BadInput(msg) from error
