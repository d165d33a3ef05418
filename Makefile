# A fresh machine needs Python 3.11 or newer and nothing else; everything goes into .venv.

PORT ?= 8501
DATA ?= data
BACKBONE ?=
# A folder of drawn lung masks, and one of radiographs at full resolution: without them, less is learnt and measured.
MASKS ?=
ORIGINALS ?=
# Other settings of the three trainings: epochs=2 ...
SET ?=
SET_LUNGS ?=
SET_READER ?=

BIN := .venv/bin
# The dashboard alone; with TensorFlow, to train; with what tests and checks need.
INSTALLED := .venv/requirements-dashboard.installed
INSTALLED_TRAINING := .venv/requirements.installed
INSTALLED_NODE := .venv/requirements-node.installed
INSTALLED_LOGIN := .venv/requirements-login.installed
INSTALLED_CLUSTER := .venv/requirements-cluster.installed
INSTALLED_DEV := .venv/requirements-dev.installed

# The first of these that runs and is new enough. Asked only where .venv is made.
PYTHON = $(firstword $(foreach python,python3.13 python3.12 python3.11 python3,$(shell \
    $(python) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(python))))

.DEFAULT_GOAL := help
.PHONY: help run test check lint format bench lock licences sbom audit retrain clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(INSTALLED)  ## open the dashboard on http://localhost:8501 (PORT=8501)
	$(BIN)/streamlit run dashboard/app.py --server.port $(PORT)

test: $(INSTALLED_DEV) lint  ## check style, types and imports, get a browser and an archive, run every test
	$(BIN)/python -m tests.browser.chromium
	-$(BIN)/python -m tests.debian
	$(BIN)/python -m pytest -n auto -m "not browser and not cluster"
	$(BIN)/python -m pytest -m cluster
	$(BIN)/python -m pytest -m browser

check: $(INSTALLED_DEV) lint  ## check style, types and imports, run the fast tests: no browser, no training
	$(BIN)/python -m pytest -n auto -m "not slow and not browser and not cluster"

lint: $(INSTALLED_DEV)  ## check style, types and who imports whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

format: $(INSTALLED_DEV)  ## put imports and layout in order
	$(BIN)/ruff check --select I --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED_DEV)  ## measure speed, each figure beside a reference (benchmarks/README.md)
	$(BIN)/python -m benchmarks.table

# Programs of the supply chain, apart from what the project itself imports.
SUPPLY := .venv/supply/bin
$(SUPPLY)/pip: | $(BIN)/pip
	$(BIN)/python -m venv .venv/supply
	$(SUPPLY)/pip install --disable-pip-version-check uv cyclonedx-bom pip-audit

DEPLOYED := requirements-dashboard.txt requirements-login.txt requirements-node.txt
lock: | $(SUPPLY)/pip  ## lock what is deployed to one version and its hashes
	$(SUPPLY)/uv pip compile --generate-hashes --universal --python-version 3.11 --quiet \
		--custom-compile-command "make lock" --constraint requirements-lock.in $(DEPLOYED) --output-file requirements-lock.txt

licences: $(INSTALLED_DEV)  ## list the licences of what is deployed; fail for one that does not go with MIT
	$(BIN)/python -m tests.licences

sbom: | $(SUPPLY)/pip  ## write what is deployed as a CycloneDX bill of materials, sbom.json
	$(SUPPLY)/cyclonedx-py requirements requirements-lock.txt --pyproject pyproject.toml --output-file sbom.json

audit: | $(SUPPLY)/pip  ## look for known vulnerabilities of what is deployed; asks pypi.org
	$(SUPPLY)/pip-audit --strict --require-hashes --disable-pip -r requirements-lock.txt || { \
	    echo "Not clean, or pypi.org could not be asked: then nothing was checked." >&2; exit 1; }

WEIGHTS = $(if $(BACKBONE),--backbone-weights "$(BACKBONE)")
DRAWN = $(if $(MASKS),--lung-masks "$(MASKS)")
retrain: $(INSTALLED_TRAINING)  ## download, fit, export, evaluate (DATA=folder BACKBONE=weights.h5 MASKS=folder ORIGINALS=folder)
	test -d "$(DATA)/train" || $(BIN)/python -m training.download --data "$(DATA)"
	$(BIN)/python -m training.fit --data "$(DATA)" $(WEIGHTS) $(if $(SET),--set $(SET))
	$(BIN)/python -m training.lungs.segmentation --data "$(DATA)" $(WEIGHTS) $(DRAWN) $(if $(SET_LUNGS),--set $(SET_LUNGS))
	$(BIN)/python -m training.lungs.fit --data "$(DATA)" $(WEIGHTS) $(DRAWN) $(if $(SET_READER),--set $(SET_READER)) \
		--former runs/whole_radiograph/network.keras
	$(BIN)/python -m training.export --data "$(DATA)" $(DRAWN) $(if $(ORIGINALS),--originals "$(ORIGINALS)")
	$(BIN)/python -m training.evaluate --data "$(DATA)"
	$(BIN)/python -m training.figures

clean:  ## remove .venv and every cache
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

$(INSTALLED_DEV): $(INSTALLED_TRAINING) $(INSTALLED_NODE) $(INSTALLED_LOGIN) $(INSTALLED_CLUSTER)
$(INSTALLED_TRAINING): requirements-dashboard.txt requirements-training.txt

.venv/%.installed: %.txt | $(BIN)/pip
	$(BIN)/pip install --disable-pip-version-check -r $<
	@touch $@

# pip is the last thing that venv makes, so an attempt that was broken off is made again.
$(BIN)/pip:
	@test -n "$(PYTHON)" || { \
	    echo "Expected Python 3.11 or newer; found $$(python3 --version 2>/dev/null || echo none)."; \
	    echo "Install one (https://www.python.org/downloads) so that python3 runs it, then make again."; \
	    exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "Expected $(PYTHON) with the modules venv and ensurepip; found it without."; \
	    echo "On Debian or Ubuntu: apt install python3-venv. Then make again."; \
	    exit 1; } >&2
	$(PYTHON) -m venv .venv
