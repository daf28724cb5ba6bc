package erase

import (
	"strings"
	"testing"

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
