# Conclave. `make localnet` shows a network of validators at work, `make test` runs the tests; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: localnet test check bench docs format lint release measure guards planted gates fuzz fuzz-faults sanitize allocations clean help setup

# Without the check, a target can import a sibling that it never declared, and the layers mean nothing.
STRICT := --explicit-target-dependency-import-check error
# Optimised tests have a folder of their own: some of them look into modules, which what is shipped does not allow.
OPTIMISED := -Xswiftc -enable-testing --scratch-path .build/optimised
SWIFT_SOURCES := Package.swift Sources Tests Examples Fuzz

localnet: setup  ## build, then four validators on this machine; Ctrl-C stops them. Flags: make localnet ARGS="--validators 7"
	@swift build -c release --product conclave $(STRICT)
	@exec Tools/attached .build/release/conclave localnet $(ARGS)

test: setup  ## build and run every test. One of them: make test ARGS="--filter HexTests"
	@swift build --build-tests $(STRICT)
	@swift test --skip-build --disable-xctest $(ARGS)

check: setup lint release docs test  ## all that must hold before a change goes in

bench: setup  ## run a benchmark: throughput, or another, as in make bench ARGS="pingpong --size 64"
	@swift build -c release --product conclave-bench $(STRICT)
	@exec Tools/attached .build/release/conclave-bench $(or $(ARGS),throughput)

docs: setup  ## build the documentation of every library into .build/docs; a broken link fails
	@Tools/docs

format:  ## bring the sources into the form that `make lint` asks for
	@swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

lint:  ## compare the sources with .swift-format, and see that the patches kept in the tests apply
	@swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	@Tools/patches

release: setup  ## build everything as it is shipped
	@swift build -c release $(STRICT)

measure: setup  ## print lines a file and a function: median, 90th percentile, longest
	@swift build --build-tests --quiet $(STRICT)
	@swift test --skip-build --disable-xctest --filter SizesTests 2>&1 | sed -n 's/^sizes: //p'

guards: setup  ## take the guards of Tests/Adversary out one by one and see its tests fail. Some: make guards ARGS="A5 A12"
	@Tools/guards $(ARGS)

planted: setup  ## plant the bugs of Tests/Scenarios/Planted one by one and see the simulation find them
	@Tools/planted $(ARGS)

gates: setup  ## take the gates of consensus out one by one and see the trials find it. Some: make gates ARGS="G1 J3"
	@Tools/planted --gates $(ARGS)

fuzz: setup  ## let every fuzz target live through inputs for a minute; one: make fuzz TARGET=FuzzSession DURATION=600
	@Tools/fuzz run --duration $(or $(DURATION),60) $(TARGET)

fuzz-faults: setup  ## plant the faults of Fuzz/Faults one by one and see the fuzz targets find them
	@Tools/fuzz faults $(ARGS)

sanitize: setup  ## run the tests of threads and sockets under ThreadSanitizer and AddressSanitizer
	@Tools/sanitize $(ARGS)

allocations: setup  ## count allocations in an optimised build: what promises to make none must make none
	@swift build -c release --build-tests --quiet $(OPTIMISED)
	@swift test -c release --skip-build --disable-xctest $(OPTIMISED) --filter 'costs no allocation'

clean:  ## remove what was built, and the localnet's data
	@rm -rf .build .localnet

setup:  ## see that everything the build needs is there
	@Tools/setup

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
