package alerts_test

import (
	"fmt"
	"testing"
	"time"

	"milepost/outcome"
	"milepost/sinks/alerts"
)

var crash = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)

// collision is one that was just now found, as its revision 1.
func collision(confidence outcome.Confidence) *outcome.Collision {
	at := outcome.Time(crash.UnixMicro())
	dv, one := 31.5, 1
	c := &outcome.Collision{
		Header: outcome.Header{Type: outcome.TypeCollision, ID: outcome.ID("car-1", "collision", at), VehicleID: "car-1", At: at, Revision: 1},
		State:  outcome.Open, Confidence: confidence, ReportedAt: at + 800_000, Method: "collision/1", Severity: outcome.SeveritySerious,
		DeltaVKmh: &dv, DeltaVXKmh: &dv, DeltaVYKmh: &dv, Side: outcome.SideFront, Clock: 12, EventCount: 1, RateHz: 100,
		Position: &outcome.Fix{At: at, Lat: 40.4168, Lon: -3.7038}, RecentPositions: []outcome.Fix{{At: at - 1, Lat: 40.4167, Lon: -3.7}},
		SpeedBefore: []outcome.SpeedAt{{BeforeS: 1, SpeedKmh: 87.25}}, Pulse: &outcome.Pulse{From: at, StepMS: 10}, Passengers: &one,
		Consents: []string{outcome.ConsentAssistance}, AccountID: "account-3", DriverID: "4d", Thresholds: outcome.Thresholds{"least_kmh": 8},
	}
	c.Follow(outcome.Said{})
	return c
}

// A collision's life, revision after revision: who is told what.
func TestWhoIsToldOfWhichRevision(t *testing.T) {
	const v, a, c = alerts.Vehicle, alerts.App, alerts.Care
	type verdicts map[alerts.Receiver]alerts.Verdict
	all := func(d alerts.Verdict) verdicts { return verdicts{v: d, a: d, c: d} }
	for _, life := range []struct {
		name  string
		first *outcome.Collision
		begin verdicts
		then  []struct {
			change func(*outcome.Collision)
			want   verdicts
		}
	}{
		{name: "grows surer, ends", first: collision(outcome.Possible), begin: verdicts{v: alerts.Told, a: alerts.BelowThreshold, c: alerts.BelowThreshold},
			then: []struct {
				change func(*outcome.Collision)
				want   verdicts
			}{
				{func(x *outcome.Collision) { x.Confidence = outcome.Probable }, all(alerts.Told)},
				{func(x *outcome.Collision) { x.Pulse.StepMS = 20 }, all(alerts.Unchanged)},
				{func(x *outcome.Collision) { x.Position = nil }, verdicts{v: alerts.Unchanged, a: alerts.Told, c: alerts.Told}},
				{func(x *outcome.Collision) { x.Evidence = []outcome.Evidence{{Kind: "yaw", For: true}} }, verdicts{v: alerts.Unchanged, a: alerts.Unchanged, c: alerts.Told}},
				{func(x *outcome.Collision) { x.Severity = outcome.SeverityCritical }, all(alerts.Told)},
				{func(x *outcome.Collision) { x.State = outcome.Final }, verdicts{v: alerts.Unchanged, a: alerts.Unchanged, c: alerts.Told}},
			}},
		{name: "is taken back, and comes again", first: collision(outcome.Confirmed), begin: all(alerts.Told),
			then: []struct {
				change func(*outcome.Collision)
				want   verdicts
			}{
				{func(x *outcome.Collision) { x.Confidence = outcome.Possible }, all(alerts.Told)},
				{func(x *outcome.Collision) { x.Severity = outcome.SeverityMinor }, verdicts{v: alerts.Told, a: alerts.Unchanged, c: alerts.Unchanged}},
				{func(x *outcome.Collision) { x.Confidence = outcome.Probable }, all(alerts.Told)},
				{func(x *outcome.Collision) { x.State = outcome.Withdrawn }, all(alerts.Told)},
			}},
		{name: "never sure, withdrawn", first: collision(outcome.Possible), begin: verdicts{v: alerts.Told, a: alerts.BelowThreshold, c: alerts.BelowThreshold},
			then: []struct {
				change func(*outcome.Collision)
				want   verdicts
			}{
				{func(x *outcome.Collision) { x.State = outcome.Withdrawn }, verdicts{v: alerts.Told, a: alerts.BelowThreshold, c: alerts.BelowThreshold}},
			}},
	} {
		t.Run(life.name, func(t *testing.T) {
			x := life.first
			said := x.Follow(outcome.Said{})
			judge(t, x, life.begin)
			for _, step := range life.then {
				x.Revision++
				step.change(x)
				said = x.Follow(said)
				judge(t, x, step.want)
			}
		})
	}
}

func judge(t *testing.T, x *outcome.Collision, want map[alerts.Receiver]alerts.Verdict) {
	t.Helper()
	for _, r := range alerts.Receivers() {
		if got := (alerts.Rule{Within: 24 * time.Hour}).Judge(r, x, crash.Add(time.Second)); got != want[r] {
			t.Errorf("revision %d, changed %v: %s is %s, want %s", x.Revision, x.Changed, r, got, want[r])
		}
	}
}

func TestWhatIsWithheldOfASureOne(t *testing.T) {
	const told = alerts.Told
	for _, c := range []struct {
		name              string
		change            func(*outcome.Collision)
		after             time.Duration
		vehicle, app, car alerts.Verdict
	}{
		{"at once", func(*outcome.Collision) {}, time.Second, told, told, told},
		{"after 5 min", func(*outcome.Collision) {}, alerts.Expiry, told, told, told},
		{"a little later", func(*outcome.Collision) {}, alerts.Expiry + time.Millisecond, alerts.Stale, told, told},
		{"came late", func(x *outcome.Collision) { x.Late, x.ReportedAt = true, x.At+61_000_000 }, 62 * time.Second, alerts.Late, told, told},
		{"no consent", func(x *outcome.Collision) { x.Consents = nil }, time.Second, told, told, alerts.NoConsent},
		{"another consent", func(x *outcome.Collision) { x.Consents = []string{outcome.ConsentCollisionPosition} }, time.Second, told, told, alerts.NoConsent},
		{"late by days, just in", func(x *outcome.Collision) { x.Late, x.ReportedAt = true, x.At+72*3600_000_000 }, 72 * time.Hour, alerts.Late, told, told},
		{"an old topic read again", func(*outcome.Collision) {}, 24*time.Hour + time.Second, alerts.Old, alerts.Old, alerts.Old},
		{"a clock behind", func(*outcome.Collision) {}, -time.Minute, told, told, told},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := collision(outcome.Probable)
			c.change(x)
			for r, want := range map[alerts.Receiver]alerts.Verdict{alerts.Vehicle: c.vehicle, alerts.App: c.app, alerts.Care: c.car} {
				if got := (alerts.Rule{Within: 24 * time.Hour}).Judge(r, x, crash.Add(c.after)); got != want {
					t.Errorf("%s is %s, want %s", r, got, want)
				}
			}
		})
	}
}

// Collisions are no matter of insurers: there are three receivers, and no other is told.
func TestNobodyElseIsTold(t *testing.T) {
	if got := fmt.Sprint(alerts.Receivers()); got != "[vehicle app care]" {
		t.Errorf("the receivers are %s", got)
	}
	for _, r := range []alerts.Receiver{"", "insurer", "insurance.factors", "Vehicle"} {
		x := collision(outcome.Confirmed)
		if got := (alerts.Rule{Within: time.Hour}).Judge(r, x, crash); got == alerts.Told {
			t.Errorf("%q is told", r)
		}
		if m, err := alerts.Message(r, x); err == nil || r.EventType() != "" {
			t.Errorf("there is a message to %q: %v", r, m)
		}
	}
}
