# The two commands of the README, and the longer ones of CONTRIBUTING.md.
PYTHON ?= python3
CORES ?= $(shell nproc)
VENV := .venv
READY := $(VENV)/.ready

.PHONY: screen test check lock

screen: $(READY)
	$(VENV)/bin/snakemake --cores $(CORES)

# A file of tests is one worker's, so that its fixtures are made once.
test: $(READY)
	$(VENV)/bin/pytest -n $(CORES) --dist loadfile --no-loadscope-reorder

check: $(READY)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/snakefmt --check Snakefile workflow
	$(VENV)/bin/snakemake --lint

# Needs uv; the lock names no index.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --extra dev --output-file requirements.lock pyproject.toml

# Snakemake starts four times faster from compiled modules, so they are compiled here once.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(VENV)/bin/pip install --quiet --no-build-isolation --no-deps --editable .
	-$(VENV)/bin/python -m compileall -q -j 0 -x '/(templates|tests?)/' $(VENV)/lib >/dev/null
	touch $@


# The phase set that ships with tieline, computed anew: hours, in an environment of its own because of torch. Its CPU
# build differs from platform to platform, so it is the one package without a hash.
REFERENCE := .venv-reference

.PHONY: reference
reference: $(REFERENCE)/.ready
	$(REFERENCE)/bin/snakemake --snakefile workflow/reference/Snakefile --cores $(CORES)

$(REFERENCE)/.ready: requirements.lock requirements-reference.lock pyproject.toml
	$(PYTHON) -m venv $(REFERENCE)
	$(REFERENCE)/bin/pip install --quiet --require-hashes --no-deps -r requirements.lock
	$(REFERENCE)/bin/pip install --quiet torch==2.13.0
	$(REFERENCE)/bin/pip install --quiet --require-hashes --no-deps -r requirements-reference.lock
	$(REFERENCE)/bin/pip install --quiet --no-build-isolation --no-deps --editable .
	touch $@
