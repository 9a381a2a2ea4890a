# Two commands to know: `make demo` shows Genjin, `make test` proves it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PYTEST := $(BIN)/pytest
WORKERS ?= 3

# Modules compiled once: the suite starts the program many times.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test lint torture bench eval lock clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Genjin needs Python 3.11 or newer; say which with PYTHON=python3.x"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml $(wildcard nlp/compiled/*.[ch]) | $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: $(VENV)/.run ## the set-up alone: .venv and what Genjin runs on

setup-dev: $(VENV)/.dev
	@.ci/need-tools

demo: setup ## the bot and a sandbox platform on this machine, no account needed
	$(BIN)/genjin demo

lint: $(VENV)/.dev ## ruff and strict types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: setup-dev lint ## lint, types and the whole suite (about 10 minutes on 2 cores)
	$(PYTEST) -n $(WORKERS) --dist loadgroup -m "not torture"

torture: setup-dev ## the long fault loops (about an hour)
	@.ci/need-tools torture
	$(PYTEST) -m torture -p no:xdist

bench: $(VENV)/.dev ## the benchmarks: ratios of two things measured in one run
	@for b in benchmarks/*.py; do case $$b in */_*|*_compare.py) ;; *) echo "== $$b"; $(BIN)/python $$b || exit 1;; esac; done

eval: $(VENV)/.dev ## precision, recall and false advances of the reader on the labelled sets
	$(BIN)/genjin eval
	$(BIN)/genjin eval --reliability
	@if $(BIN)/python -c 'import importlib.util as u, sys; sys.exit(u.find_spec("jionlp") is None)'; \
	then $(BIN)/python benchmarks/reading_compare.py; \
	else echo "beside the others: $(BIN)/pip install -e '.[compare]' and again"; fi

lock: ## new lock files from pyproject.toml
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra postgres pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra postgres --extra dev pyproject.toml -o requirements-dev.lock

clean: ## everything that was made here
	rm -rf $(VENV) build dist nlp/compiled/*.so *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
