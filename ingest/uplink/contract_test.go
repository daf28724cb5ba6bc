package uplink

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"milepost/ingest/decode"
	"milepost/telemetry"
	telemetryv1 "milepost/telemetry/milepost/telemetry/v1"
)

var update = flag.Bool("update", false, "write the resolutions anew")

// A number on the wire means the same for ever: what 100 means in each column, in
// the unit of docs/signals.md, and which signal a number of the body is. The schema's
// descriptor does not know, so this does.
func TestResolutionsAreOfTheContract(t *testing.T) {
	m := &telemetryv1.Telemetry{}
	fill(m.ProtoReflect(), 100)
	payload, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var f telemetry.Frame
	if err := new(decode.Milepost).Decode(payload, &f); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, s := range telemetry.Signals() {
		means := fmt.Sprintf("%.7g %s", first(t, &f, s)*s.Scale, s.Unit)
		if s.Track == telemetry.TrackBody { // its values stand on the wire as they are
			means = fmt.Sprintf("is signal %d of the body", s.Index)
		}
		fmt.Fprintln(&got, strings.TrimSpace(s.Path+" "+means))
	}
	const path = "testdata/resolutions.txt"
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("what 100 means on the wire has changed, which breaks every producer (-promised +now):\n%s", diff)
	}
}

func first(t *testing.T, f *telemetry.Frame, s telemetry.Signal) float64 {
	t.Helper()
	if s.Track == telemetry.TrackBody {
		return 0
	}
	if s.Double {
		if c := *f.Doubles(s.Track)[s.Index]; len(c) == 1 {
			return c[0]
		}
	} else if c := *f.Floats(s.Track)[s.Index]; len(c) == 1 {
		return float64(c[0])
	}
	t.Fatalf("%s was not read", s.Path)
	return 0
}

// fill gives every track one sample with the value n in each column.
func fill(m protoreflect.Message, n int64) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		switch d := fields.Get(i); {
		case d.Name() == "body":
		case d.Name() == "clock":
			m.Set(d, protoreflect.ValueOf((&telemetryv1.Clock{Samples: 1}).ProtoReflect()))
		case d.Message() != nil:
			fill(m.Mutable(d).Message(), n)
		case d.IsList():
			m.Mutable(d).List().Append(number(d.Kind(), n))
		}
	}
}

func number(k protoreflect.Kind, n int64) protoreflect.Value {
	if k == protoreflect.Sint64Kind {
		return protoreflect.ValueOfInt64(n)
	}
	return protoreflect.ValueOfInt32(int32(n))
}
