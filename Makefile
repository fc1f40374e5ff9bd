# make demo   sets up and runs the main job        make test   sets up and passes the tests
# make setup  builds .venv with everything         make lint   what CI holds the code to       make bench  the tables of docs/benchmarks.md
# Needs Python 3.11 or later, git and make. PYTHON=… picks another interpreter, VENV=… another folder.

VENV   ?= .venv
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
UV     := uv==0.13.9
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.set-up-$(shell cat pyproject.toml setup.cfg constraints.txt Makefile | cksum | tr ' ' '-')

# Many tests start Python anew: without kept bytecode each of them would compile spaCy and torch again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test lint format neo4j fuseki bench clean
.DEFAULT_GOAL := setup

setup: $(STAMP)

# Named by what it depends on: nothing to do while that stays the same, everything again when it changes.
$(STAMP):
	@test -n "$(PYTHON)" || { echo "kgllm needs Python 3.11 or later; none of python3, python3.11 … is: make PYTHON=…" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$(UV)"
	$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable ".[all,dev]"
	@rm -f $(VENV)/.set-up-*
	@touch $@

demo: setup
	$(BIN)/python examples/demo.py

# Two processes of one thread each: two that both take all cores wait for each other (the teaching notebook took five minutes).
# The order is that of tests/conftest.py: files that take long first.
test: setup
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -m "not gpu" -n 2 --dist loadfile --no-loadscope-reorder

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# A Neo4j server to try by hand (needs Maven, and Java 17 or 25): make neo4j [VERSION=2026.09.0]
neo4j: setup
	$(BIN)/python -m servers.neo4j $(if $(VERSION),--version $(VERSION))

# A SPARQL endpoint to try by hand (needs Java and Maven): make fuseki FILE=movies.ttl
fuseki: setup
	$(BIN)/python -m servers.fuseki $(FILE)

bench: setup
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist *.egg-info
