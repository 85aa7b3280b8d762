SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
RUNTIME := .venv/.installed-$(shell cat requirements.txt | sha256sum | cut -c1-16)
DEVELOPMENT := .venv/.installed-dev-$(shell cat requirements-dev.txt | sha256sum | cut -c1-16)
RUFF := .venv-ruff/.installed-$(shell cat requirements-ruff.txt | sha256sum | cut -c1-16)
SCHEMATHESIS := .venv-schemathesis/.installed-$(shell cat requirements-schemathesis.txt | sha256sum | cut -c1-16)

BENCH_FASTAPI := .venv-bench-fastapi/.installed-$(shell cat bench/peers/fastapi/requirements.txt | sha256sum | cut -c1-16)
BENCH_DJANGO := .venv-bench-django/.installed-$(shell cat bench/peers/django/requirements.txt | sha256sum | cut -c1-16)
# Some of the measures that bench/run.py lists; all of them by default.
MEASURES ?=

# The interface is described without a database: these are never connected to.
DESCRIBE := DATABASE_URL=postgresql://nobody@127.0.0.1/none \
	CONTENT_DIGEST_KEY=only-to-describe-the-interface-00 .venv/bin/flask --app wsgi export-openapi

# $(call install,environment,requirements,stamp)
define install
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(1)/bin/pip || $(PYTHON) -m venv --clear $(1) \
		|| { echo "venv and pip are needed: apt-get install python3-venv" >&2; exit 1; }
	@$(1)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $(2)
	@touch $(3)
endef

.PHONY: help setup run test check lint types imports migrations-check openapi openapi-check format tools \
	bench bench-quick

help: ## show this
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

$(RUNTIME):
	$(call install,.venv,requirements.txt,$@)

$(DEVELOPMENT):
	$(call install,.venv,requirements-dev.txt,$@)

$(RUFF):
	$(call install,.venv-ruff,requirements-ruff.txt,$@)

$(SCHEMATHESIS):
	$(call install,.venv-schemathesis,requirements-schemathesis.txt,$@)

$(BENCH_FASTAPI):
	$(call install,.venv-bench-fastapi,bench/peers/fastapi/requirements.txt,$@)

$(BENCH_DJANGO):
	$(call install,.venv-bench-django,bench/peers/django/requirements.txt,$@)

setup: $(RUNTIME) ## make the virtual environment

run: $(RUNTIME) ## start everything: database, migrations, demonstration data, web server
	@exec .venv/bin/python -m cli.run

tools: $(DEVELOPMENT) $(RUFF) $(SCHEMATHESIS) ## install what tests and checks need

test: check $(SCHEMATHESIS) ## all checks, then all tests
	@.venv/bin/pytest -n 2 --dist loadscope --no-loadscope-reorder

check: lint types imports migrations-check openapi-check ## all checks that are not tests

lint: $(RUFF) ## rules and format of the code
	@.venv-ruff/bin/ruff check .
	@.venv-ruff/bin/ruff format --check .

types: $(DEVELOPMENT) ## types
	@.venv/bin/mypy

imports: $(DEVELOPMENT) ## imports point down only
	@.venv/bin/lint-imports

migrations-check: $(DEVELOPMENT) ## migrations agree with the models
	@.venv/bin/python -m cli.check_migrations

openapi: $(DEVELOPMENT) ## write openapi.json anew
	@$(DESCRIBE) > .openapi.json.new
	@mv .openapi.json.new openapi.json

openapi-check: $(DEVELOPMENT) ## openapi.json is what the code says
	@$(DESCRIBE) | diff -u openapi.json - \
		|| { echo "openapi.json is out of date: make openapi" >&2; exit 1; }

format: $(RUFF) ## put the code into format
	@.venv-ruff/bin/ruff check --fix-only .
	@.venv-ruff/bin/ruff format .

bench: $(RUNTIME) $(BENCH_FASTAPI) $(BENCH_DJANGO) ## measure beside the peers (40 minutes, 40 GB); writes bench/RESULTS.md
	@.venv/bin/python -m bench.run --measures "$(MEASURES)"

bench-quick: $(RUNTIME) $(BENCH_FASTAPI) $(BENCH_DJANGO) ## the same small and short; printed, not written
	@.venv/bin/python -m bench.run --quick --measures "$(MEASURES)"
