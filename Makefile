# Each target is one line; what it does is in scripts/.
.PHONY: run test check bench demo shots messages lock
run: ; @scripts/run
test: ; @scripts/test
check: ; @scripts/environment dev && .venv/bin/python scripts/check.py
bench: ; @scripts/environment dev && .venv/bin/python -m bench
demo: ; @scripts/environment && .venv/bin/firstline demo
shots: ; @scripts/environment dev && scripts/debian-packages chromium && .venv/bin/python scripts/shots.py
messages: ; @scripts/environment dev && .venv/bin/python scripts/messages.py update
lock: ; @scripts/environment dev && scripts/lock
