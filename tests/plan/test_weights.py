"""Weights of ways that a programme may not choose."""

from pathlib import Path

import pytest

from uxo.errors import BadPolicy
from uxo.policy import load_policy


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("cleared", 0.0, "must be more than 0"),
        ("not_surveyed", 4.0, "unknown never counts as known"),
        ("not_surveyed", 1.0, "a worse status never weighs less"),
        ("suspected_hazard", 10.0, "a worse status never weighs less"),
    ],
)
def test_a_weight_that_would_lead_people_onto_worse_roads_is_refused(
    tmp_path: Path, name: str, value: float, said: str
) -> None:
    file = tmp_path / "policy.toml"
    figure = f'{{ value = {value}, source = "test", confidence = "low" }}'
    file.write_text(f"schema = 1\n[exposure_weight]\n{name} = {figure}\n", encoding="utf-8")
    with pytest.raises(BadPolicy, match=said):
        load_policy(file)


def test_nobody_can_give_a_confirmed_hazard_a_weight(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    figure = '{ value = 1.0, source = "test", confidence = "low" }'
    file.write_text(
        f"schema = 1\n[exposure_weight]\nconfirmed_hazard = {figure}\n", encoding="utf-8"
    )
    with pytest.raises(BadPolicy, match="unknown figure"):
        load_policy(file)
