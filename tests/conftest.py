"""Settings shared by all tests."""

import os

from hypothesis import HealthCheck, settings


def _profile(name: str, examples: int, *, explore: bool) -> None:
    """Deadlines off: machines are noisy and no test judges by the clock.

    The profiles that decide on a change draw the same examples every time; the others explore.
    """
    settings.register_profile(
        name,
        max_examples=examples,
        deadline=None,
        derandomize=not explore,
        suppress_health_check=[HealthCheck.too_slow],
    )


_profile("plain", 3, explore=False)  # kernels as plain Python: two hundred times slower
_profile("dev", 50, explore=False)
_profile("ci", 300, explore=True)
_profile("nightly", 5000, explore=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
