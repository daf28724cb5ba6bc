package main

import (
	"fmt"
	"io"
	"sort"

	"github.com/jedib0t/go-pretty/v6/table"

	"milepost/fixtures"
	"milepost/outcome"
)

// styledTrip is a trip with the style in which the simulator drove it.
type styledTrip struct {
	style     fixtures.Style
	distanceM float64
	score     *float64
	harsh     int
	overM     float64 // driven above the limit
	limitM    float64 // driven where the limit is known
}

// latestTrips keeps the highest revision of each trip, in the order in which the
// trips first came.
type latestTrips struct {
	index map[string]int
	trips []*outcome.Trip
}

func newLatestTrips() *latestTrips { return &latestTrips{index: map[string]int{}} }

func (l *latestTrips) add(t *outcome.Trip) {
	i, ok := l.index[t.ID]
	if !ok {
		l.index[t.ID] = len(l.trips)
		l.trips = append(l.trips, t)
	} else if t.Revision >= l.trips[i].Revision {
		l.trips[i] = t
	}
}

// styled looks up who drove: the true trip under way in the middle of the trip.
func (l *latestTrips) styled(truth fixtures.Truth) []styledTrip {
	var out []styledTrip
	for _, t := range l.trips {
		if t.State == outcome.Withdrawn {
			continue
		}
		middle := int64(t.StartedAt+t.EndedAt) / 2
		i := sort.Search(len(truth.Trips), func(i int) bool { return truth.Trips[i].End >= middle })
		if i == len(truth.Trips) {
			continue
		}
		s := styledTrip{style: truth.Trips[i].Style, distanceM: t.DistanceM,
			harsh: t.Counts.HarshBraking + t.Counts.HarshAcceleration + t.Counts.HarshCornering}
		if p := t.Scores.Performance; p != nil {
			s.score = &p.Score
		}
		if t.Speeding != nil && t.OverspeedM != nil {
			s.overM, s.limitM = *t.OverspeedM, t.Speeding.LimitKnownM
		}
		out = append(out, s)
	}
	return out
}

// printStyles compares the simulated drivers: a score that did not order them
// would be worth nothing.
func printStyles(w io.Writer, results []vehicleResult) error {
	t := newTable("Simulated driver", "Trips", "km", "Harsh per 100 km", "Over the limit", "Score")
	for _, style := range []fixtures.Style{fixtures.Calm, fixtures.Average, fixtures.Aggressive} {
		t.AppendRow(styleRow(style, results))
	}
	if err := printTable(w, t); err != nil {
		return err
	}
	_, err := fmt.Fprint(w, styleNotes)
	return err
}

// styleNotes say why a driver may be over the limit often and speed seldom.
const styleNotes = `
Over the limit: any excess counts. An event of speeding takes an excess of
5 km/h and 7 % for 10 s. Cruising, simulated drivers mean to go 3 % below the
limit (calm), 2 % (average) and 10 % (aggressive) above it.
`

func styleRow(style fixtures.Style, results []vehicleResult) table.Row {
	var trips, harsh int
	var metres, over, limited, scored, weighted float64
	for _, r := range results {
		for _, trip := range r.trips {
			if trip.style != style {
				continue
			}
			trips++
			harsh += trip.harsh
			metres += trip.distanceM
			over += trip.overM
			limited += trip.limitM
			if trip.score != nil {
				scored += trip.distanceM
				weighted += float64(*trip.score * trip.distanceM)
			}
		}
	}
	return table.Row{style, trips, fmt.Sprintf("%.0f", metres/1000),
		ratio(float64(harsh)*100_000, metres, "%.1f"), ratio(over*100, limited, "%.0f %%"), ratio(weighted, scored, "%.0f")}
}

// ratio prints a/b, or a dash where there is nothing to divide by.
func ratio(a, b float64, format string) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf(format, a/b)
}
