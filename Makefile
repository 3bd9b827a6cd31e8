# `make demo` and `make test` are all that a fresh machine needs: each does its own set-up.
VENV ?= .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

.PHONY: help demo run test check unit lint types imports bench screenshots lock clean setup setup-dev test-tools bench-tools

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup:
	@scripts/ensure-venv $(VENV) requirements/runtime.txt
	@scripts/ensure-browser

setup-dev:
	@scripts/ensure-venv $(VENV) requirements/dev.txt
	@scripts/ensure-browser

test-tools:
	@scripts/ensure-test-tools

bench-tools:
	@scripts/ensure-bench-tools

demo: setup ## the terminal against the embedded simulated broker; nothing to configure
	@$(BIN)/vega-terminal --demo $(SCENARIO)

run: setup ## the terminal against the broker, with the settings of .env
	@$(BIN)/vega-terminal

test: setup-dev lint imports ## everything that must hold
	@$(MAKE) --no-print-directory -j2 unit types # tests wait much: types are checked beside them

check: lint types imports ## the quick part: style, types, import rules

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup-dev
	@$(BIN)/mypy

imports: setup-dev
	@$(BIN)/lint-imports

unit: setup-dev test-tools
	@$(BIN)/pytest -n auto --dist loadgroup

bench: setup-dev bench-tools ## measure, side by side with the alternatives
	@$(BIN)/python -m benchmarks

screenshots: setup-dev ## renew the pictures from the running app
	@$(BIN)/python -m scripts.pictures

lock: ## pin the dependencies again, with hashes (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra build pyproject.toml -o requirements/runtime.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --extra build --extra dev pyproject.toml -o requirements/dev.txt

clean: ## remove what was set up and cached
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
