package csvimport

import (
	"slices"
	"time"
)

// instants gives the instants, ascending, at which a zone's clocks show a local
// reading: none where they skipped it, two where they repeat it. The reading is
// written as if it were UTC; all are Unix µs.
func instants(reading int64, zone *time.Location) (at [2]int64, n int) {
	y := time.UnixMicro(reading).UTC()
	t := time.Date(y.Year(), y.Month(), y.Day(), y.Hour(), y.Minute(), y.Second(), y.Nanosecond(), zone)
	start, end := t.ZoneBounds()
	add := func(near time.Time) {
		_, offset := near.Zone()
		us := reading - int64(offset)*1e6
		if n < len(at) && !slices.Contains(at[:n], us) && readingOf(us, zone) == reading {
			at[n] = us
			n++
		}
	}
	add(t)
	if !start.IsZero() {
		add(start.Add(-time.Second))
	}
	if !end.IsZero() {
		add(end)
	}
	slices.Sort(at[:n])
	return at, n
}

// readingOf is what a zone's clocks show at an instant, as if it were UTC.
func readingOf(us int64, zone *time.Location) int64 {
	_, offset := time.UnixMicro(us).In(zone).Zone()
	return us + int64(offset)*1e6
}

// moment is a row's local reading and the instant it was taken for, both in µs.
type moment struct{ reading, at int64 }

// pass follows the rows of one drive through the hour that clocks repeat when they
// go back. Its zero value has seen no row.
type pass struct {
	begun   bool
	last    moment // the row before
	leaping bool   // the last rows may be a glitch of the clock:
	origin  moment // the row before it
	landing int64  // the reading of its first row
}

const (
	// leap is a change of the clock that is no drive's own pace: half the smallest
	// shift in use, Lord Howe's 30 min.
	leap = 15 * 60 * 1_000_000
	// glitch is the longest time that a clock is taken to have been wrong before
	// it goes on where it was, and how well it must hit that place.
	glitch = 60 * 1_000_000
)

// choose gives the instant of a reading, of the one or two that it may be. It is
// in the second pass where the clock fell by at least half the zone's shift
// against the row before, else in the pass that it was in.
func (p *pass) choose(reading int64, candidates []int64) int64 {
	before := p.before(reading)
	at := candidates[0]
	if len(candidates) == 2 && p.begun {
		first, second := candidates[0], candidates[1]
		shift := second - first
		changed := before.at > first && before.at-before.reading == second-reading // the clocks have been changed
		if changed || before.reading-reading >= shift/2 {
			at = second
		}
	}
	p.last, p.begun = moment{reading, at}, true
	return at
}

// before is the row that the next one goes on from: the last, or the one before a
// short glitch of the clock that is over.
func (p *pass) before(reading int64) moment {
	if !p.begun || abs(reading-p.last.reading) < leap {
		return p.last
	}
	lasted := p.last.reading - p.landing
	since := reading - p.origin.reading
	if p.leaping && lasted >= 0 && lasted <= glitch && since >= -glitch && since <= lasted+glitch {
		p.leaping = false
		return p.origin
	}
	p.leaping, p.origin, p.landing = true, p.last, reading
	return p.last
}

func abs(v int64) int64 { return max(v, -v) }
