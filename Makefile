# The two commands of the README. Everything goes into .venv, at the versions of constraints.txt.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check docs release clean

demo: $(BIN)/.ready
	$(BIN)/sbwarn demo --out demo

test: $(BIN)/.ready
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term

check: $(BIN)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Write docs/indicators.md anew; a test compares it with the catalogue and the demo city.
docs: $(BIN)/.ready
	$(BIN)/sbwarn simulate --out demo/docs --shops 2000 --months 40
	$(BIN)/sbwarn indicators --dataset demo/docs --as-of 2026-09 --language en --out docs/indicators.md

# Train the shipped demonstration release anew; `sbwarn promote <id>` then makes it the current one.
release: $(BIN)/.ready
	$(BIN)/sbwarn simulate --out demo/shipped
	$(BIN)/sbwarn retrain demo/shipped --as-of 2026-09 --models models --tracking-uri sqlite:///demo/shipped.db \
	  --contact "sbwarn project"
	$(BIN)/sbwarn releases --models models

$(BIN)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("sbwarn needs Python 3.11 or later") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

clean:
	rm -rf .venv demo
