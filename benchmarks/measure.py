"""Measure one thing in a process of its own."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any


class Unavailable(Exception):  # a state of the machine, not a fault
    """A peer that is not on this machine; says why."""


def in_process(module: str, *arguments: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    """Run ``python -m module arguments`` and read the JSON object that it prints last."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )
    if done.returncode != 0:
        raise Unavailable((done.stderr.strip() or "no message").splitlines()[-1])
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def timed(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Time a piece of work in this process; its answer is kept beside the figures.

    Returns
    -------
    dict
        ``wall_s``, ``cpu_s`` (all threads), ``rss_mib`` (peak of the whole process so far).
    """
    wall, cpu = time.perf_counter(), time.process_time()
    answer = work()
    wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"wall_s": wall_s, "cpu_s": cpu_s, "rss_mib": peak_kib / 1024, **answer}


def medians(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Take the median of every number; memory is the largest seen, other values the last."""
    last = runs[-1]
    return {
        name: max(run[name] for run in runs)
        if name == "rss_mib"
        else median(run[name] for run in runs)
        if isinstance(value, float)
        else value
        for name, value in last.items()
    }
