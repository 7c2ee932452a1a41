"""A disk that takes five milliseconds to flush, as a field laptop's does (store study, section 1).

A library that is loaded first makes every flush wait; it needs a C compiler.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from benchmarks.measure import Unavailable

FLUSH_MS: Final = 5
_SOURCE: Final = f"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
typedef int (*flush)(int);
int fsync(int file) {{
    usleep({FLUSH_MS}000);
    return ((flush)dlsym(RTLD_NEXT, "fsync"))(file);
}}
int fdatasync(int file) {{
    usleep({FLUSH_MS}000);
    return ((flush)dlsym(RTLD_NEXT, "fdatasync"))(file);
}}
"""


def slow_flush(folder: Path) -> dict[str, str]:
    """Build the library and give the environment in which processes meet the slow disk.

    Raises
    ------
    Unavailable
        There is no C compiler.
    """
    compiler = shutil.which("cc")
    if compiler is None:
        msg = "no C compiler to delay flushes with: apt install gcc libc6-dev"
        raise Unavailable(msg)
    source, library = folder / "slow_flush.c", folder / "slow_flush.so"
    source.write_text(_SOURCE)
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
    return os.environ | {"LD_PRELOAD": str(library)}
