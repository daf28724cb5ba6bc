package telemetryv1

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

var (
	update   = flag.Bool("update", false, "add to the contract's baseline what was added to the schema")
	complete = flag.Bool("complete", false, "fail where the baseline lacks something of the schema")
)

const (
	baselinePath = "testdata/contract.txt"
	// leastPromises is what the first version promised: the baseline never shrinks.
	leastPromises = 46
)

// promise is one thing that producers and consumers of the contract rely on: a
// field or an enum's value, of a number within its owner.
type promise struct {
	owner  string // full name of the message or enum
	number int32
	name   string
	kind   string // cardinality, type, and how it stands on the wire
}

func (p promise) String() string {
	return fmt.Sprintf("%s %d %s %s", p.owner, p.number, p.name, p.kind)
}

func parsePromise(line string) (promise, error) {
	parts := strings.SplitN(line, " ", 4)
	if len(parts) != 4 {
		return promise{}, fmt.Errorf("baseline: %q is not owner, number, name and kind", line)
	}
	n, err := strconv.ParseInt(parts[1], 10, 32)
	if err != nil {
		return promise{}, fmt.Errorf("baseline: number of %q: %w", line, err)
	}
	return promise{parts[0], int32(n), parts[2], parts[3]}, nil
}

// promises lists what a file promises, in the order of its messages and fields.
func promises(file protoreflect.FileDescriptor) []promise {
	all := enums(file.Enums())
	var walk func(protoreflect.MessageDescriptors)
	walk = func(messages protoreflect.MessageDescriptors) {
		for i := range messages.Len() {
			m := messages.Get(i)
			for j := range m.Fields().Len() {
				f := m.Fields().Get(j)
				all = append(all, promise{string(m.FullName()), int32(f.Number()), string(f.Name()), kindOf(f)})
			}
			all = append(all, enums(m.Enums())...)
			walk(m.Messages())
		}
	}
	walk(file.Messages())
	return all
}

func enums(of protoreflect.EnumDescriptors) (all []promise) {
	for i := range of.Len() {
		e := of.Get(i)
		for j := range e.Values().Len() {
			v := e.Values().Get(j)
			all = append(all, promise{string(e.FullName()), int32(v.Number()), string(v.Name()), "value"})
		}
	}
	return all
}

func kindOf(f protoreflect.FieldDescriptor) string {
	kind := f.Cardinality().String() + " " + f.Kind().String()
	switch {
	case f.Message() != nil:
		kind += " " + string(f.Message().FullName())
	case f.Enum() != nil:
		kind += " " + string(f.Enum().FullName())
	}
	if f.IsPacked() {
		kind += " packed"
	}
	if f.HasPresence() && f.Message() == nil {
		kind += " presence"
	}
	if o := f.ContainingOneof(); o != nil && !o.IsSynthetic() {
		kind += " oneof " + string(o.Name())
	}
	return kind
}

// breaks says what of the baseline does not hold any more. What was added since
// breaks nothing.
func breaks(baseline, now []promise) (all []string) {
	byNumber, byName := map[string]promise{}, map[string]promise{}
	for _, p := range now {
		byNumber[fmt.Sprint(p.owner, " ", p.number)] = p
		byName[p.owner+" "+p.name] = p
	}
	for _, was := range baseline {
		is, there := byNumber[fmt.Sprint(was.owner, " ", was.number)]
		named, moved := byName[was.owner+" "+was.name]
		switch {
		case there && is.name != was.name:
			all = append(all, fmt.Sprintf("%s: number %d was %s and is %s: numbers are never used again", was.owner, was.number, was.name, is.name))
		case there && is.kind != was.kind:
			all = append(all, fmt.Sprintf("%s.%s: was %q and is %q: add a field instead", was.owner, was.name, was.kind, is.kind))
		case !there && moved:
			all = append(all, fmt.Sprintf("%s.%s: had number %d and has %d: numbers never change", was.owner, was.name, was.number, named.number))
		case !there:
			all = append(all, fmt.Sprintf("%s.%s: number %d is gone: fields are never removed", was.owner, was.name, was.number))
		}
	}
	return all
}

func readBaseline(t *testing.T) (all []promise) {
	t.Helper()
	text, err := os.ReadFile(baselinePath)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		p, err := parsePromise(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < leastPromises {
		t.Fatalf("the baseline has %d lines and had %d: lines are never removed", len(all), leastPromises)
	}
	return all
}

// What was ever promised to producers holds. -update adds to the baseline, and never
// takes away: not even with it does a breaking change pass.
func TestContractHolds(t *testing.T) {
	baseline, now := readBaseline(t), promises(File_milepost_telemetry_v1_telemetry_proto)
	broken := breaks(baseline, now)
	for _, b := range broken {
		t.Error(b)
	}
	if *complete && !*update && !slices.Equal(baseline, now) {
		t.Errorf("%s lacks what was added to the schema: run dev/generate", baselinePath)
	}
	if len(broken) > 0 || !*update {
		return
	}
	var text strings.Builder
	for _, p := range now {
		fmt.Fprintln(&text, p)
	}
	if err := os.WriteFile(baselinePath, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBreakingChangesAreFound(t *testing.T) {
	const pkg = "milepost.telemetry.v1."
	message := func(f *descriptorpb.FileDescriptorProto, name string) *descriptorpb.DescriptorProto {
		i := slices.IndexFunc(f.MessageType, func(m *descriptorpb.DescriptorProto) bool { return m.GetName() == name })
		return f.MessageType[i]
	}
	field := func(f *descriptorpb.FileDescriptorProto, of, name string) *descriptorpb.FieldDescriptorProto {
		m := message(f, of)
		return m.Field[slices.IndexFunc(m.Field, func(d *descriptorpb.FieldDescriptorProto) bool { return d.GetName() == name })]
	}
	remove := func(f *descriptorpb.FileDescriptorProto, of, name string) {
		m := message(f, of)
		m.Field = slices.DeleteFunc(m.Field, func(d *descriptorpb.FieldDescriptorProto) bool { return d.GetName() == name })
	}
	add := func(f *descriptorpb.FileDescriptorProto, of, name string, number int32) {
		m := message(f, of)
		m.Field = append(m.Field, &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number,
			Label: descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum(), Type: descriptorpb.FieldDescriptorProto_TYPE_SINT32.Enum()})
	}
	baseline := readBaseline(t)
	for _, c := range []struct {
		name   string
		change func(*descriptorpb.FileDescriptorProto)
		want   []string
	}{
		{"nothing", func(*descriptorpb.FileDescriptorProto) {}, nil},
		{"a field more", func(f *descriptorpb.FileDescriptorProto) { add(f, "Motion", "pitch_rate", 7) }, nil},
		{"a message more", func(f *descriptorpb.FileDescriptorProto) {
			f.MessageType = append(f.MessageType, &descriptorpb.DescriptorProto{Name: proto.String("Tyres")})
		}, nil},
		{"a field gone", func(f *descriptorpb.FileDescriptorProto) { remove(f, "Energy", "ambient") },
			[]string{pkg + "Energy.ambient: number 15 is gone: fields are never removed"}},
		{"a field reserved", func(f *descriptorpb.FileDescriptorProto) {
			remove(f, "Speed", "brake")
			message(f, "Speed").ReservedRange = []*descriptorpb.DescriptorProto_ReservedRange{{Start: proto.Int32(4), End: proto.Int32(5)}}
		}, []string{pkg + "Speed.brake: number 4 is gone: fields are never removed"}},
		{"another number", func(f *descriptorpb.FileDescriptorProto) { field(f, "Speed", "brake").Number = proto.Int32(9) },
			[]string{pkg + "Speed.brake: had number 4 and has 9: numbers never change"}},
		{"another name", func(f *descriptorpb.FileDescriptorProto) { field(f, "Speed", "brake").Name = proto.String("braking") },
			[]string{pkg + "Speed: number 4 was brake and is braking: numbers are never used again"}},
		{"a number used again", func(f *descriptorpb.FileDescriptorProto) {
			remove(f, "Position", "accuracy")
			add(f, "Position", "satellites", 6)
		}, []string{pkg + "Position: number 6 was accuracy and is satellites: numbers are never used again"}},
		{"two numbers swapped", func(f *descriptorpb.FileDescriptorProto) {
			field(f, "Telemetry", "boot").Number, field(f, "Telemetry", "sequence").Number = proto.Int32(3), proto.Int32(2)
		}, []string{pkg + "Telemetry: number 2 was boot and is sequence: numbers are never used again",
			pkg + "Telemetry: number 3 was sequence and is boot: numbers are never used again"}},
		{"another type", func(f *descriptorpb.FileDescriptorProto) {
			field(f, "Motion", "lateral").Type = descriptorpb.FieldDescriptorProto_TYPE_INT32.Enum()
		}, []string{pkg + `Motion.lateral: was "repeated sint32 packed" and is "repeated int32 packed": add a field instead`}},
		{"another message", func(f *descriptorpb.FileDescriptorProto) {
			field(f, "Telemetry", "speed").TypeName = proto.String("." + pkg + "Motion")
		}, []string{pkg + `Telemetry.speed: was "optional message ` + pkg + `Speed" and is "optional message ` + pkg + `Motion": add a field instead`}},
		{"one for many", func(f *descriptorpb.FileDescriptorProto) {
			field(f, "Body", "value").Label = descriptorpb.FieldDescriptorProto_LABEL_OPTIONAL.Enum()
		}, []string{pkg + `Body.value: was "repeated sint64 packed" and is "optional sint64": add a field instead`}},
		{"not packed", func(f *descriptorpb.FileDescriptorProto) {
			field(f, "Body", "signal").Options = &descriptorpb.FieldOptions{Packed: proto.Bool(false)}
		}, []string{pkg + `Body.signal: was "repeated uint32 packed" and is "repeated uint32": add a field instead`}},
		{"into a oneof", func(f *descriptorpb.FileDescriptorProto) {
			message(f, "Clock").OneofDecl = []*descriptorpb.OneofDescriptorProto{{Name: proto.String("pace")}}
			field(f, "Clock", "period_us").OneofIndex = proto.Int32(0)
		}, []string{pkg + `Clock.period_us: was "optional uint32" and is "optional uint32 presence oneof pace": add a field instead`}},
		{"all messages gone", func(f *descriptorpb.FileDescriptorProto) { f.MessageType = nil }, gone(baseline)},
	} {
		t.Run(c.name, func(t *testing.T) {
			changed := protodesc.ToFileDescriptorProto(File_milepost_telemetry_v1_telemetry_proto)
			c.change(changed)
			file, err := protodesc.NewFile(changed, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, breaks(baseline, promises(file))); diff != "" {
				t.Errorf("breaks (-want +got):\n%s", diff)
			}
		})
	}
}

func gone(baseline []promise) (all []string) {
	for _, p := range baseline {
		all = append(all, fmt.Sprintf("%s.%s: number %d is gone: fields are never removed", p.owner, p.name, p.number))
	}
	return all
}

// A new value of an enum is an addition; another number of one is not.
func TestEnumsBelongToTheContract(t *testing.T) {
	was := []promise{{"m.Gear", 1, "PARK", "value"}, {"m.Gear", 2, "DRIVE", "value"}}
	if got := breaks(was, append(slices.Clone(was), promise{"m.Gear", 3, "NEUTRAL", "value"})); got != nil {
		t.Errorf("a value more breaks: %v", got)
	}
	want := []string{"m.Gear.DRIVE: had number 2 and has 3: numbers never change"}
	if diff := cmp.Diff(want, breaks(was, []promise{was[0], {"m.Gear", 3, "DRIVE", "value"}})); diff != "" {
		t.Errorf("breaks (-want +got):\n%s", diff)
	}
}

func TestBaselineReadsBack(t *testing.T) {
	for _, p := range promises(File_milepost_telemetry_v1_telemetry_proto) {
		if got, err := parsePromise(p.String()); err != nil || got != p {
			t.Errorf("%v reads back as %v, error %v", p, got, err)
		}
	}
	for _, line := range []string{"", "m 1 a", "m one a b"} {
		if _, err := parsePromise(line); err == nil {
			t.Errorf("%q is read", line)
		}
	}
}
