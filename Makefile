# The two commands that matter: make run, make test.
PORT ?= 8000
export PYTHON

.PHONY: setup run test check clean

setup: ## Everything the guanxi command needs; a second time only what changed
	@bin/setup

run: setup ## A demo store on http://127.0.0.1:8000/ (PORT=… for another port)
	@exec .venv/bin/guanxi serve --demo --port $(PORT)

test: setup ## The whole suite on SQLite and on PostgreSQL
	@.venv/bin/python bin/test

check: setup ## Everything CI checks
	@.venv/bin/python bin/check

clean: ## What setup made; the state in var/ stays
	rm -rf .venv node_modules src/guanxi/ui/static/built
	find src/guanxi/locale -name '*.mo' -delete
