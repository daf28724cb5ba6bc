# What to run is said in CONTRIBUTING.md. Everything here needs Go; nothing needs
# a C compiler or a service.

GO ?= go
GO_NEEDED := $(word 2,$(shell grep '^go ' go.mod))

# The race detector needs cgo and a C compiler; without them the tests run plain.
CC_FOUND := $(shell command -v "$$($(GO) env CC 2>/dev/null | cut -d' ' -f1)" 2>/dev/null)
CGO_ON := $(filter 1,$(shell $(GO) env CGO_ENABLED 2>/dev/null))
RACE := $(if $(and $(CC_FOUND),$(CGO_ON)),-race)

# -short leaves out what takes minutes; make test-long and SHORT= do not.
SHORT ?= -short
FUZZTIME ?= 20s

.PHONY: demo build test test-long lint bench generate fuzz go

demo: go
	$(GO) run ./cmd/milepost demo

build: go
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/milepost ./cmd/milepost

test: go
	@$(if $(RACE),,echo "test: no C compiler, so without the race detector")
	$(GO) test $(RACE) $(SHORT) -timeout 20m ./...
	$(if $(RACE),$(GO) test -run AllocatesNothing ./ingest/decode ./pipeline)

test-long:
	$(MAKE) test SHORT=

lint: go
	dev/lint

bench: go
	$(GO) test -run '^$$' -bench . -benchmem ./...

generate: go
	dev/generate

fuzz: go
	FUZZTIME=$(FUZZTIME) dev/fuzz

go:
	@command -v $(GO) >/dev/null || { \
		echo "milepost needs Go $(GO_NEEDED) or newer, and none was found: see https://go.dev/doc/install" >&2; exit 1; }
	@have=$$($(GO) env GOVERSION | sed 's/^go//; s/[^0-9.].*//'); \
	if [ "$$(printf '%s\n' "$(GO_NEEDED)" "$$have" | sort -V | head -n 1)" != "$(GO_NEEDED)" ]; then \
		echo "milepost needs Go $(GO_NEEDED) or newer, and this is Go $$have: see https://go.dev/doc/install" >&2; exit 1; fi
