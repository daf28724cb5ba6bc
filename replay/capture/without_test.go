package capture_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/apache/arrow/go/v15/parquet/file"
	"github.com/apache/arrow/go/v15/parquet/pqarrow"
	"github.com/google/go-cmp/cmp"

	"milepost/replay/capture"
	"milepost/sinks"
	"milepost/telemetry"
)

// mixed is a capture of three vehicles, whose frames lie between each other's. car-2
// belongs to account a from the 50th second on.
func mixed(t *testing.T, batch int) (path string, frames []*telemetry.Frame) {
	t.Helper()
	for i := range 300 {
		f := &telemetry.Frame{VehicleID: fmt.Sprintf("car-%d", i%3), Boot: 1, Sequence: uint64(i / 3),
			Start: 1_699_999_950_000_001 + int64(i/3)*1_000_000, Arrived: 1_700_000_100_000_000}
		f.Speed.At, f.Speed.Speed = []int32{0, 500_000}, []float32{float32(i % 50), 2}
		f.Pad()
		frames = append(frames, f)
	}
	return write(t, batch, frames...), frames
}

// less are the frames that a test leaves in.
func less(frames []*telemetry.Frame, gone func(*telemetry.Frame) bool) (left []*telemetry.Frame) {
	for _, f := range frames {
		if !gone(f) {
			left = append(left, f)
		}
	}
	return left
}

var taken = map[string]struct {
	whose  sinks.Subject
	held   capture.Held
	gone   func(*telemetry.Frame) bool
	traces []string // that no byte of the file may show
}{
	"a vehicle": {sinks.Subject{Vehicle: "car-1"}, capture.Held{Rows: 200, Profiles: 1},
		func(f *telemetry.Frame) bool { return f.VehicleID == "car-1" }, []string{"car-1", "Madrid"}},
	"an account": {sinks.Subject{Account: "a"}, capture.Held{Rows: 100, Profiles: 1},
		func(f *telemetry.Frame) bool { return f.VehicleID == "car-2" && f.Start >= 1_700_000_000_000_001 },
		[]string{`"account_id"`, `"4d"`}},
	"nobody": {sinks.Subject{Vehicle: "car"}, capture.Held{}, func(*telemetry.Frame) bool { return false }, nil},
}

func TestSomeoneIsTakenOutOfACapture(t *testing.T) {
	for name, c := range taken {
		for _, batch := range []int{32, 10_000} {
			t.Run(fmt.Sprintf("%s, batches of %d", name, batch), func(t *testing.T) {
				path, frames := mixed(t, batch)
				if err := os.Chmod(path, 0o600); err != nil {
					t.Fatal(err)
				}
				if held, err := capture.Holds(t.Context(), path, c.whose); held != c.held || err != nil {
					t.Errorf("%+v, error %v; want %+v", held, err, c.held)
				}
				if err := capture.Without(t.Context(), path, c.whose); err != nil {
					t.Fatal(err)
				}
				if held, err := capture.Holds(t.Context(), path, c.whose); held != (capture.Held{}) || err != nil {
					t.Errorf("%+v is left, error %v", held, err)
				}
				got, _ := readAll(t, path)
				if diff := cmp.Diff(less(frames, c.gone), got, frameOptions); diff != "" {
					t.Errorf("frames (-want +got):\n%s", diff)
				}
				noTraces(t, path, c.traces)
			})
		}
	}
}

// noTraces looks at the bytes, at the permissions, and for files left beside it.
func noTraces(t *testing.T, path string, traces []string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, trace := range traces {
		if bytes.Contains(data, []byte(trace)) {
			t.Errorf("%q stands in the file", trace)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("permissions %v, error %v", info.Mode(), err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) > 0 || err != nil {
		t.Errorf("%v is left, error %v", left, err)
	}
}

func TestSomeoneIsTakenOutOfParquet(t *testing.T) {
	for name, c := range taken {
		t.Run(name, func(t *testing.T) {
			arrow, _ := mixed(t, 100)
			path, want := filepath.Join(t.TempDir(), "a.parquet"), filepath.Join(t.TempDir(), "b.parquet")
			rows, err := capture.Convert(t.Context(), arrow, path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, 0o600); err != nil {
				t.Fatal(err)
			}
			if held, err := capture.Holds(t.Context(), path, c.whose); held != c.held || err != nil {
				t.Errorf("%+v, error %v; want %+v", held, err, c.held)
			}
			if err := capture.Without(t.Context(), path, c.whose); err != nil {
				t.Fatal(err)
			}
			if held, err := capture.Holds(t.Context(), path, c.whose); held != (capture.Held{}) || err != nil {
				t.Errorf("%+v is left, error %v", held, err)
			}
			noTraces(t, path, c.traces)
			// The same as the capture without them, converted.
			if err := capture.Without(t.Context(), arrow, c.whose); err != nil {
				t.Fatal(err)
			}
			left, err := capture.Convert(t.Context(), arrow, want, nil)
			if err != nil || left != rows-c.held.Rows {
				t.Fatalf("%d rows, error %v", left, err)
			}
			if diff := cmp.Diff(parquetText(t, want), parquetText(t, path)); diff != "" {
				t.Errorf("table (-want +got):\n%s", diff)
			}
		})
	}
}

// parquetText is a table as text.
func parquetText(t *testing.T, path string) string {
	t.Helper()
	f, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	table, err := r.ReadTable(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer table.Release()
	var text bytes.Buffer
	fmt.Fprintln(&text, table.Schema())
	for i := range int(table.NumCols()) {
		for _, chunk := range table.Column(i).Data().Chunks() {
			for row := range chunk.Len() {
				fmt.Fprint(&text, chunk.ValueStr(row), " ")
			}
		}
		fmt.Fprintln(&text)
	}
	return text.String()
}

// What is no capture is refused and stays as it is.
func TestOnlyCapturesAreRewritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.parquet")
	for _, text := range []string{"", "PAR1", "PAR1 and much more PAR1", "ARROW1 and more"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := capture.Without(t.Context(), path, sinks.Subject{Vehicle: "car"}); err == nil {
			t.Errorf("%q was rewritten", text)
		}
		if data, err := os.ReadFile(path); string(data) != text || err != nil {
			t.Errorf("%q is now %q", text, data)
		}
	}
}
