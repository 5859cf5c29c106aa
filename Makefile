# Everything a person does here. `make help` lists it; docs/settings.md explains it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
# A copy of the lock that the environment was made from: made again only when the lock's content changes.
INSTALLED := $(VENV)/requirements.lock
DOCS := target/static_index.html
# What the documentation shows; file names here have no spaces.
DOCUMENTED := $(shell find models analyses macros docs seeds tests/generic packages src/parley/catalogue \
	-type f -not -name '*.pyc' 2>/dev/null) \
	dbt_project.yml
# What is to be done is said on the command line; an ARGS or NAME of the environment is something else's. Other
# settings of the environment are read by the recipes' shell, since make would run what stands in them.
ifneq ($(origin ARGS),command line)
override ARGS :=
endif
ifneq ($(origin NAME),command line)
override NAME :=
endif

export PYTHONUNBUFFERED := 1

say = @printf '\n\033[1m==> %s\033[0m\n' "$(1)"

.PHONY: help
help: ## Show what can be made
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile

# -- the two commands ---------------------------------------------------------------------------

.PHONY: run
run: ## Landed files to published marts, documentation and a summary (incremental)
	@$(MAKE) $(INSTALLED)
	@$(MAKE) packages
	@$(MAKE) landing
	@$(MAKE) build
	@$(MAKE) docs
	@$(MAKE) publish
	$(call say,Summary)
	@$(BIN)/python -m parley.summary

.PHONY: test
test: ## Lint and all tests, offline, alone with their own data; the tests' summary comes last
	@$(MAKE) $(INSTALLED)
	@$(MAKE) packages
	@failed=""; \
	$(MAKE) lint || { failed=lint; printf '\nLint FAILED (see above): make test will fail.\n'; }; \
	$(MAKE) pytest || failed=pytest; \
	test -z "$$failed"

# -- the steps ----------------------------------------------------------------------------------

$(INSTALLED): requirements.lock
	@if cmp -s requirements.lock $@; then touch $@; exit; fi; \
	printf '\n\033[1m==> Environment in $(VENV) from requirements.lock (a minute or two)\033[0m\n'; \
	for python in python3.11 python3.12 python3 ""; do \
		if [ -z "$$python" ]; then \
			echo "Python 3.11 or 3.12 is needed, and neither was found on the path." >&2; exit 1; \
		fi; \
		$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' \
			2>/dev/null && break; \
	done; \
	$$python -m venv --clear $(VENV); \
	$(BIN)/pip install --disable-pip-version-check --require-hashes --no-deps -r requirements.lock; \
	$(BIN)/pip install --disable-pip-version-check --no-index --no-deps --no-build-isolation \
		--quiet --editable .; \
	cp requirements.lock $@

.PHONY: packages
packages: $(INSTALLED)
	@$(BIN)/python scripts/install_packages.py

.PHONY: landing
landing: $(INSTALLED) # the demo's data, unless PARLEY_LANDING_ROOT names other data
ifeq ($(strip $(value PARLEY_LANDING_ROOT)),)
	$(call say,Demo landing data)
	@PYTHONPATH=scripts $(BIN)/python -m demo --root landing/demo
endif

.PHONY: build
build: $(INSTALLED) ## dbt build: models and tests
	$(call say,Build the warehouse)
	@$(BIN)/python -m parley.build $(ARGS) || { \
		echo "The build failed; dbt says why above. The published marts are as they were." >&2; exit 1; }

.PHONY: publish
publish: $(INSTALLED) ## Copy the marts into the file that readers open
	$(call say,Publish the marts)
	@$(BIN)/python -m parley.publish

.PHONY: analysis
analysis: $(INSTALLED) ## Answer an analyst's question (NAME=…; without it, list them)
	@$(BIN)/python -m parley.analysis $(NAME)

.PHONY: sql
sql: $(INSTALLED) ## Ask SQL on the published marts and the warehouse
	@$(BIN)/python -m parley.sql

.PHONY: parquet
parquet: $(INSTALLED) ## Write the published marts as Parquet files (warehouse/parquet)
	$(call say,Parquet)
	@$(BIN)/python -m parley.parquet $(ARGS)

.PHONY: postgres
postgres: $(INSTALLED) ## Copy the published marts into PostgreSQL (PARLEY_POSTGRES=<connection string>)
	$(call say,Copy into PostgreSQL)
	@$(BIN)/python -m parley.postgres $(ARGS)

.PHONY: docs
docs: $(DOCS) ## Documentation of a built warehouse: models as one page, metrics as another
	@:

$(DOCS): $(DOCUMENTED) | $(INSTALLED)
	$(call say,Documentation)
	@$(BIN)/dbt --quiet docs generate --static
	@$(BIN)/python -m parley.catalogue.page
	@touch $@

.PHONY: serve-docs
serve-docs: docs ## Serve the documentation to a browser on this machine (DOCS_PORT=8080)
	@$(BIN)/python -m parley.docs "$${DOCS_PORT:-8080}"

.PHONY: superset-assets
superset-assets: $(INSTALLED) ## Write datasets, metrics and dashboards for Apache Superset (warehouse/superset_assets)
	@$(BIN)/python -m parley.superset $(ARGS)

.PHONY: dashboards
dashboards: $(INSTALLED) ## Open the dashboards over the published marts (PARLEY_DASHBOARDS_PORT=8501)
	@$(BIN)/python -m parley.dashboards

.PHONY: serve
serve: $(INSTALLED) ## Serve the provider API over the published marts (PARLEY_API_PORT=8087)
	@$(BIN)/python -m parley.api

# -- guards -------------------------------------------------------------------------------------

.PHONY: lint
lint: $(INSTALLED) ## sqlfluff, ruff and mypy
	$(call say,Lint)
	@failed=""; \
	$(BIN)/sqlfluff lint models analyses --processes "$${SQLFLUFF_WORKERS:-2}" --disable-progress-bar || failed=1; \
	$(BIN)/ruff check . || failed=1; \
	$(BIN)/ruff format --check . || failed=1; \
	$(BIN)/mypy || failed=1; \
	test -z "$$failed"

.PHONY: format
format: $(INSTALLED) ## Let sqlfluff and ruff put the layout right
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix models analyses --processes "$${SQLFLUFF_WORKERS:-2}" --disable-progress-bar

# Tests make their own landing roots and warehouses: nobody's settings may reach them.
ALONE := env -u PARLEY_LANDING_ROOT -u PARLEY_WAREHOUSE -u PARLEY_PUBLISHED -u PARLEY_API_TOKENS \
	-u PARLEY_PARQUET -u PARLEY_POSTGRES -u PARLEY_UMASK -u PARLEY_PUBLISH_RAW_LINES \
	-u PARLEY_PSEUDONYM_KEY -u PARLEY_RAW_LINE_DAYS -u PARLEY_SUPERSEDED_DAYS

.PHONY: pytest
pytest: $(INSTALLED) # only the tests: make pytest ARGS="tests/python/test_publish.py"
	$(call say,Tests)
	@$(ALONE) $(BIN)/python -m pytest -n "$${PYTEST_WORKERS:-2}" --dist loadfile --no-loadscope-reorder $(ARGS)

# The lock of the extra `spark`, which is half a gigabyte that nothing else needs.
SPARK_INSTALLED := $(VENV)/requirements-spark.lock

$(SPARK_INSTALLED): requirements-spark.lock $(INSTALLED)
	@cmp -s requirements-spark.lock $@ || { \
	printf '\n\033[1m==> Spark into $(VENV) from requirements-spark.lock (some minutes)\033[0m\n'; \
	$(BIN)/pip install --disable-pip-version-check --require-hashes --no-deps --no-build-isolation -r requirements-spark.lock; }
	@cp requirements-spark.lock $@

.PHONY: test-spark
test-spark: $(SPARK_INSTALLED) packages ## Both engines on the same files (Java 17; fetches Spark once)
	$(call say,Tests on Spark)
	@$(ALONE) $(BIN)/python -m pytest -m spark -n "$${PYTEST_WORKERS:-2}" --dist loadfile tests/python/spark $(ARGS)

.PHONY: soak
soak: $(INSTALLED) packages ## Long searches and many kills (an hour or more)
	@$(ALONE) $(BIN)/python -m pytest -m "soak and not spark" $(ARGS)

.PHONY: bench
bench: $(INSTALLED) packages ## Times and memory of builds on a million visits (ARGS="--help")
	@$(ALONE) $(BIN)/python scripts/bench.py $(ARGS)

# -- upkeep -------------------------------------------------------------------------------------

.PHONY: pictures
pictures: $(INSTALLED) ## Photograph the demo's dashboards and catalogue for README (after make run)
	$(call say,Pictures)
	@$(BIN)/python scripts/pictures.py

.PHONY: lock
lock: $(INSTALLED) ## Renew requirements.lock with the newest versions pyproject.toml allows
	@$(BIN)/uv pip compile pyproject.toml --extra dashboards --extra dev --upgrade --universal --python-version 3.11 \
		--generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --quiet --output-file requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --extra spark --constraints requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links --no-annotate \
		--custom-compile-command "make lock" --quiet --output-file requirements-spark.lock
	@echo "requirements.lock is renewed; the next make installs it."

.PHONY: clean
clean: ## Remove what can be made again: demo data, warehouse/, target/, caches (keeps .venv)
	@rm -rf target logs dbt_packages landing/demo warehouse .pytest_cache .mypy_cache .ruff_cache \
		.hypothesis
	@find src scripts tests -name __pycache__ -prune -exec rm -rf {} +
