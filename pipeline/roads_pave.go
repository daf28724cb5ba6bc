package pipeline

import (
	"slices"
	"strconv"

	"milepost/detectors"
	"milepost/geo/follow"
	"milepost/outcome"
	"milepost/telemetry"
)

// drive gives what the last trip's line, limits and coaching are computed from: nil where
// it is not kept. It is false, and the trip not given out, where it cannot be read, of which
// s.Err says why.
func (v *Vehicle) drive(s *Scratch) (*drive, bool) {
	p := v.past
	if p.live.empty() {
		return nil, true
	}
	told, err := p.live.read(s.Chunks)
	switch {
	case err == nil:
		told.sort()
		return &drive{seconds: told.seconds, marks: told.marks}, true
	case v.forgo(err, s):
		p.letGo(p.given, false)
		return &drive{lost: true}, true
	}
	s.Err = err
	return nil, false
}

// Where the signals that an unshared stretch makes unknown stand among the marked ones.
var (
	signIndex, _      = marked(telemetry.SpeedLimitSign)
	indicatorIndex, _ = marked(telemetry.HybridIndicator)
)

// pave writes a trip's route and coaching, and its speeds against limits where any are
// known, and gives its stretches of speeding.
func (v *Vehicle) pave(o *outcome.Trip, d *drive, s *Scratch) []over {
	if d == nil || d.lost {
		o.Route = v.route(outcome.RoutePart{})
		o.Receipt.Flags = append(o.Receipt.Flags, "seconds_not_kept")
		return nil
	}
	p := &s.paving
	p.lay(d, int64(o.StartedAt), int64(o.EndedAt))
	p.way.Reset()
	reached := s.Roads != nil && s.Roads.Follow(&p.track, &p.way) == nil
	if !reached {
		p.way.Reset()
	}
	p.place()
	measured := p.judge(v.trip.terms.zone)
	asked := asksFor(s.Roads, d)
	if asked {
		o.Receipt.Thresholds = s.receipt().speeding
	}
	v.coach(o, p)
	limited(o, measured)
	o.Counts.Speeding = len(measured.Found)
	found := p.placed(measured.Found)
	p.steady()
	if as, ok := p.alike(); ok && !asked {
		o.Route = v.route(as)
		return found
	}
	r := routing{p: p}
	if reached {
		r.roads = s.Roads
		receipt := s.Roads.Receipt()
		o.Receipt.Map = &receipt
		if len(p.way.Lines) > 0 { // off the map nobody knows what road it is
			metres, time := p.highway()
			o.HighwayM, o.HighwayS, o.Countries = known(metres, 1), known(time, 1), countries(&p.way)
		}
	}
	o.Route = r.draw()
	if r.unreached || s.Roads != nil && !reached {
		o.Receipt.Flags = append(o.Receipt.Flags, "map_not_reached")
	}
	d.sparing(o)
	r.distances(o, reached)
	return found
}

// asksFor reports whether a drive may have been held against limits, or gone on where it
// was not shared.
func asksFor(r Roads, d *drive) bool {
	return r != nil || slices.ContainsFunc(d.marks, func(m mark) bool {
		return m.signal == telemetry.SpeedLimitSign || m.signal == telemetry.LocationShared && m.value != 1
	})
}

// limited writes what was driven above limits; nothing where none was known.
func limited(o *outcome.Trip, m *detectors.Speeding) {
	if m.KnownM == 0 {
		return
	}
	by := make(map[string]float64, len(m.BySource))
	for source, metres := range m.BySource {
		by[string(source)] = round(metres, 1)
	}
	o.OverspeedM, o.OverspeedS = known(m.Bands[0]+m.Bands[1]+m.Bands[2], 1), known(m.OverUs/1e6, 1)
	o.Speeding = &outcome.Speeding{
		LimitKnownM: round(m.KnownM, 1), LimitKnownS: round(m.KnownUs/1e6, 1), BySourceM: by,
		Over0M: round(m.Bands[0], 1), Over10M: round(m.Bands[1], 1), Over20M: round(m.Bands[2], 1),
	}
}

// highway is the way on motorways, m by the wheels, and its time, s.
func (p *paving) highway() (metres, time float64) {
	for i := range p.steps {
		if q := &p.steps[i]; q.highway {
			metres += q.metres
			time += seconds(q.span)
		}
	}
	return metres, time
}

// countries that a way leads through, each once, in the order driven.
func countries(w *follow.Way) (names []string) {
	for i := range w.Lines {
		for _, s := range w.Lines[i].Stretches {
			if s.Country != "" && !slices.Contains(names, s.Country) {
				names = append(names, s.Country)
			}
		}
	}
	return names
}

// distances writes what the route is long: a stretch that was not shared counts by the
// estimate alone.
func (r *routing) distances(o *outcome.Trip, mapped bool) {
	if mapped {
		matched := 0.0
		for i := range r.p.way.Lines {
			matched += r.p.way.Lines[i].Length()
		}
		o.Receipt.Distances["matched"] = round(matched, 1)
	}
	if r.hidden == 0 {
		return
	}
	o.Receipt.Distances["disclosed"], o.Receipt.Distances["estimated"] = o.DistanceM, round(r.estimated, 1)
	o.DistanceM = round(o.DistanceM+r.estimated, 1)
	if r.blank > 0 {
		o.Receipt.Flags = append(o.Receipt.Flags, "stretches_left_blank_"+strconv.Itoa(r.blank))
	}
}
