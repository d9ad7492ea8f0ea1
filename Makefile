# Habilis. `make help` says what each target does; Python 3.11 or later and make are all it needs.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
ADDRESS ?= 127.0.0.1:50051
DATA ?= .data
NATION ?= 2000000

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo serve test check bench stubs golden lock fmt clean
.PHONY: lint types contracts proto stubs-fresh policy docs
.SILENT: help

help: ## say what each target does
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## make the world of one real dossier by commands, ask who may do what, replay it, write about it
	$(BIN)/habilis demo
	$(BIN)/habilis-invoicing demo
	$(BIN)/habilis-soliciting demo

serve: $(READY) ## serve the policy of this checkout (ADDRESS=127.0.0.1:50051 DATA=.data)
	mkdir -p $(DATA)
	$(BIN)/habilis serve --listen $(ADDRESS) --data $(DATA)

test: $(READY) ## run every test
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not alone"
	$(BIN)/python -m pytest -m alone

check: lint types contracts proto stubs-fresh policy docs ## all that must hold before a change lands, tests aside

bench: $(READY) ## measure the engine, Check over gRPC, and a nation (NATION=2000000 accounts)
	$(BIN)/python -m benchmarks --nation $(NATION)

stubs: $(READY) ## regenerate the gRPC stubs from proto/
	$(BIN)/python tools/stubs.py

golden: $(READY) ## accept what changed: the seal of the policy, the matrix, the pages drawn from tables
	$(BIN)/habilis lint --seal policy/
	$(BIN)/habilis matrix --write policy/
	$(BIN)/python -m tools.traceability
	$(BIN)/python -m tools.circuits
	-git diff --stat

lock: $(READY) ## resolve the newest allowed libraries again, with their hashes
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" --extra server --group dev \
	  pyproject.toml --output-file requirements.lock

fmt: $(READY) ## format the code and the protos
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	cd proto && ../$(BIN)/buf format --write

clean: ## remove the virtual environment, the caches and what was built
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The parts of `make check`, in the order in which they are read.

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell

types: $(READY)
	$(BIN)/mypy
	$(BIN)/basedpyright

contracts: $(READY)
	$(BIN)/lint-imports

proto: $(READY)
	cd proto && ../$(BIN)/buf lint
	cd proto && ../$(BIN)/buf format --diff --exit-code

stubs-fresh: $(READY)
	$(BIN)/python tools/stubs.py --check

policy: $(READY)
	$(BIN)/habilis lint policy/
	$(BIN)/habilis matrix --check policy/

docs: $(READY)
	$(BIN)/python -m tools.check_docs
	$(BIN)/python -m tools.traceability --check
	$(BIN)/python -m tools.circuits --check

# The environment: what the lock names, each file checked against its hash,
# then this checkout itself, by the build backend the lock has just installed.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Habilis needs Python 3.11 or later")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@
