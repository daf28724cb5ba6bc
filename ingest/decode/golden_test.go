package decode

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milepost/telemetry"
)

var update = flag.Bool("update", false, "write the goldens anew")

// headers are a record's headers in a test.
type headers map[string]string

func (h headers) Header(name string) ([]byte, bool) {
	v, ok := h[name]
	return []byte(v), ok
}

const testVIN = "5YJ3E1EA7KF000000"

var testKey = []byte("a key for tests only, 32 bytes..")

func testDecoder(t testing.TB) *Decoder {
	t.Helper()
	d, err := NewDecoder(Config{Identity: Identity{Key: testKey}})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Each testdata/*.txt: lines "key:", "header NAME:" and "arrived:", then the record, then
// "=>" and what comes of it.
func TestGoldens(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("goldens: %v, %d files", err, len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			in, want, _ := bytes.Cut(b, []byte("\n=>\n"))
			format := TeslaVJSON
			if strings.HasPrefix(filepath.Base(file), "dimo") {
				format = DIMOSignalsJSON
			}
			got := outcomeOf(testDecoder(t), format, readRecord(t, string(in)))
			if *update {
				if err := os.WriteFile(file, []byte(string(in)+"\n=>\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", file, diff)
			}
			if strings.Contains(got, testVIN) {
				t.Error("a VIN came through")
			}
		})
	}
}

func readRecord(t *testing.T, in string) *Record {
	t.Helper()
	h, r := headers{}, &Record{}
	for {
		line, rest, _ := strings.Cut(in, "\n")
		name, v, ok := strings.Cut(line, ": ")
		switch {
		case ok && name == "key":
			r.Key = []byte(v)
		case ok && name == "arrived":
			at, err := time.Parse(time.RFC3339Nano, v)
			if err != nil {
				t.Fatal(err)
			}
			r.Arrived = at.UnixMicro()
		case ok && strings.HasPrefix(name, "header "):
			h[strings.TrimPrefix(name, "header ")] = v
		default:
			r.Headers, r.Value = h, []byte(in)
			return r
		}
		in = rest
	}
}

// outcomeOf decodes a record and writes down what came of it.
func outcomeOf(d *Decoder, format Format, r *Record) string {
	var b strings.Builder
	var f telemetry.Frame
	err := d.Decode(format, r, &f)
	fmt.Fprintf(&b, "vehicle %s\n", f.VehicleID)
	if err != nil {
		fmt.Fprintf(&b, "error   %v\n", err)
	} else {
		fmt.Fprintf(&b, "record  %s\n", f.RecordID)
	}
	readings, signals := f.Readings(nil), telemetry.Signals()
	slices.SortFunc(readings, telemetry.Reading.Compare)
	for _, v := range readings {
		s := &signals[v.Signal]
		fmt.Fprintf(&b, "%s  %s %.8g %s", time.UnixMicro(v.At).UTC().Format("15:04:05.000"), strings.TrimPrefix(s.Path, "Vehicle."), s.Outside(v.Value), s.Unit)
		b.WriteByte('\n')
	}
	for l, n := range d.Lost {
		if n > 0 {
			fmt.Fprintf(&b, "lost    %d %s\n", n, Loss(l))
		}
	}
	return strings.ReplaceAll(b.String(), " \n", "\n")
}
