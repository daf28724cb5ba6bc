# What to run is said in CONTRIBUTING.md. Everything here needs Go; nothing needs
# a C compiler or a service, but tests use what they find of both.

GO ?= go
GO_NEEDED := $(word 2,$(shell grep '^go ' go.mod))

# The race detector needs cgo and a C compiler; without them the tests run plain,
# and with RACE=required not at all.
CC_FOUND := $(shell command -v "$$($(GO) env CC 2>/dev/null | cut -d' ' -f1)" 2>/dev/null)
CGO_ON := $(filter 1,$(shell $(GO) env CGO_ENABLED 2>/dev/null))
RACE_FLAG := $(if $(and $(CC_FOUND),$(CGO_ON)),-race)

# -short leaves out what takes minutes; make test-long and SHORT= do not.
SHORT ?= -short
FUZZTIME ?= 20s

# Packages whose draws take minutes under the race detector: there they run with fewer
# draws, without recorded drives and without the tests that judge figures; in full without
# it. Most start no goroutine; the tests of sinks/sqlite that do draw nothing.
ALONE := detectors|fixtures|geo/match|geo/places|geo/roads|ingest/decode|pipeline|replay|replay/capture|replay/measure|report|report/photo|sinks/sqlite
FIGURES := MeetTheTruth|LateFramesAmendTheirTrip
MEASURED := ./fixtures/crashtest ./fixtures/roadtest ./fixtures/attacktest ./fixtures/scoretest

# All tests run beside each other, for those with services mostly wait for them; what only
# computes takes the time that is left. The longest runs in four parts, and a test that
# waits for minutes, for an engine's own timer, by itself.
LONGEST := cmd/milepost
STORE := sinks/clickhouse
WAITS := TestPurgeWaitsUntilThePartsAreGone
PARTS := part-a-e part-fault-a-o part-fault-p-z part-rest
part-a-e: TESTS := -test.run '^Test[A-E]'
part-fault-a-o: TESTS := -test.run '^TestFault[A-O]'
part-fault-p-z: TESTS := -test.run '^TestFault[P-Z]'
part-rest: TESTS := -test.skip '^Test[A-E]|^TestFault[A-Z]'

.PHONY: demo build test beside $(PARTS) longest store store-waits others alone raced measured race test-long lint bench figures generate fuzz go

demo: go
	$(GO) run ./cmd/milepost demo

build: go
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/milepost ./cmd/milepost

test: go race
	dev/with-services $(MAKE) -j 5 --output-sync=target beside SHORT=$(SHORT)

beside: store-waits store $(PARTS) others $(if $(RACE_FLAG),raced measured) alone

$(PARTS): longest
	cd $(LONGEST) && PATH="$$($(GO) env GOROOT)/bin:$$PATH" $(CURDIR)/bin/longest.test $(SHORT:-%=-test.%) -test.timeout 60m $(TESTS)

longest:
	$(GO) vet ./$(LONGEST)
	$(GO) test $(RACE_FLAG) -c -o bin/longest.test ./$(LONGEST)

store:
	$(GO) test $(RACE_FLAG) $(SHORT) -timeout 60m -skip $(WAITS) ./$(STORE)

store-waits:
	$(if $(SHORT),,$(GO) test $(RACE_FLAG) -timeout 60m -run $(WAITS) ./$(STORE))

others:
	$(GO) test -p 2 $(RACE_FLAG) $(SHORT) -timeout 60m $$($(GO) list ./... | grep -vE '/($(ALONE)|$(LONGEST)|$(STORE))$$')

alone:
	nice $(GO) test -p 1 $(SHORT) -timeout 60m $$($(GO) list ./... | grep -E '/($(ALONE))$$')

raced:
	env -u MILEPOST_DATA nice $(GO) test -p 1 $(RACE_FLAG) -short -skip '$(FIGURES)' -timeout 60m $$($(GO) list ./... | grep -E '/($(ALONE))$$')

# What the race detector leaves out of the others.
measured:
	nice $(GO) test -run AllocatesNothing $$(grep -rl --include='*_test.go' AllocatesNothing . | xargs -n 1 dirname | sort -u)
	nice $(GO) test $(SHORT) -run 'FaultHotVehicle|BenchRoadsOnRecordedDrives' ./$(LONGEST)
	nice $(GO) test -p 1 $(SHORT) $(if $(SHORT),,-v) -timeout 60m $(MEASURED)

race:
ifeq ($(RACE_FLAG),)
ifeq ($(RACE),required)
	@echo "test: RACE=required, but the race detector needs a C compiler and CGO_ENABLED=1" >&2; exit 1
else
	@echo "test: no C compiler, so without the race detector"
endif
endif

test-long:
	$(MAKE) test SHORT=

lint: go
	dev/lint

bench: go
	$(GO) test -run '^$$' -bench . -benchmem ./...

# How good the results are: against recorded drives, where MILEPOST_DATA names
# their folder, and against the simulator's truth; and how fast they come.
figures: go
	GO="$(GO)" dev/figures

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
