package telemetry

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/signals.md anew")

// docs/signals.md is the signal table, for people.
func TestSignalsDocument(t *testing.T) {
	const path = "../docs/signals.md"
	var b strings.Builder
	b.WriteString(`# Signals

What milepost takes in, by its COVESA VSS 6.0 path (` + "`Vehicle.Overlay` and `Vehicle.Privacy`" + ` are its own). Captures have one
column for each, in this order; import mappings name them; a value outside its range is dropped and counted. This page
is written by a test from ` + "`telemetry/signal.go` and `telemetry/body.go`" + `.

| path | unit | range | track |
|---|---|---|---|
`)
	for _, s := range Signals() {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", s.Path, s.Unit, rangeOf(s), s.Track)
	}
	if *update {
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(have)); diff != "" {
		t.Errorf("docs/signals.md (-table +page; -update writes it):\n%s", diff)
	}
}

func rangeOf(s Signal) string {
	switch s.Kind {
	case Truth:
		return "true, false"
	case Word:
		return strings.Join(s.Words, ", ")
	}
	return strconv.FormatFloat(s.Min, 'f', -1, 64) + " to " + strconv.FormatFloat(s.Max, 'f', -1, 64)
}
