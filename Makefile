# Titus: `make demo` shows it, `make test` proves it. Both prepare all they need on a machine with Python >= 3.11.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := benchmarks/peers
PART ?= all
PROVIDER ?= all
AGAINST ?= sandbox
LOCKING := --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help install assets demo test check static record proof bench lock

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

install: $(VENV)/.installed ## the set-up alone: .venv with titus in it

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q titus_core titus_adapters titus_http migrations
	@touch $@

assets: assets/node_modules/.package-lock.json ## the browser dialer's SDK from npm, and what tests the dialer (needs Node)

assets/node_modules/.package-lock.json: assets/package-lock.json
	npm ci --prefix assets --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

demo: install ## Titus on a laptop, every provider played by the sandbox: two calls, told as timelines
	$(BIN)/titus demo

test: install ## the whole test suite, PostgreSQL included; the core to its last branch
	$(BIN)/coverage run -m pytest tests/core
	$(BIN)/coverage report --fail-under=100 --skip-covered
	$(BIN)/pytest -n auto --ignore=tests/core --ignore=tests/faults
	$(BIN)/pytest tests/faults # real processes and clocks: one after another, with the machine to themselves

static: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: static test ## format, lint, types, import rules, tests

record: install ## cassettes of the providers: make record PROVIDER=twilio (of your own account: AGAINST=real OPTIONS=--help)
	$(BIN)/python -m tests.cassettes.record $(PROVIDER) --against $(AGAINST) $(OPTIONS)

proof: install ## the long counts, by parts: make proof PART=simulation (results in docs/proof.md)
	$(BIN)/python -m tests.proof $(PART)

bench: install $(PEERS)/node_modules/.package-lock.json ## side-by-side ratios in one run (needs Node and wrk)
	$(BIN)/python -m benchmarks

$(PEERS)/node_modules/.package-lock.json: $(PEERS)/package-lock.json
	npm ci --prefix $(PEERS)
	@touch $@

lock: install ## renew the lock files (hashes, no addresses): one for work on Titus, one for the image
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra postgres --extra telemetry --group dev --output-file requirements.lock $(LOCKING)
	$(BIN)/uv pip compile pyproject.toml --extra postgres --extra telemetry --constraint requirements.lock --output-file requirements-run.lock $(LOCKING)
