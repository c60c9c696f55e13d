# Everything a developer does with this project; `make` prints the list.
# It needs Python 3.11 to 3.13, make and git, and keeps what it makes in .venv, build and .local.

.DEFAULT_GOAL := help
.PHONY: help demo up down status address key logs reset check lint test test-stack test-localstack test-nightly
.PHONY: bench model web screenshots package deploy destroy deploy-check openapi transitions lock audit
.PHONY: release release-notes localstack-up localstack-down localstack-demo clean

VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
CHECKOV := build/checkov
PIP := $(RUN) -m pip --disable-pip-version-check --no-input
# A proxy, where there is one, stands between this machine and others, not between us and ourselves.
export NO_PROXY := 127.0.0.1,localhost,$(NO_PROXY)
export no_proxy := $(NO_PROXY)
export PYTHONUTF8 := 1
# A module's tests share a database, so they stay together.
ON_EVERY_CORE := -n auto --dist loadfile

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: up ## Import 500,000 generated records through the public API (ARGS="--records 100000")
	@API_URL="$$($(RUN) -m infra.local address)" API_KEY="$$($(RUN) -m infra.local key)" \
	  $(RUN) -m infra.demo $(ARGS)

up: $(INSTALLED) ## Start PostgreSQL and the emulated AWS here, deploy, print the addresses
	@$(RUN) -m infra.local up

down: $(INSTALLED) ## Stop them; the catalogue is kept
	@$(RUN) -m infra.local down

status: $(INSTALLED) ## Say what runs, and where
	@$(RUN) -m infra.local status

address: $(INSTALLED) ## Print the local stack's address
	@$(RUN) -m infra.local address

key: $(INSTALLED) ## Print the local stack's key
	@$(RUN) -m infra.local key

logs: $(INSTALLED) ## Follow the logs
	@$(RUN) -m infra.local logs

reset: $(INSTALLED) ## Stop them and delete everything they held
	@$(RUN) -m infra.local reset

check: lint ## Format, lint, types and the tests that take no stack: two minutes on two cores
	$(RUN) -m pytest -q -m "not stack and not slow" $(ON_EVERY_CORE)

test: lint ## Everything: all tests, a browser's too; those of the wiring also on LocalStack if it is here
	$(RUN) -m pytest -q -m "not stack" $(ON_EVERY_CORE)
	$(RUN) -m pytest -q -m stack
	$(RUN) -m infra.local.localstack -m wiring

lint: $(INSTALLED)
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(RUN) -m infra.packaging.web check

test-stack: $(INSTALLED) ## The tests on the deployed stack alone (ARGS="-k cancel")
	$(RUN) -m pytest -m stack $(ARGS)

localstack-up: $(INSTALLED) ## LocalStack and PostgreSQL in Docker, this tree deployed to them
	@$(RUN) -m infra.local.compose up

localstack-down: $(INSTALLED) ## Stop them; what they held goes, too
	@$(RUN) -m infra.local.compose down

localstack-demo: localstack-up ## The demonstration there (ARGS="--records 100000")
	@API_URL="$$($(RUN) -m infra.local.compose address)" \
	  API_KEY="$$($(RUN) -m infra.local.compose key)" $(RUN) -m infra.demo $(ARGS)

test-localstack: $(INSTALLED) ## The tests on the deployed stack, deployed to LocalStack 4.14
	$(RUN) -m infra.local.localstack $(ARGS)

test-nightly: $(INSTALLED) ## Thousands of cases for every property, and the slow tests
	HYPOTHESIS_PROFILE=nightly $(RUN) -m pytest -q -m "not stack" $(ARGS)

bench: $(VENV)/installed-bench ## Measure the import against psql and Django; writes the table and chart
	$(RUN) -m bench $(ARGS)

web: $(INSTALLED) ## Build the page from web/, with this machine's Node or one from PyPI
	@$(RUN) -m infra.packaging.web build

screenshots: $(INSTALLED) ## Take the pictures of docs/screenshots anew, with this machine's Chromium
	@$(RUN) -m tests.stack.browser.screenshots

package: $(INSTALLED) ## Make the template and the Lambda zip, deploy nothing
	@$(RUN) -m infra.deploy --package-only

deploy: $(INSTALLED) ## Deploy to AWS by infra/stages/prod.toml: STAGE=prod [ARGS=--yes]
	@$(RUN) -m infra.deploy --stage "$(STAGE)" $(ARGS)

destroy: $(INSTALLED) ## Delete from AWS what was deployed; what holds data is kept: STAGE=prod
	@$(RUN) -m infra.deploy.destroy --stage "$(STAGE)" $(ARGS)

deploy-check: $(CHECKOV)/installed ## Prove what can be proven of a deployment without an account
	@$(RUN) -m infra.checks --checkov $(CHECKOV)/bin/checkov

openapi: $(INSTALLED) ## Write docs/openapi.json anew; a change that breaks clients needs another version
	@$(RUN) -m infra.openapi

transitions: $(INSTALLED) ## Count each step's state transitions; writes chalicelib/jobs/transitions.json
	@$(RUN) -m infra.packaging.transitions

LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/pip-compile --quiet --generate-hashes \
  --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
  --no-emit-options

lock: $(INSTALLED) ## Bring requirements*.txt up to requirements*.in (ARGS=--upgrade)
	$(LOCK) $(ARGS) --output-file requirements.txt requirements.in
	$(LOCK) $(ARGS) --output-file requirements-dev.txt requirements-dev.in
	$(LOCK) $(ARGS) --output-file requirements-bench.txt requirements-bench.in
	$(LOCK) $(ARGS) --output-file requirements-deploy.txt requirements-deploy.in

audit: $(INSTALLED) ## Look the locked packages up among the known vulnerable ones, the page's too
	$(RUN) -m pip_audit --require-hashes --disable-pip -r requirements.txt
	$(RUN) -m pip_audit --require-hashes --disable-pip -r requirements-dev.txt
	$(RUN) -m pip_audit --require-hashes --disable-pip -r infra/packaging/reader.txt
	$(RUN) -m pip_audit --require-hashes --disable-pip -r requirements-bench.txt
	$(RUN) -m pip_audit --require-hashes --disable-pip -r requirements-deploy.txt
	$(RUN) -m pip_audit --require-hashes --disable-pip -r infra/packaging/node.txt
	$(RUN) -m infra.packaging.audit

release-notes: $(INSTALLED) ## Say what has changed with TAG=v1.2.3, if the tree is that version
	@$(RUN) -m infra.packaging.release "$(TAG)" --notes-only

release: $(INSTALLED) ## Make what a release of TAG=v1.2.3 is made of, in build/release
	@$(RUN) -m infra.packaging.release "$(TAG)"

model: $(INSTALLED) ## Foretell time and US$ of imports of any size; writes docs/COST.md with ARGS=--write
	@$(RUN) -m bench.model $(ARGS)

clean: ## Delete what can be made again, except the local stack's state
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.local/*' -prune -exec rm -rf {} +

$(INSTALLED): requirements-dev.txt
	@python="$$(sh .ci/find-python)" && echo "making $(VENV) with $$("$$python" -V)" && \
	  "$$python" -m venv --clear $(VENV)
	@$(PIP) install --quiet --require-hashes --requirement requirements-dev.txt
	@$(RUN) -m infra.packaging.dependencies
	@$(RUN) -m infra.packaging.reader
	@touch $@

$(VENV)/installed-bench: requirements-bench.txt $(INSTALLED)
	@$(PIP) install --quiet --require-hashes --requirement requirements-bench.txt
	@touch $@

# checkov pins what others need newer, so it has an environment of its own.
$(CHECKOV)/installed: requirements-deploy.txt $(INSTALLED)
	@$(RUN) -m venv --clear $(CHECKOV)
	@$(CHECKOV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  --requirement requirements-deploy.txt
	@touch $@
