# `make` prints this help. Targets that need packages create the environment first.
PYTHON ?= python3.11
VENV ?= .venv
ENGINES ?= .venv-engines
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup up down status demo test unit e2e fault failover restore-drill erasure-scan check format docs lock race cuts two-writers bench-store bench-projection swap-load bench-read oracle worker-kills story setup-engines test-engines trt-compile gpu bench-worker bench-marks bench-enrol bench-engines clean

help: ## print this help
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.installed ## create .venv with all that `up` and `test` need

$(VENV)/.installed: requirements/base.txt requirements/embedded.txt requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Recut needs Python 3.11 or newer: set PYTHON=<your python>"; exit 2; }
	$(PYTHON) -m venv "$(VENV)"
	"$(BIN)/python" -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch "$@"

up: setup ## start everything here: PostgreSQL, Kafka, api, relay, streams, worker (Ctrl-C stops)
	"$(BIN)/python" -m recut up

down: ## stop a running instance
	"$(BIN)/python" -m recut down

status: ## what is running, and where
	"$(BIN)/python" -m recut status

demo: setup ## against a running instance: create, poll, download, remix, like, list with the OpenAI SDK
	"$(BIN)/python" scripts/demo.py

test: setup ## unit, contract, integration and end-to-end tests on real PostgreSQL and Kafka
	"$(BIN)/python" -m pytest --durations=15 tests/unit tests/contract tests/integration tests/e2e

unit: setup ## the tests without sockets
	"$(BIN)/python" -m pytest tests/unit

e2e: setup ## the running system through its clients
	"$(BIN)/python" -m pytest tests/e2e

fault: setup ## kill -9 every process at random under load for 5 minutes, then compare log, Kafka and read models
	"$(BIN)/python" -m tests.fault.kill_loop --seconds 300

failover: setup ## three projectors killed with -9 fifty times, and asleep across rebalances: rows equal a fresh fill
	"$(BIN)/python" -m tests.fault.failover

restore-drill: setup ## back up under load, lose a future, restore, twice; then audit, and look for what should be gone
	"$(BIN)/python" -m tests.fault.restore_drill

erasure-scan: setup ## erase an account that said one word everywhere, and look for it in every row, record, object, file
	"$(BIN)/python" -m tests.fault.erasure_scan

check: setup ## format, lint, imports, types, generated documents
	"$(BIN)/ruff" format --check .
	"$(BIN)/ruff" check .
	"$(BIN)/lint-imports"
	"$(BIN)/mypy"
	"$(BIN)/python" scripts/catalog_docs.py --check

format: setup ## let ruff format and fix
	"$(BIN)/ruff" format .
	"$(BIN)/ruff" check --fix .

docs: setup ## write docs/events.md and docs/schemas from the catalog
	"$(BIN)/python" scripts/catalog_docs.py

lock: setup ## write requirements/*.txt from pyproject.toml
	"$(BIN)/python" scripts/lock.py

race: setup ## hunt for events that a tailing reader misses, 60 s on our store and 60 s on a naive table
	"$(BIN)/python" -m tests.fault.race_hunter --seconds 60

cuts: setup ## cut 200 connections before, during and after COMMIT: nothing said to have failed was stored, nothing twice
	"$(BIN)/python" -m tests.fault.commit_cuts --cuts 200

two-writers: setup ## two processes append to the same streams for 60 s: no deadlock, no hole
	"$(BIN)/python" -m tests.fault.two_writers --seconds 60

bench-projection: setup ## rebuild from Kafka beside the Faust path, and from command to visible
	"$(BIN)/python" -m tests.benchmarks.bench_projection

swap-load: setup ## rebuild and swap every read model, and deploy another version, under load: no failed request, no lost event
	"$(BIN)/python" -m tests.fault.swap_load

bench-store: setup ## appends, save(), commands per second beside pyeventsourcing and plain psycopg; memory
	"$(BIN)/python" -m tests.benchmarks.bench_store

bench-read: setup ## pages of feed, lineage, cascades and boards on a million videos, with and without projections writing
	"$(BIN)/python" -m tests.benchmarks.bench_read

oracle: setup ## recompute lineage (networkx) and boards (DuckDB) from exported files, and compare with the read models
	"$(BIN)/python" -m tests.oracle

worker-kills: setup ## kill -9 a worker and cancel a film in each stage: one end each, no orphans, the book right
	"$(BIN)/python" -m tests.fault.worker_kills

bench-worker: setup ## from queued to playable, with the share of each stage
	"$(BIN)/python" -m tests.benchmarks.bench_worker

bench-marks: setup ## the invisible marks: what it takes to lose them, and how often they are seen where there is none
	"$(BIN)/python" -m tests.benchmarks.bench_marks

bench-enrol: setup ## characters out of clips: how often the outline and the colours are right
	"$(BIN)/python" -m tests.benchmarks.enrolling

story: setup ## two characters, three scenes, extended and stitched: story.mp4, with seams, loudness and voices measured
	"$(BIN)/python" -m tests.benchmarks.story --out story --long

setup-engines: $(ENGINES)/.installed ## torch, ONNX, diffusers and the compile check in an environment of their own (5.8 GB)

$(ENGINES)/.installed: requirements/engines.txt
	$(PYTHON) -m venv "$(ENGINES)"
	"$(ENGINES)/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements/engines.txt
	@touch "$@"

test-engines: setup-engines ## the engines agree on every network; ltx-2 from words to a file; training
	"$(ENGINES)/bin/python" -m pytest --confcutdir=tests/engines tests/engines
	"$(ENGINES)/bin/python" -m pytest --confcutdir=tests/training tests/training

trt-compile: setup-engines ## every network through TensorRT, without a GPU
	VENV="$(ENGINES)" .ci/trt-compile --must

bench-engines: setup-engines ## ONNX Runtime, torch and torch.compile in one run
	"$(ENGINES)/bin/python" -m tests.benchmarks.bench_engines

gpu: ## in an environment with TensorRT and pycuda (ENGINES=...): build, run, compare, measure
	"$(ENGINES)/bin/python" -m pytest -s --confcutdir=tests/gpu tests/gpu
	"$(ENGINES)/bin/python" -m tests.gpu.bench

clean: ## remove the environment and caches (data stays: see `recut reset`)
	rm -rf "$(VENV)" .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
