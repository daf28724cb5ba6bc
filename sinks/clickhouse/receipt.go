package clickhouse

import (
	"reflect"

	"milepost/outcome"
)

// receipt appends the JSON of r, as encoding/json has it.
func (e *encoder) receipt(r *outcome.Receipt) error {
	e.err = nil
	e.raw(`{"method":`)
	e.text(r.Method)
	e.raw(`,"inputs":`)
	e.numbers(r.Inputs)
	e.raw(`,"thresholds":`)
	e.constants(r.Thresholds)
	if r.Events != "" {
		e.raw(`,"events":`)
		e.text(r.Events)
	}
	e.raw(`,"tracks":`)
	e.tracks(r.Tracks)
	e.raw(`,"distances_m":`)
	e.numbers(r.Distances)
	if r.Map != nil {
		e.raw(`,"map":{"method":`)
		e.text(r.Map.Method)
		e.raw(`,"service":`)
		e.text(r.Map.Service)
		e.raw(`,"version":`)
		e.text(r.Map.Version)
		e.raw("}")
	}
	if len(r.Flags) > 0 {
		e.raw(`,"flags":`)
		for i, flag := range r.Flags {
			e.raw(opening(i))
			e.text(flag)
		}
		e.raw("]")
	}
	e.raw("}")
	return e.err
}

// constants appends a map that most receipts share: within a batch, which nobody
// changes, the same map has the same text.
func (e *encoder) constants(m map[string]float64) {
	if m != nil && reflect.ValueOf(m).UnsafePointer() == reflect.ValueOf(e.constant.of).UnsafePointer() {
		e.out = append(e.out, e.constant.text...)
		return
	}
	from := len(e.out)
	e.numbers(m)
	e.constant.of, e.constant.text = m, append(e.constant.text[:0], e.out[from:]...)
}

func (e *encoder) tracks(tracks []outcome.TrackSpan) {
	if tracks == nil {
		e.raw("null")
		return
	}
	for i := range tracks {
		t := &tracks[i]
		e.raw(opening(i))
		e.raw(`{"track":`)
		e.text(t.Track)
		e.raw(`,"from":`)
		e.time(t.From)
		e.raw(`,"to":`)
		e.time(t.To)
		e.raw(`,"samples":`)
		e.whole(t.Samples)
		e.raw(`,"rate_hz":`)
		e.number(t.RateHz)
		e.raw(`,"gaps":`)
		e.whole(t.Gaps)
		e.raw(`,"gap_s":`)
		e.number(t.GapS)
		e.raw("}")
	}
	e.closing(len(tracks))
}

// parts appends the JSON of a route's parts.
func (e *encoder) parts(parts []outcome.RoutePart) error {
	e.err = nil
	if parts == nil {
		e.raw("null")
		return nil
	}
	for i := range parts {
		e.raw(opening(i))
		e.raw(`{"from":`)
		e.whole(parts[i].From)
		e.raw(`,"to":`)
		e.whole(parts[i].To)
		e.raw(`,"source":`)
		e.text(string(parts[i].Source))
		if ev := parts[i].IsEV; ev != nil {
			e.raw(`,"is_ev":`)
			e.truth(*ev)
		}
		if parts[i].Mode != "" {
			e.raw(`,"mode":`)
			e.text(string(parts[i].Mode))
		}
		if parts[i].Overspeed {
			e.raw(`,"overspeed":true`)
		}
		if parts[i].Highway {
			e.raw(`,"highway":true`)
		}
		e.raw("}")
	}
	e.closing(len(parts))
	return e.err
}

// opening stands before the entry i of a list.
func opening(i int) string {
	if i == 0 {
		return "["
	}
	return ","
}

// closing ends a list of so many entries.
func (e *encoder) closing(entries int) {
	if entries == 0 {
		e.raw("[")
	}
	e.raw("]")
}
