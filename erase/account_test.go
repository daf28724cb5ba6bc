package erase

import (
	"strings"
	"testing"
	"time"

	"milepost/fleet"
	"milepost/ingest/cars"
	"milepost/sinks"
)

// A setting that its producer wrote while the topic was read is not undone in silence.
func TestAProfileWrittenBetweenReadingAndWritingIsTold(t *testing.T) {
	const before, meanwhile = `{"vehicle_id":"car-7","history":[{"account_id":"gone"}]}`, `{"vehicle_id":"car-7","history":[{"account_id":"gone","location_sharing":"off"}]}`
	for name, test := range map[string]struct {
		crossed, later bool
		want           string
	}{"nothing": {}, "before it": {crossed: true, want: errCrossed.Error()}, "behind it": {later: true}} {
		t.Run(name, func(t *testing.T) {
			c := topic(t, "cleanup.policy", "compact")
			write(t, c, 1, "car-7", before)
			step, whose := &Topic{Kind: KindProfiles, Name: "topic", Cluster: c, Now: now}, sinks.Subject{Account: "gone"}
			step.Say = func(what string) {
				if test.crossed && strings.Contains(what, "partition 2") { // partition 1 was read by then
					test.crossed = false
					write(t, c, 1, "car-7", meanwhile)
				}
			}
			places := step.Erase(t.Context(), whose, false)
			if test.later {
				write(t, c, 1, "car-7", `{"vehicle_id":"car-7","history":[{"account_id":"next"}]}`)
			}
			if step.Verify(t.Context(), whose, places); places[0].Error != test.want {
				t.Errorf("%+v, want the error %q", places[0], test.want)
			}
		})
	}
}

// Dead letters, events and months name no account: when they end is told all the same.
func TestWhatNamesNoAccountEndsByItself(t *testing.T) {
	c := topic(t, "cleanup.policy", "delete", "retention.ms", "3600000", "segment.ms", "3600000")
	write(t, c, 1, "car-7", `{"class":"late"}`)
	for _, kind := range []string{KindOutcomes, KindDeadLetters} {
		p := erased(t, &Topic{Kind: kind, Name: "topic", Cluster: c, Now: now}, sinks.Subject{Account: "a"})
		if p.GoneBy == nil || !strings.Contains(p.Check, "ends by itself") {
			t.Errorf("%s: %+v", kind, p)
		}
	}
}

// A producer may take an account out of its profiles before it asks for the erasure: the
// trip under way names it still.
func TestStateWithoutAnAccountThatNoProfileNames(t *testing.T) {
	dir, log := claimed(t)
	all := cars.New()
	for vehicle, account := range map[string]string{"car-now": "gone", "car-other": "gone-too"} {
		for i, p := range []fleet.Profile{{VehicleID: vehicle, Account: account}, {VehicleID: vehicle}} {
			if err := all.Know(fleet.Always(p)); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				underWay(t, all, vehicle, 0)
			}
		}
	}
	checkpoint(t, log, all)
	p := erased(t, &State{Store: dir, Owner: "eraser", Owned: nobody, Patience: time.Minute}, sinks.Subject{Account: "gone"})
	if got := left(t, dir); p.Found["entries"] != 1 || strings.Contains(got, "v/car-now") || !strings.Contains(got, "v/car-other") || !strings.Contains(got, "p/car-now") {
		t.Errorf("found %v, left are\n%s", p.Found, got)
	}
}
