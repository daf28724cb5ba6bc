package outcome_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
)

func TestARevisionSaysWhatChanged(t *testing.T) {
	c := outcome.Collision{State: outcome.Open, Confidence: outcome.Possible, Severity: outcome.SeverityMinor}
	var said outcome.Said
	for _, step := range []struct {
		name    string
		change  func()
		highest outcome.Confidence
		want    []outcome.Part
	}{
		{"the first", func() {}, outcome.Possible, nil},
		{"nothing", func() { c.Revision, c.ReportedAt = 2, 5 }, outcome.Possible, nil},
		{"surer", func() { c.Confidence, c.Severity = outcome.Confirmed, outcome.SeveritySerious }, outcome.Confirmed,
			[]outcome.Part{outcome.PartConfidence, outcome.PartSeverity}},
		{"less sure", func() { c.Confidence = outcome.Probable }, outcome.Confirmed, []outcome.Part{outcome.PartConfidence}},
		{"one more impact", func() { c.EventCount, c.Impacts = 2, []outcome.Impact{{}, {At: 1}} }, outcome.Confirmed, []outcome.Part{outcome.PartMotion}},
		{"a place, a pulse", func() { c.Position, c.Pulse = &outcome.Fix{Lat: 1}, &outcome.Pulse{StepMS: 10} }, outcome.Confirmed,
			[]outcome.Part{outcome.PartPosition, outcome.PartPulse}},
		{"no place", func() { c.Position = nil }, outcome.Confirmed, []outcome.Part{outcome.PartPosition}},
		{"the end", func() { c.State, c.Evidence, c.DriverID = outcome.Final, []outcome.Evidence{{Kind: "yaw"}}, "4d" }, outcome.Confirmed,
			[]outcome.Part{outcome.PartState, outcome.PartEvidence, outcome.PartPeople}},
	} {
		step.change()
		said = c.Follow(said)
		if diff := cmp.Diff(step.want, c.Changed); diff != "" || c.HighestConfidence != step.highest {
			t.Errorf("%s: highest %s, want %s; changed (-want +got):\n%s", step.name, c.HighestConfidence, step.highest, diff)
		}
	}
}

// Whatever is added to the record belongs to a part, or is listed here.
func TestEveryFieldBelongsToAPart(t *testing.T) {
	apart := []string{"Header", "HighestConfidence", "Changed", "Late", "ReportedAt", "Method", "Consents", "Thresholds"}
	of := reflect.TypeFor[outcome.Collision]()
	for i := range of.NumField() {
		name := of.Field(i).Name
		if slices.Contains(apart, name) {
			continue
		}
		var c outcome.Collision
		before := c.Follow(outcome.Said{Highest: outcome.Possible})
		fill(reflect.ValueOf(&c).Elem().Field(i))
		if c.Follow(before); len(c.Changed) != 1 {
			t.Errorf("with %s, %q changes", name, c.Changed)
		}
	}
}

// fill sets a value to one that is not empty.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
	}
}
