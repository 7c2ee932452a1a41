"""Settings shared by all tests."""

import os

from hypothesis import HealthCheck, settings

# Deadlines off: machines are noisy and no test judges by the clock.
_QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=50, **_QUIET)
settings.register_profile("ci", max_examples=300, **_QUIET)
settings.register_profile("nightly", max_examples=5000, **_QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
