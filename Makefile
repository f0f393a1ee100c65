# The lab's commands. `make` alone lists them; everything is installed into .venv and nowhere else.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help lab cpu ready test unit llm deploy slurm sweeps nbgrader lint lessons site slides browser \
	bench pins clean

PYTHON ?= python3
BACKEND ?= cpu
PY := .venv/bin/python

# A stamp says: installed, in this folder, from the files as they are. A moved folder has another
# number, so the install runs again there.
HERE := $(shell pwd | cksum | cut -d ' ' -f 1)
LAB := .venv/installed-lab-$(HERE)
TEST := .venv/installed-test-$(HERE)
BROWSER := .venv/installed-browser-$(HERE)

# The environments of `make unit`: one per Python and choice of versions, beside .venv.
UNIT = build/unit-$(notdir $(PYTHON))$(VERSIONS:%=-%)
UNIT_TESTS := tests --ignore=tests/browser --ignore=tests/benchmarks --ignore=tests/nbgrader

# What `make test` skips where TRL or SmolLM2 is missing.
LLM_TESTS := tests/llm/trl_backend tests/llm/teachers/test_real_server.py tests/cli/test_gad.py

# What `make deploy` opens a student with; npm alone knows it.
TRANSFORMERS_JS := 4.3.1

# What `make test` skips where there is no Slurm, Dask or Ray.
EXECUTORS := tests/experiments/executors
SLURM_TESTS := $(EXECUTORS)/test_real_slurm.py
SWEEP_TESTS := $(EXECUTORS)/test_dask.py $(EXECUTORS)/test_ray.py

# The lessons, not the copies and notebooks of one's own beside them.
LESSON_NAMES := $(notdir $(basename $(wildcard notebooks/masters/*.py)))
LESSONS := $(foreach name,$(LESSON_NAMES),notebooks/$(name).ipynb notebooks/solutions/$(name).ipynb)

# Milliseconds are measured alone. All else runs two at a time, one thread each, the lessons first.
SPEED := tests/browser/test_browser_speed.py
define DRIVE
$(PY) -m pytest $(SPEED)
OMP_NUM_THREADS=1 $(PY) -m pytest tests/browser --ignore=$(SPEED) -n 2 \
	--dist loadgroup --no-loadscope-reorder --durations=10
endef

help:  ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name what; do \
		printf 'make %-9s %s\n' "$$name" "$$what"; done

lab: ready  ## install what is missing, prepare data and teachers, open JupyterLab
	JUPYTER_PREFER_ENV_PATH=1 $(PY) -m jupyterlab notebooks \
		--ServerApp.ip=127.0.0.1 --ServerApp.answer_yes=True --log-level=WARN --LabApp.news_url=None \
		$$(test "$$(id -u)" = 0 && echo --allow-root)

ready: $(LAB)  ## the same without opening JupyterLab
	$(PY) -m labkit prepare

cpu: | $(PY)  ## before the others on Linux without a GPU: the CPU build of torch, a small download
	$(PY) -m pip install --quiet --retries 10 uv
	$(PY) -m uv pip install --python $(PY) $(if $(BACKEND),--torch-backend $(BACKEND)) \
		-c constraints.txt torch

test: $(TEST) lint  ## style, types, unit tests, then every lesson from top to bottom without network
	OMP_NUM_THREADS=1 $(PY) -m pytest $(UNIT_TESTS) -n 2
	$(PY) -m labkit prepare
	@# One thread each: two lessons of two threads each would slow one another down.
	OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1 LABKIT_PROGRESS=off $(PY) -m pytest $(LESSONS) -n 2 \
		--nbmake --nbmake-timeout=300 --timeout=900 --durations=20
	$(DRIVE)

unit:  ## unit tests in an environment of its own: PYTHON=python3.13, VERSIONS=lowest
	$(PYTHON) -m venv $(UNIT)
	$(UNIT)/bin/python -m pip install --quiet --retries 10 uv
	$(UNIT)/bin/uv pip install --python $(UNIT)/bin/python -e '.[test,site]' \
		$(if $(VERSIONS),--resolution lowest-direct,-c constraints.txt)
	HF_HUB_OFFLINE=1 $(UNIT)/bin/python -m pytest $(UNIT_TESTS)

llm:  ## tests that need TRL or a language model's server, in an environment of their own
	$(PYTHON) -m venv build/llm
	build/llm/bin/python -m pip install --quiet --retries 10 -c constraints.txt -e '.[test,llm]'
	build/llm/bin/python -m labkit fetch smollm2
	OMP_NUM_THREADS=1 LABKIT_REQUIRE_LLM=1 build/llm/bin/python -m pytest $(LLM_TESTS)

deploy: $(TEST)  ## a student's files where there is no torch, and in transformers.js under Node
	$(PYTHON) -m venv build/deploy
	build/deploy/bin/python -m pip install --quiet --retries 10 -c constraints.txt \
		numpy onnxruntime tokenizers
	npm install --prefix build/deploy/node --no-save --no-audit --no-fund --ignore-scripts \
		@huggingface/transformers@$(TRANSFORMERS_JS)
	LABKIT_DEPLOY=build/deploy $(PY) -m pytest tests/models/export/test_elsewhere.py

slurm:  ## sweeps on a real Slurm of two nodes on this machine, begun and stopped by the tests
	$(PYTHON) -m venv build/slurm
	build/slurm/bin/python -m pip install --quiet --retries 10 -c constraints.txt -e '.[test,slurm]'
	PATH="$$PATH:/usr/sbin"; { type -P slurmctld && type -P slurmd && type -P munged; } >/dev/null || \
		$$(test "$$(id -u)" = 0 || echo sudo) apt-get -q -y install slurm-wlm munge
	OMP_NUM_THREADS=1 LABKIT_REQUIRE_SLURM=1 build/slurm/bin/python -m pytest $(SLURM_TESTS)

sweeps:  ## sweeps on real workers of Dask and Ray on this machine
	$(PYTHON) -m venv build/sweeps
	build/sweeps/bin/python -m pip install --quiet --retries 10 -c constraints.txt \
		-e '.[test,dask,ray]'
	OMP_NUM_THREADS=1 build/sweeps/bin/python -m pytest $(SWEEP_TESTS)

nbgrader:  ## every lesson through the real nbgrader, right and wrong answers, in its own environment
	$(PYTHON) -m venv build/nbgrader
	build/nbgrader/bin/python -m pip install --quiet --retries 10 -c constraints.txt \
		nbgrader==0.9.6 -e '.[test]'
	build/nbgrader/bin/python -m labkit prepare
	PATH="$$PWD/build/nbgrader/bin:$$PATH" OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1 \
		LABKIT_REQUIRE_NBGRADER=1 build/nbgrader/bin/python -m pytest tests/nbgrader \
		tests/course/build/test_nbgrader.py --durations=10

lint: $(TEST)  ## style, types and the course's own rules; the notebooks equal a fresh build
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m tests.lint
	$(PY) -m labkit lessons check

lessons: $(LAB)  ## build the notebooks from notebooks/masters
	$(PY) -m labkit lessons build

site: $(TEST)  ## write the lessons as web pages into site/
	$(PY) -m labkit site site

slides: $(TEST)  ## write a deck of slides for each lesson into slides/
	$(PY) -m labkit lessons slides slides

browser: $(BROWSER)  ## drive a real JupyterLab in Chromium
	$(PY) -m labkit prepare
	$(DRIVE)

bench: $(TEST)  ## measure speed against other ways of doing the same (minutes)
	$(PY) -m tests.benchmarks
	$(PY) -m tests.benchmarks.deploy

pins:  ## write constraints.txt anew: newest versions that the oldest Python allows
	rm -rf build/pins && python3.11 -m venv build/pins
	build/pins/bin/python -m pip install --quiet '.[test,site,browser]' torch==2.13.0
	{ awk '!/^#/ {exit} {print}' constraints.txt; \
	  build/pins/bin/python -m pip freeze --all --exclude pip --exclude labkit | sed 's/+.*//'; \
	} > build/constraints.txt
	mv build/constraints.txt constraints.txt && rm -rf build

clean:  ## remove .venv and everything built; data and teachers in the cache stay
	rm -rf .venv build site slides *.egg-info .pytest_cache .mypy_cache .ruff_cache

# Installing.

$(LAB): EXTRAS :=
$(TEST): EXTRAS := [test,site]
$(BROWSER): EXTRAS := [test,site,browser]

$(LAB) $(TEST) $(BROWSER): pyproject.toml constraints.txt | $(PY)
	$(PY) -m pip install --retries 10 -c constraints.txt -e '.$(EXTRAS)'
	@touch $@

$(PY):
	@for name in '$(PYTHON)' python3.13 python3.12 python3.11; do \
		"$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
			2>/dev/null || continue; \
		echo "making .venv with $$("$$name" --version)"; \
		"$$name" -m venv --clear .venv || { rm -rf .venv; \
			echo "this Python cannot make virtual environments; on Debian or Ubuntu:" \
			     "sudo apt-get install python3-venv" >&2; exit 1; }; \
		exit 0; \
	done; \
	echo "the lab needs Python 3.11, 3.12 or 3.13, and '$(PYTHON)' is" \
	     "$$('$(PYTHON)' --version 2>&1); install one of them, or name it:" \
	     "make lab PYTHON=/path/to/python3.12" >&2; exit 1
