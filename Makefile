# Each target is one command on a fresh machine with Python 3.11 or newer:
# it makes .venv when there is none, and installs only what changed.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Script jobs and tests that call a tool by name get the one of .venv.
IN_VENV := PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: help run test kill-test lint rulegraph configuration clean clean-results
.DEFAULT_GOAL := help

help:
	@echo "make run            run the experiment of config.yaml; ARGS=\"...\" goes to snakemake"
	@echo "make test           run the tests; ARGS=\"...\" goes to pytest"
	@echo "make kill-test      kill 40 runs at random moments: do they end the same? (hours)"
	@echo "make lint           check style and form of all code"
	@echo "make rulegraph      draw docs/rulegraph.svg anew (needs graphviz)"
	@echo "make configuration  write docs/configuration.md anew, from the config's schema"
	@echo "make clean          remove .venv and caches; results stay"
	@echo "make clean-results  remove results, which may have cost hours"
	@echo "PYTHON=/path/to/python3.12 picks the Python that .venv is made from."

run: $(VENV)/.installed-run
	$(IN_VENV) snakemake --cores all $(ARGS)

# One thread per process: several processes of several threads each slow one another
# down tenfold, and the number of threads changes trained weights in their last bits.
test: export OMP_NUM_THREADS := 1
test: export OPENBLAS_NUM_THREADS := 1
test: export MKL_NUM_THREADS := 1
test: $(VENV)/.installed-dev
	$(IN_VENV) python -m pytest $(ARGS)

kill-test: $(VENV)/.installed-dev
	$(IN_VENV) python tests/workflow/kill.py $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile rules
	$(IN_VENV) snakemake --lint

rulegraph: $(VENV)/.installed-run
	$(IN_VENV) snakemake --rulegraph dot | dot -Tsvg > docs/rulegraph.svg

configuration: $(VENV)/.installed-run
	$(BIN)/python docs/describe_config.py > docs/configuration.md

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# .snakemake goes with the results, not with the caches: it records the parameters and
# code that each result was made with, and results without that record look up to date.
clean-results:
	find results -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	rm -rf .snakemake

# The stamp is written last, so that an interrupted step is done again.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	    { echo "Python 3.11 or newer is needed and $(PYTHON) is not one:" \
	    "name one with PYTHON=/path/to/python3.11." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed-run: envs/requirements.txt pyproject.toml $(VENV)/.made
	@echo "Installing $< into $(VENV), which takes a minute or more and about 2 GB."
	$(PIP) --requirement $<
	$(PIP) --no-deps --editable .
	@touch $@

# What tests need includes what a run needs: both stamps are new.
$(VENV)/.installed-dev: envs/requirements-dev.txt envs/requirements.txt pyproject.toml $(VENV)/.made
	@echo "Installing $< into $(VENV), which takes a minute or more and about 2 GB."
	$(PIP) --requirement $<
	$(PIP) --no-deps --editable .
	@touch $(VENV)/.installed-run $@
