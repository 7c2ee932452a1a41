"""Settings shared by all tests."""

import os

from hypothesis import HealthCheck, settings


def _profile(name: str, examples: int) -> None:
    """Deadlines off: machines are noisy and no test judges by the clock."""
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


_profile("plain", 3)  # kernels as plain Python, for coverage: two hundred times slower
_profile("dev", 50)
_profile("ci", 300)
_profile("nightly", 5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
