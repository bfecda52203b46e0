# Two commands matter: `make run` and `make test`. `make help` lists all.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
PORT ?= 8000
FAST := tests/crypto tests/properties tests/reports tests/workflow tests/record tests/deadlines tests/forms tests/redaction tests/views/test_faces.py tests/test_config.py
export FLASK_APP := wsgi
export PYTHONTZPATH :=

.PHONY: help run test test-long test-fast check format docs translations bench fonts clients reconstruction

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

run: .venv/run ## serve on http://localhost:8000 with demonstration data, kept in instance/
	@PORT=$(PORT) bash bin/run

test: .venv/dev ## the tests, on SQLite and PostgreSQL, with the browser: all but the long ones (LONG=1: those too, first)
	$(BIN)/python -m pytest -q -n 2 --dist worksteal $(if $(LONG),,-m "not long")

test-long: .venv/dev ## the long ones: random walks, every page in every language, kills
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m long

test-fast: .venv/dev ## for the minutes between: keys, dates, the procedure and what it does, on SQLite alone
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not (long or browser or postgresql or slow)" $(FAST)

check: .venv/dev ## formatting, lint, types, imports, numbers that are said twice, whose days, whole languages, migrations that lock, tests that documents name
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python bin/check_numbers.py
	$(BIN)/python bin/check_days.py
	$(BIN)/python -m bin.check_languages
	$(BIN)/python -m bin.check_migrations
	$(BIN)/python bin/check_named_tests.py

bench: .venv/dev ## each figure of docs/performance.md beside its yardsticks (BENCH="--help" lists the options)
	$(BIN)/python -m bench $(BENCH)

reconstruction: .venv/dev ## what nobody can compute from the public figures, asked of forty registers of up to 5,000 complaints: some ten minutes
	RECONSTRUCTION=all $(BIN)/python -m pytest -q -n 0 --timeout=0 -m long tests/editions

fonts: .venv/run ## what letters in further scripts are printed with, from Debian's fonts-noto-core and fonts-noto-cjk
	$(BIN)/python -m bin.fonts

clients: ## what a client in TypeScript is made with, from the lock file alone, for the tests of the API's description
	cd tests/clients && npm ci --ignore-scripts --no-audit --no-fund --silent

docs: .venv/run ## docs/procedure.md, docs/answers.md, docs/told.md, docs/steps.md, docs/beside.md, docs/concerns.md, docs/vouched.md and docs/times.md, from the tables, what docs/architecture.md says, and deploy/roles.sql
	SECRET_KEYS=a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= PEPPER=a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= $(BIN)/flask procedure > docs/procedure.md
	SECRET_KEYS=a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= PEPPER=a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= $(BIN)/flask answers > docs/answers.md
	$(BIN)/python -m bin.told
	$(BIN)/python -m bin.steps
	$(BIN)/python -m bin.beside
	$(BIN)/python -m bin.concerns
	$(BIN)/python -m bin.vouched
	$(BIN)/python -m bin.times
	$(BIN)/python -m bin.her_texts
	$(BIN)/python -m bin.roles
	$(BIN)/python -m bin.architecture

translations: .venv/run ## add new texts to each catalogue, and tell what is missing (LIST=fr: all that fr has not)
	$(BIN)/python -m bin.translations $(if $(LIST),--missing $(LIST))

format: .venv/dev ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.venv/bin/uv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check uv==0.13.9 || ln -sf pip .venv/bin/uv

# pip reads the same file where uv cannot be had
.venv/run: requirements.txt $(wildcard translations/*/LC_MESSAGES/*.po) | .venv/bin/uv
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $< || $(BIN)/pip install -q --require-hashes -r $<
	$(BIN)/pybabel -q compile -d translations
	$(BIN)/python -m compileall -q grievance config.py wsgi.py
	touch $@

.venv/dev: requirements-dev.txt $(wildcard translations/*/LC_MESSAGES/*.po) | .venv/bin/uv
	$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $< || $(BIN)/pip install -q --require-hashes -r $<
	$(BIN)/pybabel -q compile -d translations
	$(BIN)/python -m compileall -q grievance config.py wsgi.py
	touch $@ .venv/run
