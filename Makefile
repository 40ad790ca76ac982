# The two commands of the README are `make run` and `make test`; the others are habits.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
export REGISTRY_DATA_FOLDER ?= data
DEBIAN := chromium firefox-esr age postgresql strace nginx-light caddy faketime fonts-noto-core
NEEDED := /usr/bin/chromium /usr/bin/firefox-esr /usr/bin/age /usr/bin/strace /usr/sbin/nginx /usr/bin/caddy /usr/bin/faketime $(firstword $(wildcard /usr/lib/postgresql/*/bin/initdb) /usr/lib/postgresql/initdb)

.PHONY: run install test check soak shots bench lock clean debian

run: $(VENV)/runtime
	REGISTRY_DEMO=true REGISTRY_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/registry demo
	REGISTRY_DEMO=true REGISTRY_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/registry serve --port $(PORT)

# the `registry` command, in .venv/bin
install: $(VENV)/runtime

# twice as many processes as processors: most tests wait for a server, a store or a browser
test: check debian
	$(BIN)/python -m pytest -n 4 --dist loadscope -q

check: $(VENV)/development
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.support.template_lint

# the races of the tests for hundreds of rounds, and what is too long for every day
soak: $(VENV)/development debian
	SOAK=1 $(BIN)/python -m pytest -n 2 -q tests/defects tests/operations

shots: $(VENV)/development debian
	$(BIN)/python -m tests.support.shots

bench: $(VENV)/development
	$(BIN)/python -m benchmarks.leakgate $(BENCH)
	$(BIN)/python -m benchmarks.sealing

lock:
	uv pip compile -q --generate-hashes --no-header --no-annotate --universal --python-version 3.11 --extra build pyproject.toml -o requirements.txt
	uv pip compile -q --generate-hashes --no-header --no-annotate --universal --python-version 3.11 --extra build --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) shots .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); $(MAKE) --no-print-directory debian-venv; $(PYTHON) -m venv $(VENV); }

$(VENV)/runtime: $(VENV)/bin/python requirements.txt pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/development: $(VENV)/runtime requirements-dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	touch $@

# Debian keeps some of what tests use in packages of their own.
.PHONY: debian-venv
debian-venv:
	@$(call install,python3-venv)

debian:
	@missing=""; for file in $(NEEDED); do [ -e "$$file" ] || missing="$$missing $$file"; done; \
	if [ -n "$$missing" ]; then echo "installing Debian packages for the tests: $(DEBIAN)"; $(call install,$(DEBIAN)); fi

define install
sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
command -v apt-get >/dev/null || { echo "please install: $(1)"; exit 1; }; \
$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -qq -y --no-install-recommends $(1) >/dev/null
endef
