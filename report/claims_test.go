package report

import (
	"strings"
	"testing"

	"milepost/outcome"
)

// factOf gives the text of a report's fact.
func factOf(t *testing.T, r *Report, name string) string {
	t.Helper()
	for _, f := range r.Facts() {
		if f.Name == name {
			return f.Text
		}
	}
	t.Fatalf("no fact %q", name)
	return ""
}

// A report goes before courts: it claims nothing that no sensor could tell.
func TestNothingIsClaimedThatNobodySaw(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*outcome.Collision)
		fact   string
		want   string
	}{
		{"no motion: a rollover is not ruled out", func(c *outcome.Collision) { c.RateHz, c.Flags = 0, []string{"airbag_only"} }, "Rollover", "not known"},
		{"wheels alone: nor here", func(c *outcome.Collision) { c.Flags = []string{"wheel_speed_only"} }, "Rollover", "not known"},
		{"motion", func(*outcome.Collision) {}, "Rollover", "none seen"},
		{"a rollover", func(c *outcome.Collision) { c.Rollover = true }, "Rollover", "yes"},
		{"a clipped sensor: the band is a bound as well", func(c *outcome.Collision) { c.SensorSaturated, c.Severity = true, outcome.SeverityModerate }, "Severity", "At least moderate"},
		{"samples are missing", func(c *outcome.Collision) { c.Flags, c.Severity = []string{"samples_missing"}, outcome.SeverityMinor }, "Severity", "At least minor"},
		{"there is none above", func(c *outcome.Collision) { c.SensorSaturated, c.Severity = true, outcome.SeverityCritical }, "Severity", "Critical"},
		{"no band", func(c *outcome.Collision) { c.SensorSaturated, c.Severity = true, outcome.SeverityUnknown }, "Severity", "Not known"},
		{"measured whole", func(c *outcome.Collision) { c.Severity = outcome.SeverityModerate }, "Severity", "Moderate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := frontal()
			r.Collision.SensorSaturated, r.Collision.Flags, r.Collision.Rollover = false, nil, false
			c.change(&r.Collision)
			if got := factOf(t, r, c.fact); got != c.want {
				t.Errorf("%s: %q, want %q", c.fact, got, c.want)
			}
		})
	}
}

// How many sat in the vehicle is known of seats that report it: what a buckle alone tells
// is not measured.
func TestSeatsAreInferred(t *testing.T) {
	r := frontal()
	if r.Collision.Passengers == nil {
		t.Fatal("the sample tells of no seat")
	}
	d := r.Document(false)
	for _, s := range d.Measured {
		if strings.Contains(s.Text, "eats") {
			t.Errorf("measured: %s", s.Text)
		}
	}
	said := ""
	for _, s := range d.Inferred {
		said += s.Text
	}
	if !strings.Contains(said, "Others may have been") {
		t.Errorf("inferred: %s", said)
	}
	if got := factOf(t, r, "Seats known taken"); got != "2, the driver's included" {
		t.Error(got)
	}
}

// What its time rests on is said.
func TestWhoseClock(t *testing.T) {
	if s := frontal().Document(false).Measured[0]; s.Fields[0] != "at" || !strings.Contains(s.Text, "vehicle's own clock") {
		t.Errorf("%+v", s)
	}
}

// Whoever is handed the report learns nobody's account, in neither form.
func TestNoAccountAndNoDriver(t *testing.T) {
	r := frontal()
	r.Collision.AccountID, r.Collision.DriverID = "account-of-somebody", "0123456789abcd"
	var text strings.Builder
	if err := r.JSON(&text, true); err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{text.String(), readPaper(t, pdfOf(t, r)).String()} {
		if strings.Contains(said, "account-of") || strings.Contains(said, "0123456789abcd") {
			t.Error("the report names account or driver")
		}
	}
	if r.Collision.AccountID == "" {
		t.Error("the record was changed")
	}
}
