PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: demo
demo: .venv/installed ## Install, then screen invented suppliers against invented lists
	$(BIN)/duediligence demo

.PHONY: test
test: .venv/test ## Install what the tests need, then run them
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not soak"

.PHONY: soak
soak: .venv/test ## Run the slow tests: kills, big files, long fuzzing
	$(BIN)/python -m pytest -n auto --dist worksteal --thorough -m "soak or thorough"

.PHONY: check
check: .venv/dev .venv/house ## Lint, types, layers, spelling, and that the generated docs are up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd .venv/house && ../bin/lint-imports ../../pyproject.toml
	$(BIN)/codespell
	$(BIN)/python docs/generate.py --check

.PHONY: docs
docs: .venv/installed ## Write the generated reference pages anew
	$(BIN)/python docs/generate.py

.PHONY: clean
clean: ## Remove what was installed and generated
	rm -rf .venv dist duediligence-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

# The packages as they are imported, for tools that read folders: `watchlists` and `checks` inside.
.venv/house: duediligence Makefile | .venv/bin/python
	rm -rf $@ && mkdir -p $@/duediligence
	ln -s $(CURDIR)/duediligence/* $(CURDIR)/watchlists $(CURDIR)/checks $@/duediligence/

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[accounts,timestamp]'
	@touch $@

.venv/test: pyproject.toml | .venv/installed
	$(BIN)/python -m pip install --quiet --group test
	@touch $@

.venv/dev: pyproject.toml | .venv/installed
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@
