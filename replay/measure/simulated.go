package measure

import (
	"context"
	"fmt"

	"milepost/fixtures"
	"milepost/outcome"
)

// Simulated is what a simulated fleet, whose every manoeuvre is known, came to.
type Simulated struct {
	Rates  Rates             `json:"rates"`
	Events []SimulatedEvents `json:"events"`
}

// SimulatedEvents are the harsh manoeuvres that sensors of one pair of rates showed.
type SimulatedEvents struct {
	MotionHz     int   `json:"motion_hz"` // 0: none
	SpeedHz      int   `json:"speed_hz"`
	Braking      Pairs `json:"braking"`
	Acceleration Pairs `json:"acceleration"`
	Cornering    Pairs `json:"cornering"`
	All          Pairs `json:"all"`
}

// sensing is a pair of rates, Hz; no motion at 0.
type sensing struct{ motion, speed int }

var sensings = [...]sensing{{0, 1}, {0, 5}, {0, 10}, {10, 1}, {10, 5}, {10, 10}}

// manoeuvreSlackS is how far apart a manoeuvre and its event may be.
const manoeuvreSlackS = 2

// OfSimulated simulates a fleet once for each pair of rates.
func OfSimulated(ctx context.Context, seed uint64, vehicles, days int) (*Simulated, error) {
	s := &Simulated{}
	drives := drivesSeen{}
	for i, at := range sensings {
		f, err := fixtures.New(fixtures.Config{Seed: seed, Vehicles: vehicles, Days: days, MotionHz: at.motion, SpeedHz: at.speed,
			FrameSeconds: 10, Quiet: true, Uplinks: []fixtures.Uplink{fixtures.Stream}})
		if err != nil {
			return nil, fmt.Errorf("measure a simulated fleet: %w", err)
		}
		var truth, found []mark
		for n := range f.Vehicles() {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("measure a simulated fleet: %w", err)
			}
			v := f.Vehicle(n)
			p, err := playVehicle(v)
			if err != nil {
				return nil, fmt.Errorf("measure a simulated fleet: %w", err)
			}
			drives.add(i, v.Truth(), p.trips)
			truth = append(truth, trueMarks(n, v.Truth())...)
			found = append(found, foundMarks(n, p.events)...)
		}
		s.Events = append(s.Events, eventsOf(at, truth, found))
	}
	s.Rates = drives.compare()
	return s, nil
}

func trueMarks(drive int, truth fixtures.Truth) (marks []mark) {
	for _, m := range truth.Manoeuvres {
		marks = append(marks, mark{drive: drive, kind: m.Kind, from: float64(m.Start) / 1e6, to: float64(m.End) / 1e6, counts: true})
	}
	return marks
}

// foundMarks are the harsh events among events.
func foundMarks(drive int, events []*outcome.Event) (marks []mark) {
	for _, e := range events {
		if e.Kind != outcome.KindSpeeding {
			from := float64(e.StartedAt) / 1e6
			marks = append(marks, mark{drive: drive, kind: string(e.Kind), from: from, to: from + e.DurationS, level: e.Level})
		}
	}
	return marks
}

func eventsOf(at sensing, truth, found []mark) SimulatedEvents {
	e := SimulatedEvents{MotionHz: at.motion, SpeedHz: at.speed, All: pair(truth, found, manoeuvreSlackS)}
	for kind, to := range map[outcome.EventKind]*Pairs{
		outcome.HarshBraking: &e.Braking, outcome.HarshAcceleration: &e.Acceleration, outcome.HarshCornering: &e.Cornering,
	} {
		*to = pair(ofKind(truth, kind), ofKind(found, kind), manoeuvreSlackS)
	}
	return e
}

func ofKind(marks []mark, kind outcome.EventKind) (of []mark) {
	for _, m := range marks {
		if m.kind == string(kind) {
			of = append(of, m)
		}
	}
	return of
}
