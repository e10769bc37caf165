# The commands of this project. They need Python >= 3.11 and make; `make help` lists them.

PY := .venv/bin/python
INSTALLED := .venv/installed
DEMO_FLAGS ?=
PYTEST_FLAGS ?= --numprocesses auto
SOURCES := aggregator tests benchmarks scripts
BENCH ?=

.DEFAULT_GOAL := help
.PHONY: help demo run test check coverage bench format install lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: $(INSTALLED) ## Browse sample days from a simulated arXiv (DEMO_FLAGS=--no-serve builds and exits)
	@$(PY) -m aggregator demo $(DEMO_FLAGS)

run: $(INSTALLED) ## Follow the live arXiv: daemon and pages, with the settings of aggregator.toml
	@$(PY) scripts/run.py

test: $(INSTALLED) ## Run all tests
	@scripts/browsers
	@scripts/npm-tools
	@$(PY) -m pytest $(PYTEST_FLAGS)

check: $(INSTALLED) ## Check format, lint and types
	$(PY) -m ruff format --check $(SOURCES)
	$(PY) -m ruff check $(SOURCES)
	$(PY) -m mypy

coverage: $(INSTALLED) ## Run all tests and hold layers 0 to 3 to 95 % coverage
	@$(PY) -m pytest $(PYTEST_FLAGS) --cov --cov-report=term:skip-covered

bench: $(INSTALLED) ## Measure against peers and write benchmarks/RESULTS.md (BENCH="day retry" for some, --quick for less)
	@$(PY) benchmarks/run_all.py $(BENCH)

format: $(INSTALLED) ## Format the sources
	$(PY) -m ruff check --fix --select I $(SOURCES)
	$(PY) -m ruff format $(SOURCES)

install: $(INSTALLED) ## Only install the locked dependencies, into .venv

lock: $(INSTALLED) ## Pin the newest dependencies that pyproject.toml allows (needs uv)
	uv pip compile --universal --python-version 3.11 --group dev --upgrade --generate-hashes \
		--no-config --quiet --custom-compile-command "make lock" --output-file requirements.lock pyproject.toml

clean: ## Remove what the commands above made, but for data/
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage* build dist
	find aggregator tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(INSTALLED): requirements.lock pyproject.toml scripts/install
	@scripts/install
	@touch $@
