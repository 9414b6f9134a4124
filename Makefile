SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
LOCK ?= dev
SLOW := tests/benchmarks tests/docs tests/journeys tests/serving
GROUND := contract casefile comparison tables extensions decide evidence inference
FAST := -m "not simulation and not journey and not slow" $(SLOW:%=--ignore=%) tests
BENCHMARKS ?= fraud gate inference serving recommend
COMPILE := $(BIN)/python -m piptools compile --quiet --all-build-deps --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras
export OMP_NUM_THREADS := 1

.PHONY: help setup demo test test-fast coverage bench lint docs docs-check docs-pictures lock

help: ## print these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "make %-12s %s\n", $$1, $$2}'

setup: $(VENV)/.$(LOCK) ## prepare .venv with locked versions; LOCK=full adds torch, implicit and faiss

$(VENV)/.$(LOCK): requirements/$(LOCK).lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement $<
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## run the card-fraud case on real payments, from data to story
	$(BIN)/starcase demo card-fraud

bench: setup ## every benchmark that needs nothing but this repository and STARCASE_DATA
	@for name in $(BENCHMARKS); do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

test: lint ## lint, type-check and run every test
	$(BIN)/python -m pytest -n 2 -q

test-fast: setup ## tests of a few minutes; says what it leaves out
	@echo "left out: simulations, journeys ($(SLOW)); make test runs everything"
	$(BIN)/python -m pytest -n 2 -q $(FAST)

coverage: setup ## which lines of the lower floors their own tests run; below 90 % it fails
	$(BIN)/python -m pytest -n 2 -q $(GROUND:%=--cov=src/starcase/%) --cov-report=term:skip-covered -m "not simulation and not journey and not slow" $(GROUND:%=tests/%)

lint: setup ## ruff, mypy strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs-check: setup ## what the documents show can be typed, and their links lead somewhere
	$(BIN)/python -m pytest -q tests/docs

docs: ## build the documents and the reference into build/docs
	$(MAKE) --no-print-directory setup LOCK=docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

docs-pictures: setup ## draw the pictures of the documents anew
	$(BIN)/python -m benchmarks.pictures
	$(BIN)/python -m benchmarks.pictures.house

lock: ## write the locks anew
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools==7.6.2
	$(COMPILE) --extra dev --output-file requirements/dev.lock pyproject.toml
	$(COMPILE) --extra dev --extra torch --extra implicit --extra faiss --constraint requirements/dev.lock --constraint requirements/torch.txt --output-file requirements/full.lock pyproject.toml
	sed -i 's/+cpu$$//' requirements/full.lock
	$(COMPILE) --extra docs --constraint requirements/dev.lock --output-file requirements/docs.lock pyproject.toml
