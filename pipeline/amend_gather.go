package pipeline

import (
	"milepost/detectors"
	"milepost/geo/privacy"
	"milepost/telemetry"
)

// gather gives a part of a second to the trip under way.
func (r *rerun) gather(c *detectors.Chunk, second *summary, s *Scratch) {
	r.readTurns(c)
	turns := r.turns
	rest := *c
	for i := r.w.flip(turns); i < len(turns); i = r.w.flip(turns) {
		before, after := rest.Split(turns[i].At)
		r.gatherPart(&before, turns[:i], second, s)
		r.w.turn(turns[i:i+1], s)
		rest, turns = after, turns[i+1:]
	}
	r.gatherPart(&rest, turns, second, s)
}

// gatherPart is gather of what is all shared, or not at all.
func (r *rerun) gatherPart(c *detectors.Chunk, turns []privacy.Turn, second *summary, s *Scratch) {
	w := r.w
	if w.unshared || !w.active || c.Lo == c.Hi {
		w.turn(turns, s)
		return
	}
	if w.veiled.mode == veilAwaits {
		r.begin(detectors.Boundary{At: firstOf(c), Seen: firstOf(c)})
	}
	r.turns = turns
	w.trip.gatherThin(c, second, r, s)
	r.open.take(second)
	r.open.count(second)
	w.follow(turns, s)
}

// turnAt takes the turns of the gate at the very time of a boundary, which a chunk begins
// with: they hold for it.
func (r *rerun) turnAt(b detectors.Boundary, c *detectors.Chunk, s *Scratch) {
	r.readTurns(c)
	upTo := b.Seen
	if b.Kind == detectors.Close {
		upTo = b.At
	}
	r.w.turn(r.turns[:turnsBefore(r.turns, upTo+1)], s)
}

// readTurns reads the turns of the gate in a part of a second.
func (r *rerun) readTurns(c *detectors.Chunk) {
	r.turns = r.turns[:0]
	b := &c.Frame.Body
	for i := c.Lo[telemetry.TrackBody]; i < c.Hi[telemetry.TrackBody]; i++ {
		if b.Signal[i] == telemetry.LocationShared {
			r.turns = append(r.turns, privacy.Turn{At: c.Frame.Start + int64(b.At[i]), Hidden: b.Value[i] != markShared, Unshared: b.Value[i] == markUnshared})
		}
	}
}
