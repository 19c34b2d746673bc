# `make chat` and `make test` need Python 3.11+ and a package registry, nothing else. Both install into
# .venv, so they work where the system's pip is externally managed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: chat test serve check clean

$(BIN)/uv:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

.venv/.installed: $(BIN)/uv pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -e .
	@touch $@

.venv/.installed-dev: $(BIN)/uv pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -e '.[dev]'
	@touch $@ .venv/.installed

chat: .venv/.installed
	$(BIN)/jobtracker chat

serve: .venv/.installed
	$(BIN)/jobtracker serve

test: .venv/.installed-dev
	$(BIN)/python -m pytest -n auto

check: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright
	$(BIN)/lint-imports

clean:
	rm -rf .venv
