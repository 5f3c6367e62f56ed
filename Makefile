# Everything lives in .venv; a target that needs it sets it up when it is missing or out of date.
.DEFAULT_GOAL := help
.PHONY: help setup repro report open test test-team check ui track track-history register serve verify bench lock tidy clean
MAKEFLAGS += --no-print-directory

# Set-up compiles no Python file; without this, neither does any process, and each takes seconds.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
# Stages call `python`, which must be the environment's.
IN_VENV := PATH="$(CURDIR)/$(BIN):$$PATH"
READY := .venv/.ready
# Scripts in an environment name its folder: a moved or copied one is set up again.
$(shell [ "$$(cat $(READY) 2>/dev/null)" = "$(CURDIR)" ] || rm -f $(READY))
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
  "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && \
  command -v "$$name" && break; done)
NO_PYTHON = $(error Python 3.11 or newer is needed, found $(or $(shell python3 --version \
  2>/dev/null),none); install one or say: make PYTHON=/path/to/python3)

TRACKED = $(wildcard data/raw/*.dvc)

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

setup: $(READY)  ## Install everything into .venv

$(READY): requirements.lock pyproject.toml
	@$(if $(PYTHON),,$(NO_PYTHON))
	@echo 'Installing into .venv: about 6 GB, 2 to 3 minutes'
	"$(PYTHON)" -m venv $(if $(wildcard $(READY)),,--clear) .venv
	$(BIN)/python -m pip install --quiet --no-compile --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -c 'import vl_convert; print(vl_convert.javascript_bundle())' > .venv/vega.js
	@printf '%s' "$(CURDIR)" > $(READY)

repro: tidy  ## Run the stages that changed and show the comparison
	$(IN_VENV) dvc repro
	@$(BIN)/potholes show

report:  ## Draw the figures and the page again, from the tables that are there
	$(IN_VENV) dvc repro --single-item --force report

open:  ## Open the page that shows the results
	@test -f reports/index.html || { echo 'reports/index.html: not there yet; run make repro'; exit 1; }
	@echo '$(CURDIR)/reports/index.html'
	@if [ "$$(uname)" = Darwin ]; then open reports/index.html; \
	elif [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then xdg-open reports/index.html; fi

test: $(READY)  ## Run all tests
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-team: $(READY)  ## Test docs/team.md: two clones, PostgreSQL, S3, MLflow server (3 min)
	$(BIN)/pytest tests/test_team.py -rs

check: $(READY)  ## Lint, types, layers, and whether dvc.yaml, params and code agree
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/test_contract.py

ui: $(READY)  ## Compare runs in MLflow at http://127.0.0.1:5000
	@$(IN_VENV) python -m stages.track reports models data/predictions reports/mlflow.json > /dev/null
	@$(BIN)/potholes ui

track: $(READY)  ## Log the present results to MLflow, if it lacks them
	$(IN_VENV) python -m stages.track reports models data/predictions reports/mlflow.json

track-history: $(READY)  ## Log every commit and experiment that MLflow lacks
	$(IN_VENV) potholes track-history

register: $(READY)  ## Make this model MLflow's champion, whatever its score
	@$(IN_VENV) potholes register

serve: $(READY)  ## Answer over HTTP with the champion, at http://127.0.0.1:5001
	@$(IN_VENV) potholes serve

verify: $(READY)  ## Read every photo of data/raw again and compare it with DVC's checksum
	@$(if $(TRACKED),,echo 'data/raw: DVC keeps no photos there yet (docs/your-photos.md, step 2)'; exit 1)
	@state=$$(mktemp -d); export DVC_SITE_CACHE_DIR="$$state"; \
	  $(BIN)/dvc status $(TRACKED); $(BIN)/dvc status --quiet $(TRACKED); \
	  code=$$?; rm -rf "$$state"; exit $$code

bench: $(READY)  ## Measure the numbers of README's performance table
	$(BIN)/python -m benchmarks

lock: $(READY)  ## Pin pyproject.toml's packages (newest releases: make lock UPGRADE=--upgrade)
	$(BIN)/uv pip compile pyproject.toml --no-config --extra train --extra dev --universal \
	  $(UPGRADE) --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command 'make lock' --quiet --output-file requirements.lock

tidy: $(READY)  ## Remove files of stages that no longer exist
	@$(BIN)/python -m potholes.tidy

clean:  ## Remove results and tool caches; keep your photos, .venv and the DVC cache
	rm -rf data/synthetic data/standardised data/augmented data/features data/explained data/embedded data/predictions
	rm -rf models reports dvc_plots build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@echo 'Kept: data/raw, .venv, .dvc/cache (dvc checkout restores results), mlflow.db, mlartifacts'
