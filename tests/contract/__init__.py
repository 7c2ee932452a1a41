"""One suite for every store: a new engine is named in `engines.py` and must pass it all."""
