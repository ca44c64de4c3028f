# Two commands: `make run` and `make test`. Both install what they need on Debian with Rust and Node.

DATA   ?= tongban-data
LISTEN ?= 127.0.0.1:8080
PROFILE ?= dev

.PHONY: run build test lint rooms browser bench setup-run setup-test clean-data

run: setup-run build
	target/release/tongban serve --demo --data $(DATA) --listen $(LISTEN)

build:
	cargo build --release --locked -p tongban

test: setup-test lint rooms browser

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked --profile $(PROFILE) -- -D warnings

# The rooms' own tests, on SQLite and on a PostgreSQL that the script starts in a temporary folder.
rooms:
	scripts/with-postgres cargo test --workspace --locked --profile $(PROFILE)

# The main job in headless Chromium, without JavaScript, on wide and narrow screens.
browser:
	cargo build --locked --profile $(PROFILE) -p tongban
	scripts/browser-tests $(PROFILE)

bench: build
	target/release/tongban bench

setup-run:
	scripts/setup run

setup-test:
	scripts/setup test

clean-data:
	rm -rf $(DATA)
