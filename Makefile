# Everything a person runs here. It needs make and a python3 (3.11 or newer, with venv) and installs the rest into this folder:
# uv into .tools, the program and its libraries into .venv, all at the versions and hashes that the repository names.
.DEFAULT_GOAL := help
.PHONY: help demo test check soak bench screenshots site docs clean

# uv must not fetch a Python of its own, nor follow settings of whichever environment the caller sits in.
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
unexport VIRTUAL_ENV UV_PYTHON
PYTHON ?=
export PYTHON

bin := .venv/bin
uv := .tools/bin/uv
sync := $(uv) sync --frozen --compile-bytecode --quiet --python .tools/bin/python
locked := uv.lock pyproject.toml $(uv)
# Other clients' engines and an identity provider, for the tests to talk to; a machine that cannot have them says so and goes on,
# except under CI.
engines := .tools/peer/.ready .tools/second/.ready .tools/provider/.ready

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.for-demo  ## stand inside a living community on a homeserver of its own (more: ARGS="--help")
	@$(bin)/nookterm demo $(ARGS)

test: .venv/.for-work $(engines)  ## run every test, against a real homeserver too (a part: ARGS="tests/domain")
	env -u PYTHONDONTWRITEBYTECODE $(bin)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.for-work  ## lint, format, types, import rules, generated docs
	$(bin)/ruff check
	$(bin)/ruff format --check
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/python tools/generate_docs.py --check

soak: .venv/.for-work  ## kill the client everywhere, then ten minutes of bad network (a part: ARGS="--seeds 4 --minutes 2")
	@$(bin)/python -m tests.faults.soak $(ARGS)

bench: .venv/.for-work  ## measure, as ratios taken side by side (a part: ARGS="--only warm", short: ARGS="--quick")
	@env -u PYTHONDONTWRITEBYTECODE $(bin)/python -m tests.bench.run $(ARGS)

screenshots: .venv/.for-work  ## draw the pictures of the docs anew, from the demo's world (some: ARGS="main desk")
	$(bin)/python tools/draw_gallery.py $(ARGS)
	$(bin)/python tools/draw_play.py

site: .venv/.for-work  ## the documentation as pages for a browser: dist/site/index.html
	$(bin)/mkdocs build --quiet
	@echo "dist/site/index.html"

docs: .venv/.for-work  ## write the generated pages anew: docs/map.md, docs/keys.md
	$(bin)/python tools/generate_docs.py

clean:  ## remove what make installed and what the tools left behind
	rm -rf .venv .tools dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

$(uv): tools/bootstrap.txt tools/find-python.sh
	@echo "Preparing .tools"
	@python=$$(sh tools/find-python.sh) && "$$python" -m venv --clear .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/bootstrap.txt
	@touch $@

# The demo adds to .venv and takes nothing out, so that it can be run in the middle of work.
.venv/.for-demo: $(locked)
	@echo "Installing nookterm and its demo homeserver into .venv"
	@$(sync) --inexact --extra demo --no-dev
	@touch $@

.venv/.for-work: $(locked)
	@echo "Installing nookterm, its demo homeserver and the tools for working on it into .venv"
	@$(sync) --extra demo --all-groups
	@touch $@ .venv/.for-demo

.tools/peer/.ready: tests/interop/peer/package-lock.json tests/interop/install.py | .venv/.for-work
	@$(bin)/python -m tests.interop.install peer

.tools/second/.ready: tests/interop/second/requirements.txt tests/interop/install.py | .venv/.for-work
	@$(bin)/python -m tests.interop.install second

.tools/provider/.ready: tests/live/provider/package-lock.json tests/interop/install.py | .venv/.for-work
	@$(bin)/python -m tests.interop.install provider
