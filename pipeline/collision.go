package pipeline

import (
	"cmp"
	"math"
	"slices"

	"milepost/detectors"
	"milepost/outcome"
)

const (
	// hushAfter is how long, in µs of arrival time, a vehicle must have been silent for
	// what is open to be final.
	hushAfter = 60 * 1_000_000
	// lateAfter is how long, in µs, after a collision the record may come that tells of it.
	lateAfter = 60 * 1_000_000
	// oneCollision is the longest time, µs, between impacts of one collision.
	oneCollision = 5 * 1_000_000
	// keptCollisions bounds those that can be revised.
	keptCollisions = 4
)

// collisions is what a vehicle keeps to find collisions, on a trip or off, and to revise
// the last few. Trips know nothing of it, nor it of trips.
type collisions struct {
	hush     int64                // arrival time at which silence ends what is open, 0 for none
	broken   int64                // arrival time at which a pulse of which no more came is told of, 0 for none
	arrived  int64                // of the newest record, µs
	known    []*collision         // those that can be revised, by their time
	veils    bool                 // a hidden place is kept, here or of a known collision
	detector detectors.Collisions // what each record needs comes first, next to the above
	places   places
	wheel    wheel
	gone     int64 // time of the newest that is not known any more, µs: what comes late of before is refused
}

// collision is one that can be revised.
type collision struct {
	at       int64                 // that the identity is made of, µs
	live     []detectors.Collision // as the samples told of it; several where one was found only later to belong to another
	late     []detectors.Collision // as what came late told of it; one at most
	places   []fix                 // up to three before it, the newest first
	terms    party
	revision uint32
	said     outcome.Said
	reported int64 // arrival time of the record behind it, µs
	closed   bool  // a final revision is out
	tardy    bool  // the first revision was late
	guess    int64 // that one of live, by its time, of which only a part of the pulse was there; 0 for none
}

// party is what a collision says of the vehicle and its people, as of its time.
type party struct {
	powertrain string
	account    string
	driver     int64 // behind the wheel or, if nobody was identified, linked; 0 for none
	assist     bool  // consents to assistance
	placed     bool  // consents to its place being told though the location is not shared
}

// wheel is who is behind it.
type wheel struct {
	driver, before int64 // 0 for nobody known
	since          int64 // µs
}

// take notes an identification.
func (w *wheel) take(at, driver int64) {
	if driver != w.driver {
		w.before, w.driver, w.since = w.driver, driver, at
	}
}

// at is who was there at a time that is not long ago.
func (w *wheel) at(at int64) int64 {
	if at < w.since {
		return w.before
	}
	return w.driver
}

// crash looks for collisions in a chunk. What it finds follows from the samples up to
// the one that showed it.
func (v *Vehicle) crash(c *detectors.Chunk, s *Scratch) {
	x := v.collisions
	way := waypoints{chunk: c, scratch: s, vehicle: v}
	s.crashes = x.detector.Apply(c, s.crashes[:0])
	s.IgnoredAlarms += x.detector.Ignored()
	for i := range s.crashes {
		// Places up to its time, and no later ones: they may come in another frame.
		way.upTo(s.crashes[i].At)
		v.take(&s.crashes[i], c.Frame.Arrived, s)
	}
	way.upTo(math.MaxInt64)
}

// take takes what the detector found, or more of what it found before, and tells it.
func (v *Vehicle) take(found *detectors.Collision, arrived int64, s *Scratch) {
	k := v.collisions.belongs(found)
	if k == nil {
		if found.At <= v.collisions.gone {
			return // forgotten: it may be out already
		}
		k = v.collisions.add(v.begin(found.At, arrived))
	}
	if k.guess == found.At {
		k.guess = 0
	}
	k.replace(found)
	v.tell(k, arrived, s)
}

// begin makes a collision, of which nothing is told yet, of a time.
func (v *Vehicle) begin(at, arrived int64) *collision {
	x := v.collisions
	k := &collision{at: at, terms: v.party(at), tardy: arrived-at > lateAfter}
	if k.terms.driver == 0 {
		k.terms.driver = v.known.At(at).DriverNumber()
	}
	k.places = x.places.before(at, at)
	return k
}

// party gives what was known at a time.
func (v *Vehicle) party(at int64) party {
	p := v.known.At(at)
	return party{
		powertrain: string(p.Powertrain), account: p.Account, driver: v.collisions.wheel.at(at),
		assist: slices.Contains(p.Consents, outcome.ConsentAssistance),
		placed: slices.Contains(p.Consents, outcome.ConsentCollisionPosition),
	}
}

// replace puts what is known of an impact in place of what was.
func (k *collision) replace(found *detectors.Collision) {
	i := slices.IndexFunc(k.live, func(c detectors.Collision) bool { return c.At == found.At })
	if i < 0 {
		k.live = append(k.live, *found)
		return
	}
	k.live[i] = *found
}

// belongs gives the known collision that a finding is of, nil for none.
func (x *collisions) belongs(found *detectors.Collision) *collision {
	for _, k := range x.known {
		if slices.ContainsFunc(k.live, func(c detectors.Collision) bool { return c.At == found.At }) {
			return k
		}
	}
	from, to := reach(found)
	return x.near(from, to)
}

// near gives the first known collision with an impact near a time from..to, nil for none.
func (x *collisions) near(from, to int64) *collision {
	for _, k := range x.known {
		first, last := k.span()
		if from <= last+oneCollision && to >= first-oneCollision {
			return k
		}
	}
	return nil
}

// span is from its first impact to its last, µs.
func (k *collision) span() (first, last int64) {
	first, last = k.at, k.at
	for _, list := range [...][]detectors.Collision{k.live, k.late} {
		for i := range list {
			from, to := reach(&list[i])
			first, last = min(first, from), max(last, to)
		}
	}
	return first, last
}

// reach is from the first impact of a finding to its last, µs.
func reach(c *detectors.Collision) (first, last int64) {
	first, last = c.At, c.At
	for i := range c.Impacts {
		first, last = min(first, c.Impacts[i].At), max(last, c.Impacts[i].At)
	}
	return first, last
}

// add remembers a collision, and lets go of the oldest where they are too many.
func (x *collisions) add(k *collision) *collision {
	i, _ := slices.BinarySearchFunc(x.known, k, func(a, b *collision) int { return cmp.Compare(a.at, b.at) })
	x.known = slices.Insert(x.known, i, k)
	if len(x.known) > keptCollisions {
		x.forget(func(o *collision) bool { return o == x.known[0] })
	}
	return k
}

// forget lets go of collisions, for good.
func (x *collisions) forget(which func(*collision) bool) {
	x.known = slices.DeleteFunc(x.known, func(k *collision) bool {
		if !which(k) {
			return false
		}
		x.gone = max(x.gone, k.at)
		return true
	})
}

// expire lets go of collisions that nothing can be about any more, at an arrival time.
func (x *collisions) expire(now int64) {
	if len(x.known) > 0 {
		x.forget(func(k *collision) bool { return k.reported < now-keepFor })
	}
}

// expiresAt is the arrival time at which the next one is let go of, the largest int64 for
// none: a wrecked car may never be heard again, and what is known of it must not stay.
func (x *collisions) expiresAt() int64 {
	at := int64(math.MaxInt64)
	for _, k := range x.known {
		at = min(at, k.reported+keepFor+1)
	}
	return at
}

// forgetAccount forgets what is an account's, and all that is not over: seen is the
// time of the newest sample. What comes late of before makes no collision.
func (x *collisions) forgetAccount(account string, seen int64) {
	x.forget(func(k *collision) bool { return k.terms.account == account })
	*x = collisions{known: x.known, gone: max(x.gone, seen), arrived: x.arrived}
	x.veils = true
	x.recount()
}
