# One command surface for people and for CI. Needs Python 3.11 or newer and make, nothing else.
#
#   make demo    install, build the exercise, serve it on this machine
#   make test    install what the tests need and run them all, browser tests too
#   make check   lint, format, types, layers
#   make bench   measure against the peers and write benchmarks/RESULTS.md
#
# Everything is installed into .venv; the stamps in it make a second run quick.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --require-virtualenv
# Bytecode is made when a module is first used: compiling all of every library takes half as long again.
INSTALL := $(PIP) install --quiet --no-compile --constraint constraints.txt
RECIPE := pyproject.toml constraints.txt $(wildcard hatch_build.py package.json package-lock.json)
SOURCES := $(shell find uxo static -type f ! -path '*/__pycache__/*' ! -path 'static/vendor/*' 2>/dev/null)
DEMO_ARGS ?=
BENCH_ARGS ?=
PYTEST_ARGS ?=
# Browser tests wait a good deal, so two processes help even on one core.
PYTEST_WORKERS ?= 2

.PHONY: demo test check bench
.DELETE_ON_ERROR:

# A tree that was installed in place for the tests serves the demo as it is.
demo: $(if $(wildcard $(VENV)/test.stamp),$(VENV)/test.stamp,$(VENV)/demo.stamp)
	$(BIN)/uxo demo $(DEMO_ARGS)

# First the kernels as plain Python, because coverage cannot look into compiled code; then all tests.
# The gates: the status rule and the geometry in every branch, nine tenths of the rest.
test: $(VENV)/test.stamp
	$(BIN)/python -m tests.browser.install_chromium
	rm -f .coverage .coverage.*
	HYPOTHESIS_PROFILE=plain NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q tests/status tests/geo tests/rulebook -m "not slow" -k "not slow_reading" --cov --cov-report=
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadfile $(PYTEST_ARGS) --cov --cov-append --cov-report=term:skip-covered --cov-fail-under=90
	@$(BIN)/coverage report --include='uxo/status/*,uxo/geo/*' --fail-under=100 > $(VENV)/gate.txt \
	  || { cat $(VENV)/gate.txt; exit 1; }

check: $(VENV)/check.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/bench.stamp
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "On Debian: apt install python3-venv" >&2; exit 1; }

$(VENV)/demo.stamp: $(BIN)/python $(RECIPE) $(SOURCES)
	$(INSTALL) .
	touch $@

$(VENV)/test.stamp: $(BIN)/python $(RECIPE)
	$(INSTALL) --editable '.[test]'
	touch $@

$(VENV)/check.stamp: $(VENV)/test.stamp
	$(INSTALL) --editable '.[test,check]'
	touch $@

$(VENV)/bench.stamp: $(VENV)/test.stamp
	$(INSTALL) --editable '.[test,bench]'
	touch $@
