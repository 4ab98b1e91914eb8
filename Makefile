# Each target is one command on a fresh machine with Python 3.11 or newer:
# it makes .venv when there is none, and installs only what changed. `benchmark` alone
# makes .venv-peers as well, since what it compares with does not belong in .venv.

PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
INSTALL := -m pip install --quiet --disable-pip-version-check
PIP := $(BIN)/python $(INSTALL)
PEERS := .venv-peers
PROJECTS := pyproject.toml workflow/logger/pyproject.toml
# Script jobs and tests that call a tool by name get the one of .venv.
IN_VENV := PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: help run test test-cluster test-faults test-page kill-test benchmark lint rulegraph configuration clean clean-results
.DEFAULT_GOAL := help

help:
	@echo "make run            run the experiment of config.yaml; ARGS=\"...\" goes to snakemake, targets first"
	@echo "make test           run the tests of the package and of the workflow; ARGS=\"...\" goes to pytest"
	@echo "make test-cluster   test the Slurm profile (needs root and Debian's Slurm)"
	@echo "make test-faults    test runs that are killed or stopped, and full disks (those need root)"
	@echo "make test-page      test the listening page in Chromium (needs Debian's chromium)"
	@echo "make kill-test      kill 40 runs at random moments: do they end the same? (hours)"
	@echo "make benchmark      measure speed against other ways and limits; leave the machine alone"
	@echo "make lint           check style and form of all code, and the package's type hints"
	@echo "make rulegraph      draw docs/rulegraph.svg and docs/stages.svg anew (needs graphviz)"
	@echo "make configuration  write docs/configuration.md anew, from the config's schema"
	@echo "make clean          remove .venv, .venv-peers and caches; results stay"
	@echo "make clean-results  remove results, which may have cost hours"
	@echo "PYTHON=/path/to/python3.12 picks the Python that .venv is made from."

run: $(VENV)/.installed-run
	$(IN_VENV) snakemake --logger music --cores all $(ARGS)

# One thread per process: several processes of several threads each slow one another
# down tenfold, and the number of threads changes trained weights in their last bits.
test test-cluster test-faults test-page benchmark: export OMP_NUM_THREADS := 1
test test-cluster test-faults test-page benchmark: export OPENBLAS_NUM_THREADS := 1
test test-cluster test-faults test-page benchmark: export MKL_NUM_THREADS := 1
# Two processes, each with the tests of whole files, which share what their fixtures made.
test: $(VENV)/.installed-dev
	$(IN_VENV) python -m pytest -n 2 --dist loadfile $(ARGS)

test-cluster test-faults test-page: $(VENV)/.installed-dev
	$(IN_VENV) python -m pytest tests/$(@:test-%=%) $(ARGS)

kill-test: $(VENV)/.installed-dev
	$(IN_VENV) python tests/faults/kill.py $(ARGS)

benchmark: $(VENV)/.installed-dev
	@$(MAKE) --no-print-directory $(PEERS)/.installed || \
	    echo "The peers cannot be installed: they are left out." >&2
	$(IN_VENV) PEERS_PYTHON="$$(test ! -e $(PEERS)/.installed || echo $(PEERS)/bin/python)" \
	    python benchmarks/all.py

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile rules
	$(IN_VENV) snakemake --lint

rulegraph: $(VENV)/.installed-run
	$(IN_VENV) snakemake --rulegraph dot | dot -Tsvg > docs/rulegraph.svg
	$(IN_VENV) snakemake --rulegraph dot | $(BIN)/python docs/draw_stages.py | \
	    dot -Tsvg > docs/stages.svg

configuration: $(VENV)/.installed-run
	$(BIN)/python docs/describe_config.py > docs/configuration.md

clean:
	rm -rf $(VENV) $(PEERS) .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# .snakemake goes with the results, not with the caches: it records the parameters and
# code that each result was made with, and results without that record look up to date.
clean-results:
	find results -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
	rm -rf .snakemake

# The stamp is written last, so that an interrupted step is done again.
$(VENV)/.made $(PEERS)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	    { echo "Python 3.11 or newer is needed and $(PYTHON) is not one:" \
	    "name one with PYTHON=/path/to/python3.11." >&2; exit 1; }
	$(PYTHON) -m venv $(@D)
	@touch $@

$(VENV)/.installed-run: envs/requirements.txt $(PROJECTS) $(VENV)/.made
	@echo "Installing $< into $(VENV), which takes a minute or more and about 2 GB."
	$(PIP) --requirement $<
	$(PIP) --no-deps --editable . --editable workflow/logger
	@touch $@

# What tests need includes what a run needs: both stamps are new.
$(VENV)/.installed-dev: envs/requirements-dev.txt envs/requirements.txt $(PROJECTS) $(VENV)/.made
	@echo "Installing $< into $(VENV), which takes a minute or more and about 2 GB."
	$(PIP) --requirement $<
	$(PIP) --no-deps --editable . --editable workflow/logger
	@touch $(VENV)/.installed-run $@

# One of the peers asks for an old `requests` and a torchvision that it does not import.
$(PEERS)/.installed: benchmarks/peers-requirements.txt envs/requirements.txt $(PEERS)/.made
	@echo "Installing $< into $(PEERS), which takes a minute or more and about 2 GB."
	$(PEERS)/bin/python $(INSTALL) --requirement envs/requirements.txt
	$(PEERS)/bin/python $(INSTALL) --no-deps --requirement $<
	@touch $@
