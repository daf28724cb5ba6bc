package detectors

import (
	"math"

	"milepost/outcome"
)

// Step is one step of a drive, some second long, with the limit that was in force.
type Step struct {
	At, Span int64   // µs: its end, and how long it took
	Metres   float64 // driven by the wheels
	Speed    float64 // m/s, not negative
	Limit    float64 // m/s; NaN unknown, +Inf where there is none to exceed
	Source   outcome.LimitSource
	Unseen   bool // nothing was observed for too long: neither its speed nor its way is judged
}

// The rules of speeding [defaults of this project; reference: docs/method/speeding.md].
const (
	toleranceMS    = 5 / 3.6 // above a limit, or the share where that is more
	tolerance      = 0.07
	releaseOver    = 0.03 // above the limit: an event goes on down to there
	speedingFor    = 10 * second
	grossOver      = 0.30
	grossFor       = 3 * second
	speedingBridge = 5 * second // below the release level, or without a known limit: still the same event
	// resolution is what rounding in a second's summary may add to a speed, m/s: driving
	// just as fast as allowed is not speeding.
	resolution = 0.05 / 3.6
)

// SpeedingThresholds are the rules of speeding as a receipt names them.
func SpeedingThresholds() map[string]float64 {
	return map[string]float64{
		"speeding_tolerance_kmh": 5, "speeding_tolerance_share": tolerance, "speeding_release_share": releaseOver,
		"speeding_s": speedingFor / second, "speeding_gross_share": grossOver, "speeding_gross_s": grossFor / second,
		"speeding_bridge_s": speedingBridge / second,
	}
}

// Over is a stretch of speeding.
type Over struct {
	Start, End int64   // µs
	Metres     float64 // driven from the start to the end
	Level      int     // 1 to 3: by up to 10, up to 20, more than 20 %, at the highest excess
	Speed      float64 // m/s, of its first step
	Peak       float64 // m/s, at the highest excess
	Limit      float64 // m/s, there
	Source     outcome.LimitSource
}

// Speeding measures a drive against its limits and finds stretches of speeding. Steps
// are given in the order of time. The zero value is ready.
type Speeding struct {
	KnownM, KnownUs float64 // driven where the limit is known; µs
	BySource        map[outcome.LimitSource]float64
	Bands           [3]float64 // m above the limit by up to 10, up to 20, more than 20 %
	OverUs          float64    // µs above it
	Found           []Over

	held    bool
	over    Over
	excess  float64 // the highest, as a share of the limit
	beyond  float64 // m driven since over.End, which count if the event goes on
	gap     int64   // µs since then
	slow    bool    // since then the speed fell below the release level
	open    int64   // µs above the release level
	gross   int64   // µs above the gross excess, without a break
	grossly bool    // it was long enough
}

// Add takes a step and reports whether it was driven above a known limit.
func (s *Speeding) Add(p Step) (over bool) {
	known := !p.Unseen && !math.IsNaN(p.Limit)
	excess := 0.0
	if known {
		excess = p.excess()
		s.count(&p, excess)
	}
	s.follow(&p, known, excess)
	return excess > 0
}

// excess is the share by which a step was faster than its limit; 0 where it was not.
func (p *Step) excess() float64 {
	if p.Speed <= p.Limit+resolution {
		return 0
	}
	return p.Speed/p.Limit - 1
}

func (s *Speeding) count(p *Step, excess float64) {
	s.KnownM += p.Metres
	if p.Speed > standstill {
		s.KnownUs += float64(p.Span)
	}
	if s.BySource == nil {
		s.BySource = make(map[outcome.LimitSource]float64)
	}
	s.BySource[p.Source] += p.Metres
	if excess > 0 {
		s.Bands[level(excess)-1] += p.Metres
		s.OverUs += float64(p.Span)
	}
}

// level is 1, 2 or 3 by an excess over the limit.
func level(excess float64) int {
	switch {
	case excess > 0.20:
		return 3
	case excess > 0.10:
		return 2
	}
	return 1
}

// follow takes a step into the event under way, or begins one.
func (s *Speeding) follow(p *Step, known bool, excess float64) {
	switch {
	case p.Unseen:
		s.End()
	case known && p.Speed > p.Limit+max(toleranceMS, float64(tolerance*p.Limit))+resolution:
		s.extend(p, excess)
	case !s.held:
	case known && !s.slow && p.Speed >= float64(p.Limit*(1+releaseOver)):
		s.extend(p, excess)
	default:
		s.slow = s.slow || known
		s.beyond += p.Metres
		if s.gap += p.Span; s.gap > speedingBridge {
			s.End()
		}
	}
}

// extend takes a step into the event, which may begin with it.
func (s *Speeding) extend(p *Step, excess float64) {
	if !s.held {
		s.held, s.over, s.excess = true, Over{Start: p.At - p.Span, Speed: p.Speed}, -1
	}
	s.over.End = p.At
	s.over.Metres += s.beyond + p.Metres
	s.beyond, s.gap, s.slow = 0, 0, false
	s.open += p.Span
	if s.gross += p.Span; excess <= grossOver {
		s.gross = 0
	}
	s.grossly = s.grossly || s.gross >= grossFor
	if excess > s.excess {
		s.excess, s.over.Peak, s.over.Limit, s.over.Source = excess, p.Speed, p.Limit, p.Source
	}
}

// End ends the event under way, if there is one, and keeps it if it was long enough.
func (s *Speeding) End() {
	if s.held && (s.open >= speedingFor || s.grossly) {
		s.over.Level = level(s.excess)
		s.Found = append(s.Found, s.over)
	}
	s.held, s.beyond, s.gap, s.slow, s.open, s.gross, s.grossly = false, 0, 0, false, 0, 0, false
}
