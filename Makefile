# `make demo` and `make test` set everything up by themselves. Python 3.11+, make and git are enough.

# The first Python that runs and is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null && echo $$p && break; done)
BIN := .venv/bin
COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --extra build pyproject.toml
ARGS ?=

.PHONY: demo up test check bench docs setup dev ml postgresql karrio apprise lock clean

demo: .venv/ready ## the main job on a made-up shop
	@$(BIN)/wismo demo $(ARGS)

up: .venv/ready ## server and workers
	@$(BIN)/wismo up $(ARGS)

test: .venv/dev ## every test; those that need a browser or PostgreSQL skip loudly where there is none
	@$(BIN)/python -m tests.everything $(ARGS)

check: .venv/dev ## the gate of every change: format, lint, types, floors, the fast tests
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/pytest -n 2 -m "not slow and not browser" $(ARGS)

bench: .venv/dev ## the door, the pipeline and the parser, measured here
	@$(BIN)/wismo bench door $(ARGS)
	@$(BIN)/wismo bench pipeline $(ARGS)
	@$(BIN)/wismo bench parse

docs: .venv/dev ## the pictures in the README, taken anew from a running demo; needs Chromium
	@$(BIN)/python -m tests.pictures docs/pictures

setup: .venv/ready ## only set up

dev: .venv/dev ## set up for developing: linters, tests

ml: .venv/ready ## add what trains the model of promises, and reads Parquet
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-ml.lock

postgresql: .venv/ready ## add the PostgreSQL driver, which is LGPL and so no part of the plain installation
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-postgresql.lock

karrio: .venv/ready ## add Karrio's 26 connectors, which are LGPL too
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-karrio.lock

apprise: .venv/ready ## add Apprise, for the team's alerts in chat and pagers
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-apprise.lock

# --no-deps: the lock holds all of it, with its hashes.
.venv/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv || { echo "the venv module is needed: apt install python3-venv, or what your system calls it" >&2; rm -rf .venv; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/ready requirements-dev.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

lock: ## write all locks anew from pyproject.toml
	@$(BIN)/python -m pip install -q uv
	@$(COMPILE) -o requirements.lock
	@$(COMPILE) --extra ml -o requirements-ml.lock
	@$(COMPILE) --extra postgresql -o requirements-postgresql.lock
	@$(COMPILE) --extra karrio -o requirements-karrio.lock
	@$(COMPILE) --extra apprise -o requirements-apprise.lock
	@$(COMPILE) --extra ml --extra postgresql --extra apprise --extra dev -o requirements-dev.lock

clean:
	rm -rf .venv var
