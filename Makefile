# The commands for developing and operating this project; `make` lists them.
# They need Python 3.11 to 3.13, make and git, and write to .venv, build and .local.

.DEFAULT_GOAL := help
.PHONY: help demo up down status address key logs reset check lint test test-stack test-localstack test-nightly
.PHONY: bench model web screenshots package deploy destroy deploy-check openapi schema transitions lock audit
.PHONY: lint-types lint-page test-units test-flows test-page test-wiring release release-notes localstack-up localstack-down localstack-demo clean

VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/installed
CHECKOV := build/checkov
PIP := $(RUN) -m pip --disable-pip-version-check --no-input
# Loopback needs no proxy.
export NO_PROXY := 127.0.0.1,localhost,$(NO_PROXY)
export no_proxy := $(NO_PROXY)
export PYTHONUTF8 := 1
# The tests of a module share a database, so one process runs them. Modules run in the order of their
# collection, which has the slow ones first.
ON_EVERY_CORE := -n auto --dist loadfile --no-loadscope-reorder

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: up ## Import 500,000 generated records through the API (ARGS="--records 100000")
	@API_URL="$$($(RUN) -m infra.local address)" API_KEY="$$($(RUN) -m infra.local key)" \
	  $(RUN) -m infra.demo $(ARGS)

up: $(INSTALLED) ## Start PostgreSQL and the AWS emulator, deploy, print the addresses
	@$(RUN) -m infra.local up

down: $(INSTALLED) ## Stop the local stack, keep the catalogue
	@$(RUN) -m infra.local down

status: $(INSTALLED) ## Show whether the local stack runs, and its addresses
	@$(RUN) -m infra.local status

address: $(INSTALLED) ## Print the API URL of the local stack
	@$(RUN) -m infra.local address

key: $(INSTALLED) ## Print the API key of the local stack
	@$(RUN) -m infra.local key

logs: $(INSTALLED) ## Follow the logs of the local stack
	@$(RUN) -m infra.local logs

reset: $(INSTALLED) ## Stop the local stack and delete all its data
	@$(RUN) -m infra.local reset

check: lint ## Check format, lint and types, and run the fast tests: two minutes on two cores
	HYPOTHESIS_PROFILE=fast $(RUN) -m pytest -q -m "not stack and not slow" $(ON_EVERY_CORE)

test: lint ## Run all checks and tests, also in a browser, and on LocalStack if available
	@$(MAKE) --no-print-directory -j 3 test-units test-flows test-page test-wiring

# The tests of a stack mostly wait. So those without one run beside them, and each has its own stack.
test-units:
	$(RUN) -m pytest -q -m "not stack" $(ON_EVERY_CORE)

test-flows:
	$(RUN) -m pytest -q -m stack --ignore tests/stack/browser

test-page:
	$(RUN) -m pytest -q -m stack tests/stack/browser

test-wiring: # on LocalStack
	$(RUN) -m infra.local.localstack -m wiring

lint: $(INSTALLED) ## Check format, lint and types
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	@$(MAKE) --no-print-directory -j 2 lint-types lint-page

lint-types: # mypy and the page's check use one core each
	$(RUN) -m mypy

lint-page:
	$(RUN) -m infra.packaging.web check

test-stack: $(INSTALLED) ## Run the tests of the deployed stack (ARGS="-k cancel")
	$(RUN) -m pytest -m stack $(ARGS)

localstack-up: $(INSTALLED) ## Start LocalStack and PostgreSQL in Docker and deploy to them
	@$(RUN) -m infra.local.compose up

localstack-down: $(INSTALLED) ## Stop both and delete their data
	@$(RUN) -m infra.local.compose down

localstack-demo: localstack-up ## Run the demo on LocalStack (ARGS="--records 100000")
	@API_URL="$$($(RUN) -m infra.local.compose address)" \
	  API_KEY="$$($(RUN) -m infra.local.compose key)" $(RUN) -m infra.demo $(ARGS)

test-localstack: $(INSTALLED) ## Run the tests of the deployed stack on LocalStack 4.14
	$(RUN) -m infra.local.localstack $(ARGS)

test-nightly: $(INSTALLED) ## Run the slow tests, and property tests with thousands of cases
	HYPOTHESIS_PROFILE=nightly $(RUN) -m pytest -q -m "not stack" $(ARGS)

bench: $(VENV)/installed-bench ## Compare the import with psql and Django; writes the table and chart
	$(RUN) -m bench $(ARGS)

web: $(INSTALLED) ## Build the page, with this machine's Node.js or one from PyPI
	@$(RUN) -m infra.packaging.web build

screenshots: $(INSTALLED) ## Update docs/screenshots, with this machine's Chromium
	@$(RUN) -m tests.stack.browser.screenshots

package: $(INSTALLED) ## Build the template and the zip without deploying
	@$(RUN) -m infra.deploy --package-only

deploy: $(INSTALLED) ## Deploy to AWS with the settings in infra/stages/prod.toml: STAGE=prod [ARGS=--yes]
	@$(RUN) -m infra.deploy --stage "$(STAGE)" $(ARGS)

destroy: $(INSTALLED) ## Delete a deployment from AWS, keep its data: STAGE=prod
	@$(RUN) -m infra.deploy.destroy --stage "$(STAGE)" $(ARGS)

deploy-check: $(CHECKOV)/installed ## Check a deployment without an AWS account: linters, quotas, sizes
	@$(RUN) -m infra.checks --checkov $(CHECKOV)/bin/checkov

openapi: $(INSTALLED) ## Update docs/openapi.json; a breaking change requires a new version
	@$(RUN) -m infra.openapi

schema: $(INSTALLED) ## Update docs/schema.sql from the migrations
	@$(RUN) -m infra.schema

transitions: $(INSTALLED) ## Count the state transitions of each step; writes chalicelib/jobs/transitions.json
	@$(RUN) -m infra.packaging.transitions

LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(VENV)/bin/pip-compile --quiet --generate-hashes \
  --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
  --no-emit-options

lock: $(INSTALLED) ## Lock requirements*.in into requirements*.txt (ARGS=--upgrade)
	$(LOCK) $(ARGS) --output-file requirements.txt requirements.in
	$(LOCK) $(ARGS) --output-file requirements-dev.txt requirements-dev.in
	$(LOCK) $(ARGS) --output-file requirements-bench.txt requirements-bench.in
	$(LOCK) $(ARGS) --output-file requirements-deploy.txt requirements-deploy.in

audit: $(INSTALLED) ## Look for known vulnerabilities in the locked packages
	$(RUN) -m pip_audit --require-hashes --disable-pip -r requirements.txt
	$(RUN) -m pip_audit --require-hashes --disable-pip -r requirements-dev.txt
	$(RUN) -m pip_audit --require-hashes --disable-pip -r infra/packaging/reader.txt
	$(RUN) -m pip_audit --require-hashes --disable-pip -r requirements-bench.txt
	$(RUN) -m pip_audit --require-hashes --disable-pip -r requirements-deploy.txt
	$(RUN) -m pip_audit --require-hashes --disable-pip -r infra/packaging/node.txt
	$(RUN) -m infra.packaging.audit

release-notes: $(INSTALLED) ## Print the release notes of TAG=v1.2.3, if the tree has that version
	@$(RUN) -m infra.packaging.release "$(TAG)" --notes-only

release: $(INSTALLED) ## Build the release TAG=v1.2.3 in build/release
	@$(RUN) -m infra.packaging.release "$(TAG)"

model: $(INSTALLED) ## Estimate time and US$ of imports of any size; ARGS=--write updates docs/COST.md
	@$(RUN) -m bench.model $(ARGS)

clean: ## Delete the environment and all build files; keeps the local stack
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.local/*' -prune -exec rm -rf {} +

$(INSTALLED): requirements-dev.txt
	@python="$$(sh .ci/find-python)" && echo "Creating $(VENV) with $$("$$python" -V)" && \
	  "$$python" -m venv --clear $(VENV)
	@$(PIP) install --quiet --require-hashes --requirement requirements-dev.txt
	@$(RUN) -m infra.packaging.dependencies
	@$(RUN) -m infra.packaging.reader
	@touch $@

$(VENV)/installed-bench: requirements-bench.txt $(INSTALLED)
	@$(PIP) install --quiet --require-hashes --requirement requirements-bench.txt
	@touch $@

# checkov pins old versions of packages, so it has an environment of its own.
$(CHECKOV)/installed: requirements-deploy.txt $(INSTALLED)
	@$(RUN) -m venv --clear $(CHECKOV)
	@$(CHECKOV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  --requirement requirements-deploy.txt
	@touch $@
