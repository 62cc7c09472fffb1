# The verbs of this project. `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DAYS   ?= 90
DAY    ?= $(shell $(PYTHON) -c "import datetime as d; print(d.date(2026, 1, 1) + d.timedelta(days=$(DAYS) - 1))")

.DEFAULT_GOAL := help

.PHONY: help install manifest sample run test test-all ui serve docs metrics bench lint lint-sql clean

help: ## Show these verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: manifest ## Make the virtual environment from the locked versions, and parse the models

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m compileall -q -j 0 $(VENV)/lib outlay orchestration || true
	touch $@

manifest: $(VENV)/installed ## Parse the dbt project where a model changed, so that no run has to
	$(BIN)/python -m orchestration.dbt

data/sample/exports: | install
	$(BIN)/outlay sample --out data/sample --days $(DAYS)

sample: data/sample/exports ## Write the sample company's exports

run: manifest sample ## Run the sample company's last day: land, gate, build, gate, publish
	$(BIN)/outlay run --company data/sample --date $(DAY)

test: manifest ## The default suite
	$(BIN)/pytest -m 'not slow and not postgres and not mysql and not spark and not scale' -n auto --dist loadfile

test-all: manifest ## All tests but those at scale, which take ten minutes and more each: pytest -m scale
	$(BIN)/pytest -m 'not spark and not scale' -n auto --dist loadfile

ui: manifest ## The Dagster UI on the sample company
	$(BIN)/python -m orchestration.ui

data/sample/published/current.json:
	$(MAKE) run

serve: manifest data/sample/published/current.json ## The finance API on the sample company, with a key that is printed
	@echo "a key for today:"; $(BIN)/outlay keys create --company data/sample --client sample --days 1 \
		--scope budget:read --scope spend:write --scope roi:read
	$(BIN)/outlay serve --company data/sample

docs: manifest data/sample/published/current.json ## The tables, their columns and lineage as one page: data/sample/docs/static_index.html
	OUTLAY_WAREHOUSE=$(CURDIR)/data/sample/warehouse/warehouse.duckdb $(BIN)/dbt docs generate --static \
		--project-dir dbt_project --profiles-dir dbt_project --target-path $(CURDIR)/data/sample/docs \
		--vars '{"landing": "$(CURDIR)/data/sample/landing"}'

metrics: manifest data/sample/published/current.json ## The metrics of the sample company for MetricFlow: cd dbt_project/metrics, then mf query
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[metrics]'
	OUTLAY_METRICS=on OUTLAY_WAREHOUSE=$(CURDIR)/data/sample/warehouse/warehouse.duckdb $(BIN)/dbt run --quiet \
		--project-dir dbt_project --profiles-dir dbt_project --target-path $(CURDIR)/dbt_project/metrics/target \
		--vars '{"landing": "$(CURDIR)/data/sample/landing"}' --select metric_days

bench: manifest ## Measure: ratios and medians, printed
	$(BIN)/python -m tests.bench

lint: install ## ruff, mypy, the walls between rooms, SQL
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) lint-sql

lint-sql: .venv-sql/installed
	mkdir -p dbt_project/target
	OUTLAY_WAREHOUSE=$(CURDIR)/dbt_project/target/warehouse.duckdb .venv-sql/bin/sqlfluff lint models --processes 0 --disable-progress-bar

# sqlfluff's dbt templater pins packages that the project itself must not be held back by.
.venv-sql/installed: requirements-sql.txt
	$(PYTHON) -m venv .venv-sql
	.venv-sql/bin/pip install --quiet --requirement requirements-sql.txt
	touch $@

clean: ## Forget every built thing; exports and published data too, but not recorded spend
	rm -rf $(VENV) dbt_project/target dbt_project/metrics/target data/sample/exports data/sample/truth data/sample/landing data/sample/warehouse data/sample/published data/sample/dagster
