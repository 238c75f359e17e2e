PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Where no bytecode is kept, each process that a test starts compiles the whole house again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help

.PHONY: help
help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: demo
demo: .venv/installed ## Install, then screen invented suppliers against invented lists
	$(BIN)/duediligence demo --out-dir duediligence-demo

.PHONY: serve
serve: .venv/installed ## Install, then open the console on invented suppliers in the browser
	$(BIN)/duediligence serve --demo

.PHONY: test
test: .venv/test ## Install what the tests need, then run them
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not soak and not long and not browser"

.PHONY: soak
soak: .venv/test ## Run the slow tests: kills, big files, long fuzzing
	$(BIN)/python -m pytest -n auto --dist worksteal --thorough -m "(soak or thorough) and not long and not browser"

.PHONY: browser
browser: .venv/browser .venv/clients .venv/styles .venv/checker ## Read every page as a browser, a printer and a screen reader do
	$(BIN)/python -m pytest -n auto --dist loadfile -m browser tests/browser tests/web tests/clients tests/render/test_pdf.py tests/sharing/test_meeting_pack.py

.PHONY: long
long: .venv/test ## Cut the power and kill commands over 1,000 times each (needs strace)
	@command -v strace >/dev/null || \
	  { echo "make long needs strace. On Debian or Ubuntu: apt-get install strace"; exit 1; }
	$(BIN)/python -m pytest -n auto --dist worksteal -m long

.PHONY: check
check: .venv/dev .venv/house ## Lint, types, layers, spelling, generated docs, and the size of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd .venv/house && ../bin/lint-imports ../../pyproject.toml
	$(BIN)/codespell
	$(BIN)/python docs/generate.py --check
	$(BIN)/python -m pytest -rs tests/architecture/test_house.py

.PHONY: docs
docs: .venv/installed ## Write the generated reference pages anew
	$(BIN)/python docs/generate.py

.PHONY: styles
styles: .venv/styles .venv/bin/python ## Build the console's style sheet (needs npm)
	$(BIN)/python requirements/styles/build.py --packages .venv/styles --into duediligence/web/static

.PHONY: pictures
pictures: .venv/browser ## Take the README's pictures from the demonstration (needs Chromium)
	$(BIN)/python docs/pictures.py

.PHONY: clean
clean: ## Remove what was installed and generated
	rm -rf .venv dist duediligence-demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# From what is locked in requirements/, each file checked against its hash: nothing newer, nothing else.
INSTALL := $(BIN)/python -m pip install --quiet --require-hashes
LOCK = .venv/supply/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
  --no-strip-extras --no-header --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)

.PHONY: lock
lock: .venv/supply ## Resolve what pyproject.toml asks for, for all platforms; UPGRADE=1 to the newest
	$(LOCK) pyproject.toml --all-extras --group dev -o requirements/dev.txt
	$(LOCK) pyproject.toml --all-extras --group test -c requirements/dev.txt -o requirements/test.txt
	$(LOCK) pyproject.toml --all-extras -c requirements/dev.txt -o requirements/release.txt
	$(LOCK) --group browser -c requirements/dev.txt -o requirements/browser.txt
	$(LOCK) --group clients -o requirements/clients.txt
	$(LOCK) --group build -c requirements/dev.txt -o requirements/build.txt
	$(LOCK) --group supply -o requirements/supply.txt

.PHONY: audit-packages
audit-packages: .venv/supply ## Ask an advisory service about every locked package; exit 3 where none answers
	.venv/supply/bin/python requirements/audit.py requirements/*.txt

.PHONY: wheel
wheel: .venv/installed ## Build the wheel
	$(BIN)/python -m hatchling build --target wheel --directory dist

.PHONY: bundle
bundle: wheel .venv/supply ## Make a folder that installs without internet; FOR=windows PY=3.12 for others
	$(BIN)/python requirements/bundle.py --uv .venv/supply/bin/uv \
	  --wheel $$(ls -t dist/*.whl | head -1) $(if $(FOR),--for $(FOR)) $(if $(PY),--python $(PY))

.PHONY: sbom
sbom: .venv/release .venv/supply ## List what the released wheel runs with, as CycloneDX JSON
	mkdir -p dist
	.venv/supply/bin/cyclonedx-py environment .venv/release --pyproject pyproject.toml \
	  --output-reproducible --validate --output-file dist/sbom.cdx.json

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv

# The packages as they are imported, for tools that read folders: `watchlists` and `checks` inside.
.venv/house: duediligence Makefile | .venv/bin/python
	rm -rf $@ && mkdir -p $@/duediligence
	ln -s "$(CURDIR)"/duediligence/* "$(CURDIR)/watchlists" "$(CURDIR)/checks" $@/duediligence/

.venv/installed: pyproject.toml requirements/release.txt requirements/build.txt | .venv/bin/python
	$(INSTALL) -r requirements/release.txt -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test: requirements/test.txt .venv/installed
	$(INSTALL) -r requirements/test.txt
	@touch $@

.venv/browser: requirements/browser.txt .venv/test
	$(INSTALL) -r requirements/browser.txt
	@touch $@

# Other software that speaks to the API: it needs other versions of packages than we do.
.venv/clients: requirements/clients.txt
	$(PYTHON) -m venv --clear $@
	$@/bin/python -m pip install --quiet --require-hashes -r requirements/clients.txt
	@touch $@

.venv/dev: requirements/dev.txt .venv/installed
	$(INSTALL) -r requirements/dev.txt
	@touch $@

# What comes from npm: what the style sheet is built of, and the checker of HTML.
.venv/styles .venv/checker: .venv/%: requirements/%/package-lock.json
	@command -v npm >/dev/null || { echo "npm is needed. On Debian or Ubuntu: apt-get install npm"; exit 1; }
	rm -rf $@ && mkdir -p $@
	cp requirements/$*/package.json requirements/$*/package-lock.json requirements/$*/.npmrc $@
	cd $@ && npm ci --no-audit --no-fund --silent

# What the released wheel runs with, and nothing else.
.venv/release: requirements/release.txt | .venv/bin/python
	$(PYTHON) -m venv --clear --without-pip $@
	$(BIN)/python -m pip --python $@ install --quiet --require-hashes -r requirements/release.txt
	@touch $@

# Tools that look at what is installed, and are no part of it.
.venv/supply: requirements/supply.txt | .venv/bin/python
	$(PYTHON) -m venv --clear $@
	$@/bin/python -m pip install --quiet --require-hashes -r requirements/supply.txt
	@touch $@
