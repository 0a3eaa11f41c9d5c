# What people run here. `make` alone lists it. It needs Python 3.13 and nothing else; the rest comes into .venv.

PYTHON ?= $(shell command -v python3.13 || command -v python3)
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Checks and builds stay on this machine, whatever account its owner works with.
export SAM_CLI_TELEMETRY := 0
export AWS_DEFAULT_REGION := us-east-1
# As pip does: an office's own certificates stand in the system's store.
export UV_SYSTEM_CERTS := 1
# Compiled modules are kept, whatever the shell says: the tests start Python some hundred times.
unexport PYTHONDONTWRITEBYTECODE
export PARAMS

.DEFAULT_GOAL := help
.PHONY: help demo up down dashboards invoke test test-unit test-integration test-e2e lint types imports template checks format requirements

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.stamp ## Watch real notifications travel: delivered, retried, exhausted and redriven
	@$(BIN)/python -m tools.demo

up: .venv/.stamp ## Start the stack on this machine; PARAMS="Ladder='1s 2s 3s' AttemptTimeout=2" overrides parameters
	@$(BIN)/python -m tools.local_engine up

down: .venv/.stamp ## Stop it
	@$(BIN)/python -m tools.local_engine down

dashboards: .venv/.stamp ## Draw the dashboards of a local run of 2,000 notifications into docs/pictures
	@$(BIN)/python -m tools.dashboards

invoke: .venv/.stamp ## Invoke each event in a container, with the running stack behind it; EVENTS="events/…" for some of them
	@$(BIN)/python -m tools.local_engine invoke $(EVENTS)

# ── Checks ──
# Static checks and unit tests share the processors, and so do the integration tests, each process with an AWS of its own;
# what measures time, end to end, has the machine to itself.

test: .venv/.stamp .venv-checkov/.stamp ## Everything: lint, types, import rules, template, unit, integration, end to end
	@$(MAKE) -j2 checks
	@$(MAKE) test-integration
	@$(MAKE) test-e2e

checks: types template lint imports test-unit

test-unit: .venv/.stamp ## The quick tests: pure code
	$(BIN)/pytest -q tests/unit

test-integration: .venv/.stamp ## Tests with stand-ins for AWS in the same process, and with local sockets
	$(BIN)/pytest -q tests/integration --numprocesses auto --dist worksteal

test-e2e: .venv/.stamp ## Tests of the deployed stack, on a local engine of their own
	$(BIN)/pytest -q tests/e2e

lint: .venv/.stamp ## Style
	$(BIN)/ruff check
	$(BIN)/ruff format --check

format: .venv/.stamp ## Set the style right
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

types: .venv/.stamp ## Types, in one strict run
	$(BIN)/mypy layers/herald functions tools tests

imports: .venv/.stamp ## Who may import whom
	PYTHONPATH=layers/herald:functions:. $(BIN)/lint-imports

template: .venv/.stamp .venv-checkov/.stamp ## The template: valid, well made, safe
	$(BIN)/sam validate --lint
	$(BIN)/cfn-lint template.yaml
	.venv-checkov/bin/checkov

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

COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-header

requirements: .venv/.stamp ## Pin and hash what requirements/*.in and the layer's ask for
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) requirements/checkov.in -o requirements/checkov.txt
	$(COMPILE) requirements/uv.in -c requirements/dev.txt -o requirements/uv.txt
	$(COMPILE) layers/dependencies/requirements.in -c requirements/dev.txt -o layers/dependencies/requirements.txt
