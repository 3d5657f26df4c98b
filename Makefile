# Two commands on a fresh machine with Python 3.11+ and make: make run, make test.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && echo $$p && break; done)
VENV := .venv
TOOLS := .venv-check
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run test soak lint check bench lock samples clean

run: $(READY)
	$(BIN)/whybuy run

# Two tests run at once: with two threads each they would mostly wait for each other's cores.
test: export OMP_NUM_THREADS = 1
test: export OPENBLAS_NUM_THREADS = 1
test: $(READY)
	$(BIN)/python -m pytest -n 2 tests

soak: $(READY)
	$(BIN)/python -m pytest -n 2 -m whole tests

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint $(TOOLS)/.ready
	$(BIN)/python -m tests.supply $(TOOLS)/bin

bench: $(READY)
	for name in fit start pages what_if upload read explore trees boosted kernel network counterfactual dashboard behaviour registry drift review report visitors; do $(BIN)/python -m bench.$$name; done

samples: $(READY)
	$(BIN)/python data/samples/make_shop.py

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header pyproject.toml --group dev -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --group check -o requirements-check.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --group spark -o requirements-spark.lock

clean:
	rm -rf $(VENV) $(TOOLS)

# The stamp is written last: an install that was interrupted is done again.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found."; exit 1; }
	@echo "Installing into $(VENV); the first time this takes some minutes."
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m core.explain.shapley.exact.ready
	touch $(READY)

# Spark is for logs that outgrow one machine: half a gigabyte that most do without.
$(VENV)/.spark: $(READY) requirements-spark.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-spark.lock
	touch $@

$(TOOLS)/.ready: requirements-check.lock
	$(PYTHON) -m venv --clear $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-check.lock
	touch $@
