# The commands of this repository; `make` alone lists them. They need Python 3.13; everything else is installed into .venv.

PYTHON ?= $(shell command -v python3.13 || command -v python3)
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Checks and builds need no AWS account: no telemetry, and a region that does not depend on the user's profile.
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION := us-east-1
# uv uses the system's certificate store, as pip does: a company's own certificates are in it.
export UV_SYSTEM_CERTS := 1
# Compiled modules are kept, whatever the shell says: the tests start Python some hundred times.
unexport PYTHONDONTWRITEBYTECODE
export PARAMS
# Tests run in an order that this number decides: each must pass after any other one. SEED=2 is another order.
SEED ?= 1

.DEFAULT_GOAL := help
.PHONY: help demo up down dashboards outage bench prove invoke test test-unit test-integration test-e2e lint types imports template checks format translations screenshots browser requirements

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.stamp ## Run real notifications locally: delivered, retried, exhausted and redriven
	@$(BIN)/python -m tools.demo

up: .venv/.stamp ## Start the stack on this machine; PARAMS="Ladder='1s 2s 3s' AttemptTimeout=2" overrides parameters
	@$(BIN)/python -m tools.local_engine up

down: .venv/.stamp ## Stop it
	@$(BIN)/python -m tools.local_engine down

dashboards: .venv/.stamp ## Draw the dashboards of a local run with 2,000 notifications into docs/pictures
	@$(BIN)/python -m tools.dashboards

outage: .venv/.stamp ## Measure an outage of one partner beside 20 others, with and without the breaker (20 minutes)
	@$(BIN)/python -m tools.outage measure

bench: .venv/.stamp .peers/.stamp ## Measure the functions beside Celery, BullMQ and a bare POST (10 minutes); ARGS="--beside CHECKOUT" for a change
	@$(BIN)/python -m tools.bench $(ARGS)

prove: .venv/.stamp ## Soak the stack under kills and faults, and balance the books; ARGS="--seed 7 --minutes 30" for others than 10 minutes
	@$(BIN)/python -m tools.prove $(ARGS)

invoke: .venv/.stamp ## Invoke each event in a container, with the running stack behind it; EVENTS="events/…" for some of them
	@$(BIN)/python -m tools.local_engine invoke $(EVENTS)

# ── Checks ──
# Static checks and unit tests run in parallel, and so do the integration tests, each process with its own AWS in memory.
# The end-to-end tests measure time, so nothing else runs beside them.

test: .venv/.stamp .venv-checkov/.stamp .browser/.stamp ## Everything: lint, types, import rules, template, unit, integration, end to end
	@$(MAKE) -j2 checks
	@$(MAKE) test-integration
	@$(MAKE) test-e2e

checks: types template lint imports test-unit

test-unit: .venv/.stamp ## The quick tests: pure code
	$(BIN)/pytest -q tests/unit --randomly-seed=$(SEED)

test-integration: .venv/.stamp .browser/.stamp ## Tests with AWS in memory, with local sockets, and of pages in a browser
	$(BIN)/pytest -q tests/integration tests/browser --numprocesses auto --dist worksteal --randomly-seed=$(SEED)

test-e2e: .venv/.stamp .browser/.stamp ## Tests of the deployed stack, on a local engine of their own
	$(BIN)/pytest -q tests/e2e -p no:randomly

lint: .venv/.stamp ## Style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

translations: .venv/.stamp ## Bring the catalogues of the languages in line with the texts in the code
	@$(BIN)/python -m tools.translations

format: .venv/.stamp ## Correct the style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: .venv/.stamp ## Types, in one strict run
	$(BIN)/mypy layers/herald layers/console functions tools tests

imports: .venv/.stamp ## Import rules
	PYTHONPATH=layers/herald:layers/console:functions:. $(BIN)/lint-imports

template: .venv/.stamp .venv-checkov/.stamp ## The template: SAM, cfn-lint, checkov
	$(BIN)/sam validate --lint
	$(BIN)/cfn-lint template.yaml
	.venv-checkov/bin/checkov

screenshots: .browser/.stamp ## Draw every page of the console into .local/screenshots, and the pictures of the documents
	@PYTHONPATH=layers/herald:layers/console:functions:. $(BIN)/python -m tests.support.screenshots

browser: .browser/.stamp ## Install the browser for the tests of the console into .browser

# ── The environment ──

.venv/.stamp: requirements/uv.txt requirements/dev.txt
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 13))' || { echo "Herald needs Python 3.13: put python3.13 on the PATH, or say make PYTHON=…"; exit 1; }
	test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv-checkov/.stamp: requirements/checkov.txt .venv/.stamp
	test -x .venv-checkov/bin/python || $(BIN)/python -m venv --without-pip .venv-checkov
	$(BIN)/uv pip install --quiet --python .venv-checkov/bin/python --require-hashes -r requirements/checkov.txt
	@touch $@

.browser/.stamp: tools/browser/package-lock.json .venv/.stamp
	@$(BIN)/python -m tools.browser
	@touch $@

.peers/.stamp: requirements/peers.txt tools/bench/peers/bullmq/package-lock.json tools/bench/peers/bullmq/delivering.mjs .venv/.stamp
	test -x .peers/venv/bin/python || $(BIN)/python -m venv --without-pip .peers/venv
	$(BIN)/uv pip install --quiet --python .peers/venv/bin/python --require-hashes -r requirements/peers.txt
	@$(BIN)/python -m tools.bench.peers.installation
	@touch $@

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-header

requirements: .venv/.stamp ## Pin and hash what requirements/*.in and the layers' ask for
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) requirements/checkov.in -o requirements/checkov.txt
	$(COMPILE) requirements/peers.in -o requirements/peers.txt
	$(COMPILE) requirements/uv.in -c requirements/dev.txt -o requirements/uv.txt
	$(COMPILE) layers/dependencies/requirements.in -c requirements/dev.txt -o layers/dependencies/requirements.txt
	$(COMPILE) layers/console_dependencies/requirements.in -c requirements/dev.txt -o layers/console_dependencies/requirements.txt
	$(COMPILE) layers/console/requirements.in -c requirements/dev.txt -o layers/console/requirements.txt
