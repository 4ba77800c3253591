# beamlog: what each target does stands beside it; `make` alone is build, test and lint.

GO          ?= go
FUZZTIME    ?= 10s
TESTFLAGS   ?=
BENCH       ?= .
BENCHTIME   ?= 1s
BENCHDIR    ?= bench-data
SIZE        ?= 1
ROUNDS      ?= 9
PREFIX      ?= $(shell $(GO) env GOPATH)
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2

.DEFAULT_GOAL := all
.PHONY: all build test race lint fuzz bench bench-data bench-cli golden corpus docs install clean help

all: build test lint  ## build, test and lint

build:  ## the command, as ./beamlog
	$(GO) build ./...
	CGO_ENABLED=0 $(GO) build -trimpath -o beamlog ./cmd/beamlog

test:  ## all tests; TESTFLAGS=-short leaves the slow ones out
	$(GO) test $(TESTFLAGS) ./...

race:  ## all tests under the race detector
	$(GO) test -race -short $(TESTFLAGS) ./...

lint:  ## gofmt, go vet, staticcheck
	@files=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$files" ]; then echo "gofmt would change:"; echo "$$files"; exit 1; fi
	$(GO) vet ./...
	@if $(GO) run $(STATICCHECK) -version >/dev/null 2>&1; then \
	  echo "$(GO) run $(STATICCHECK) ./..."; $(GO) run $(STATICCHECK) ./...; \
	else \
	  echo "staticcheck cannot be fetched here: left out"; \
	fi

fuzz:  ## every fuzz target for FUZZTIME each
	GO="$(GO)" testdata/fuzz-all $(FUZZTIME)

bench:  ## benchmarks with bytes and allocations; BENCH=regexp picks some
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem ./...

bench-data:  ## the logs that speed is measured on, 2.5 GB into BENCHDIR; SIZE=0.01 makes a hundredth of them
	$(GO) run ./internal/bench/run data -size $(SIZE) $(BENCHDIR)

bench-cli:  ## the command against ripgrep, grep, wc and mawk on these logs, with memory; ROUNDS=9
	$(GO) run ./internal/bench/run cli -rounds $(ROUNDS) $(BENCHDIR)

golden:  ## rewrite golden files and scripts; read the diff before you commit
	@for dir in $$(grep -rlE --include='*_test.go' 'beamlog/internal/golden"|flag\.Bool\("update"' . | xargs -n1 dirname | sort -u); do \
	  echo "$(GO) test $$dir -update"; $(GO) test "$$dir" -update || exit 1; \
	done

corpus:  ## rewrite the logs that the installed Elixir and Erlang can write
	testdata/programs/corpus
	testdata/programs/pairs/run
	testdata/programs/together/run

docs:  ## rewrite all that is generated: rules, pattern pages, the grammar, formats read, fingerprints, examples in README and docs
	$(GO) generate ./...
	$(GO) test ./parser/term -run '^TestGrammarDoc$$' -update
	$(GO) test ./internal/corpus -run '^TestFormatsDoc$$' -update
	$(GO) test ./internal/corpus -run '^TestFingerprintPairs$$' -update
	$(GO) test ./cmd/beamlog -run '^TestDocs$$' -update

install: ## install the command into PREFIX/bin
	CGO_ENABLED=0 GOBIN=$(PREFIX)/bin $(GO) install -trimpath ./cmd/beamlog

clean:  ## remove what make built
	rm -f beamlog

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
