package capture_test

import (
	_ "embed"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"milepost/replay/capture"
	"milepost/telemetry"
)

//go:embed readback_test.py
var readback string

// tableFacts is what a reader of another language finds in a table.
type tableFacts struct {
	Rows  int64              `json:"rows"`
	Names []string           `json:"names"`
	Nulls map[string]int64   `json:"nulls"`
	Sums  map[string]float64 `json:"sums"` // of numbers, and of truth values as 0 and 1
	First string             `json:"first"`
}

// python is the interpreter with pyarrow and duckdb that MILEPOST_PYTHON names.
func python(t *testing.T) string {
	t.Helper()
	p := os.Getenv("MILEPOST_PYTHON")
	if p != "" {
		return p
	}
	const missing = "MILEPOST_PYTHON names no Python with pyarrow and duckdb"
	if os.Getenv("MILEPOST_REQUIRE_SERVICES") == "1" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

func TestPyarrowAndDuckDBReadBack(t *testing.T) {
	interpreter := python(t)
	frames := carSeconds(500)
	frames[3].RecordID = "r-1"
	frames[4] = &telemetry.Frame{VehicleID: "car-2", Start: frames[4].Start}
	frames[7].Body = telemetry.Body{
		At: []int32{5, 5, 900}, Value: []int64{telemetry.StateOn, 1, 50},
		Signal: []telemetry.BodySignal{telemetry.SystemState, telemetry.HoodOpen, telemetry.SpeedLimitSign},
	}
	arrow := write(t, 1000, frames...)
	parquet := filepath.Join(t.TempDir(), "drives.parquet")
	rows, err := capture.Convert(t.Context(), arrow, parquet, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := factsOf(frames)
	if rows != want.Rows {
		t.Errorf("converted %d rows, want %d", rows, want.Rows)
	}
	script := filepath.Join(t.TempDir(), "readback.py")
	if err := os.WriteFile(script, []byte(readback), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), interpreter, script, arrow, parquet).CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	var got map[string]tableFacts
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v in:\n%s", err, out)
	}
	for _, reader := range []string{"feather", "ipc", "parquet", "duckdb"} {
		if diff := cmp.Diff(want, got[reader], cmpopts.EquateApprox(1e-12, 1e-9)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reader, diff)
		}
	}
}

// factsOf reckons from the frames what their table must hold.
func factsOf(frames []*telemetry.Frame) tableFacts {
	facts := tableFacts{Nulls: map[string]int64{}, Sums: map[string]float64{}, First: "2023-11-14T22:13:20.000000Z"}
	facts.Names = []string{"vehicle_id", "boot", "sequence", "record_id", "arrived_at", "time"}
	known := map[string]int64{}
	for _, f := range frames {
		n := frameRows(f)
		facts.Rows += n
		known["vehicle_id"] += n
		known["boot"] += n
		known["sequence"] += n
		known["arrived_at"] += n
		known["time"] += n
		if f.RecordID != "" {
			known["record_id"] += n
		}
		facts.Sums["boot"] += float64(n) * float64(f.Boot)
		facts.Sums["sequence"] += float64(n) * float64(f.Sequence)
	}
	for _, s := range telemetry.Signals() {
		facts.Names = append(facts.Names, s.Path)
		if s.Kind != telemetry.Word {
			facts.Sums[s.Path] = 0
		}
		for _, f := range frames {
			for _, v := range valuesOf(f, s) {
				known[s.Path]++
				if s.Kind != telemetry.Word {
					facts.Sums[s.Path] += s.Outside(v)
				}
			}
		}
	}
	for _, n := range facts.Names {
		facts.Nulls[n] = facts.Rows - known[n]
	}
	return facts
}

// frameRows counts the different instants of a frame of carSeconds.
func frameRows(f *telemetry.Frame) int64 {
	at := map[int32]bool{}
	for i := range telemetry.TrackCount {
		for _, a := range *f.Offsets(telemetry.Track(i)) {
			at[a] = true
		}
	}
	return int64(max(1, len(at)))
}

func valuesOf(f *telemetry.Frame, s telemetry.Signal) []float64 {
	var out []float64
	switch {
	case s.Track == telemetry.TrackBody:
		for i, id := range f.Body.Signal {
			if int(id) == s.Index {
				out = append(out, float64(f.Body.Value[i]))
			}
		}
	case s.Double:
		out = append(out, *f.Doubles(s.Track)[s.Index]...)
	default:
		for _, v := range *f.Floats(s.Track)[s.Index] {
			if !math.IsNaN(float64(v)) {
				out = append(out, float64(v))
			}
		}
	}
	return out
}
