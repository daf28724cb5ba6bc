package detectors

import "math"

// The past of the vehicle's speed: the newest readings a tenth of a second apart, and
// one every 2 s for half a minute.
const (
	recentSpeeds = 6
	recentStep   = 95 * millisecond
	pastSpeeds   = 16
	pastSlot     = 2 * second
	beforeSpan   = 30 * second
	speedPerUnit = 256 // of packed speeds, per m/s
)

type speedPast struct {
	newest SpeedAt
	recent [recentSpeeds]speedMark // a ring
	head   uint8                   // of the ring: where the oldest is
	past   [pastSpeeds]pastMark    // by slot number
	slot   int64                   // the newest slot
	marked int64                   // time of the newest of recent
}

// speedMark is a recent reading; its age tells in µs before the newest mark.
type speedMark struct {
	at int64
	v  float32
}

// pastMark is the first reading of a slot; ms from its beginning, 0 length for none.
type pastMark struct {
	ms uint16 // plus 1; 0 for no reading
	v  int16
}

// add takes a reading, later than those before.
func (p *speedPast) add(at int64, v float32) {
	p.newest = SpeedAt{at, float64(v)}
	p.keep(at, v)
}

// keep remembers a reading where it is the first of its step or slot.
func (p *speedPast) keep(at int64, v float32) {
	if at-p.marked >= recentStep {
		p.marked = at
		p.recent[p.head%recentSpeeds] = speedMark{at, v}
		if p.head++; p.head == recentSpeeds {
			p.head = 0
		}
	}
	if at >= (p.slot+1)*pastSlot {
		p.enter(at, v)
	}
}

// enter begins the slot of a reading.
func (p *speedPast) enter(at int64, v float32) {
	slot := at / pastSlot
	if slot <= p.slot {
		return
	}
	for s := max(p.slot, slot-pastSpeeds) + 1; s < slot; s++ {
		p.past[s%pastSpeeds] = pastMark{}
	}
	p.slot = slot
	p.past[slot%pastSpeeds] = pastMark{uint16((at-slot*pastSlot)/millisecond) + 1, packSpeed(v)}
}

// mark is a recent reading, 0 the oldest.
func (p *speedPast) mark(i int) *speedMark { return &p.recent[(int(p.head)+i)%recentSpeeds] }

func packSpeed(v float32) int16 {
	return int16(math.Round(float64(min(max(v, -127), 127)) * speedPerUnit))
}

// staleAtImpact is the age from which a speed says nothing of that at impact.
const staleAtImpact = 3 * second

// impactLead is how long before time zero a speed must be to be believed: wheels lock.
const impactLead = 100 * millisecond

// atImpact is the last speed at least 0.1 s before time zero, NaN where there is none.
func (p *speedPast) atImpact(t0 int64) float64 {
	if at := p.newest.At; at != 0 && at <= t0-impactLead && at >= t0-staleAtImpact {
		return p.newest.V
	}
	for i := recentSpeeds - 1; i >= 0; i-- {
		m := p.mark(i)
		if m.at != 0 && m.at <= t0-impactLead && m.at >= t0-staleAtImpact {
			return float64(m.v)
		}
	}
	return math.NaN()
}

// before gives the readings of the half minute before a time.
func (p *speedPast) before(t0 int64) []SpeedAt {
	var out []SpeedAt
	for s := max(0, p.slot-pastSpeeds+1); s <= p.slot; s++ {
		m := p.past[s%pastSpeeds]
		at := s*pastSlot + (int64(m.ms)-1)*millisecond
		if m.ms != 0 && at < t0 && at >= t0-beforeSpan && (p.mark(0).at == 0 || at < p.mark(0).at) {
			out = append(out, SpeedAt{at, float64(m.v) / speedPerUnit})
		}
	}
	for i := range p.recent {
		m := p.mark(i)
		if m.at != 0 && m.at < t0 && m.at >= t0-beforeSpan {
			out = append(out, SpeedAt{m.at, float64(m.v)})
		}
	}
	return out
}

// Shorten forgets the speeds of more than 20 s before a whole second, Unix s: of a vehicle
// that does not share its location no longer past is kept.
func (d *Collisions) Shorten(now int64) {
	if d.watch == nil {
		return
	}
	const unsharedSpan = 20 * second
	p := &d.watch.speeds
	for s := max(0, p.slot-pastSpeeds+1); s <= p.slot && s*pastSlot < now*second-unsharedSpan; s++ {
		p.past[s%pastSpeeds] = pastMark{}
	}
	for i := range p.recent {
		if p.recent[i].at < now*second-unsharedSpan {
			p.recent[i] = speedMark{}
		}
	}
}
