# Two commands matter: `make run` and `make test`. `make help` lists all.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
PORT ?= 8000
export FLASK_APP := wsgi

.PHONY: help run test check format docs bench

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

run: .venv/run ## serve on http://127.0.0.1:8000 with demonstration data, kept in instance/
	@PORT=$(PORT) bash bin/run

test: .venv/dev ## the whole test suite, on SQLite and PostgreSQL
	$(BIN)/python -m pytest -q -n 2

check: .venv/dev ## formatting, lint, types, imports, whose days
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python bin/check_days.py

bench: .venv/dev ## each figure of docs/performance.md beside its yardsticks (BENCH="--help" lists the options)
	$(BIN)/python -m bench $(BENCH)

docs: .venv/run ## docs/procedure.md, from the table
	SECRET_KEYS=a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= PEPPER=a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= $(BIN)/flask procedure > docs/procedure.md

format: .venv/dev ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.venv/bin/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check uv || ln -sf pip .venv/bin/uv

# pip reads the same file where uv cannot be had
.venv/run: requirements.txt $(wildcard translations/*/LC_MESSAGES/*.po) | .venv/bin/uv
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $< || $(BIN)/pip install -q --require-hashes -r $<
	$(BIN)/pybabel -q compile -d translations
	touch $@

.venv/dev: requirements-dev.txt $(wildcard translations/*/LC_MESSAGES/*.po) | .venv/bin/uv
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $< || $(BIN)/pip install -q --require-hashes -r $<
	$(BIN)/pybabel -q compile -d translations
	touch $@ .venv/run
