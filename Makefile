# What to Watch Next: `make lab` opens the course, `make test` checks it. Both set up what they need.
# Works with GNU make 3.81 (macOS). Without make (Windows): py tools/bootstrap.py lab, py tools/bootstrap.py test

PYTHON ?= python3
VENV := $(if $(COURSE_VENV),$(COURSE_VENV),.venv)
RUN := PATH="$(abspath $(VENV))/bin:$$PATH" "$(VENV)/bin/python"

.PHONY: help lab test test-setup exercises notebooks board real bench lint lock clean

help:
	@echo "make lab         set up, then open the course in JupyterLab"
	@echo "make test        set up, then run every test"
	@echo "make exercises   derive exercises/ from solutions/"
	@echo "make notebooks   execute and store notebooks/ and solutions/   (LESSON=02 for one lesson)"
	@echo "make board       compute the board, benchmarks/board.csv   (only rows that are out of date)"
	@echo "make real        the same on real members, benchmarks/real*.csv   (ml-latest-small)"
	@echo "make bench       compare speeds with other libraries, benchmarks/RESULTS.md   (QUICK=1; ONLY=row)"
	@echo "make lint        style of code and notebooks"
	@echo "make lock        resolve the requirements again (needs uv)"
	@echo "make clean       delete the environments; your own work in my/ stays"

lab:
	@$(PYTHON) tools/bootstrap.py lab $(LESSON)

test:
	@$(PYTHON) tools/bootstrap.py test

test-setup:
	@$(PYTHON) tools/bootstrap.py setup test

exercises: test-setup
	@$(RUN) tools/derive.py

notebooks: test-setup
	@LESSON="$(LESSON)" $(RUN) tools/notebooks.py
	@$(RUN) tools/derive.py

board: test-setup
	@$(RUN) tools/board.py

real: test-setup
	@$(RUN) tools/board.py --real
	@$(RUN) tools/figures.py

bench:
	@$(PYTHON) tools/bootstrap.py bench $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

lint: test-setup
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .

lock:
	@$(PYTHON) tools/lock.py

clean:
	rm -rf .venv .venv-bench
