package pipeline

import (
	"slices"

	"milepost/detectors"
	"milepost/telemetry"
)

// want reports whether a late frame may tell of a collision.
func (x *collisions) want(f *telemetry.Frame) bool {
	return len(f.Motion.At) > 0 || len(f.Speed.At) > 0 || slices.ContainsFunc(f.Body.Signal, airbag)
}

func airbag(s telemetry.BodySignal) bool {
	return s == telemetry.AirbagDeployedR1Driver || s == telemetry.AirbagDeployedR1Passenger
}

// collideLate looks for collisions in the late frames that wait: each stretch of them
// on its own, for what was before and after it is not kept.
func (v *Vehicle) collideLate(s *Scratch) {
	frames := make([]*telemetry.Frame, 0, len(v.past.held))
	for _, h := range v.past.held {
		frames = append(frames, h.Frame)
	}
	for len(frames) > 0 {
		n := together(frames, func(us int64) bool { return us <= oneCollision })
		v.collideStretch(frames[:n], s)
		frames = frames[n:]
	}
}

// collideStretch looks for collisions in frames in the order of event time.
func (v *Vehicle) collideStretch(frames []*telemetry.Frame, s *Scratch) {
	v.slowAirbags(frames, s)
	w, out := v.shadow(), len(s.Out)
	w.collisions.wheel = v.collisions.wheel
	if at := frames[0].Start; v.onTrip(at) {
		w.wakeAt(at, s)
	}
	arrived := int64(0)
	for _, f := range frames {
		own := &s.late
		own.CopyFrom(f)
		v.hideLate(own, s)
		s.crashTurned = 0
		w.trim(own, s)
		chunks := detectors.NewChunks(own)
		for c, ok := chunks.Next(); ok; c, ok = chunks.Next() {
			w.crash(&c, s)
		}
		w.heeded(s)
		arrived = max(arrived, f.Arrived)
	}
	s.crashes = w.collisions.detector.Silence(s.crashes[:0])
	for i := range s.crashes {
		w.take(&s.crashes[i], arrived, s)
	}
	s.Out = slices.Delete(s.Out, out, len(s.Out)) // they are told below, as far as they are new
	for _, k := range w.collisions.known {
		v.amendCollision(k, arrived, s)
	}
}

// wakeAt lets a shadow's detector know that the vehicle was on, which the frames before
// said.
func (v *Vehicle) wakeAt(at int64, s *Scratch) {
	f := &telemetry.Frame{Start: at, Body: telemetry.Body{At: []int32{0}, Signal: []telemetry.BodySignal{telemetry.SystemState}, Value: []int64{telemetry.StateOn}}}
	chunks := detectors.NewChunks(f)
	c, _ := chunks.Next()
	s.crashes = v.collisions.detector.Apply(&c, s.crashes[:0])
}

// onTrip reports whether a time lies within a trip that is remembered.
func (v *Vehicle) onTrip(at int64) bool {
	p := v.past
	if v.active && v.veiled.mode != veilNone && at >= v.veiled.from {
		return true
	}
	if v.trip.id != "" && at >= v.trip.start && (p.under || at <= p.end) {
		return true
	}
	return slices.ContainsFunc(p.done, func(e extent) bool { return at >= e.from && at <= e.to }) ||
		slices.ContainsFunc(p.kept, func(k *kept) bool { return at >= k.start && at <= k.end })
}

// amendCollision takes what came late of a collision to the one that it is of, or lets it
// stand alone. One that is older than those forgotten is refused: it may be out already.
func (v *Vehicle) amendCollision(late *collision, arrived int64, s *Scratch) {
	x, told := v.collisions, late.told()
	from, to := reach(&told)
	k := x.near(from, to)
	switch {
	case k == nil && late.at <= x.gone:
		return
	case k == nil:
		late.live, late.late = nil, []detectors.Collision{told}
		late.revision, late.closed, late.tardy = 0, false, arrived-late.at > lateAfter
		k = x.add(late)
	default:
		k.learn(told)
	}
	v.tell(k, arrived, s)
}

// learn adds what came late.
func (k *collision) learn(late detectors.Collision) {
	k.late = []detectors.Collision{detectors.MergeCollisions(append(k.late, late))}
}

// slowAirbags looks for airbags that frames tell of after newer samples were used. One of
// a collision that is known proves it.
func (v *Vehicle) slowAirbags(frames []*telemetry.Frame, s *Scratch) {
	for _, f := range frames {
		for i, signal := range f.Body.Signal {
			at := f.Start + int64(f.Body.At[i])
			if !airbag(signal) || f.Body.Value[i] == 0 || at >= v.seen() {
				continue
			}
			if k := v.collisions.near(at, at); k != nil {
				k.learn(detectors.AirbagAt(at))
				v.tell(k, f.Arrived, s)
			}
		}
	}
}

// heedAirbags looks for airbags in a frame that is about to be used that lie before what
// was used already: an airbag's unit may be slow.
func (v *Vehicle) heedAirbags(f *telemetry.Frame, s *Scratch) {
	if i := slices.IndexFunc(f.Body.Signal, airbag); i < 0 || f.Start+int64(f.Body.At[i]) >= v.seen() {
		return
	}
	v.slowAirbags([]*telemetry.Frame{f}, s)
	b := &f.Body
	for i, signal := range b.Signal {
		at := f.Start + int64(b.At[i])
		if !airbag(signal) || b.Value[i] == 0 || at >= v.newest[telemetry.TrackBody] || v.collisions.near(at, at) != nil || !v.onTrip(at) {
			continue
		}
		// Newer changes were used: nothing else would take it.
		alone := &telemetry.Frame{VehicleID: f.VehicleID, Start: at, Arrived: f.Arrived, Body: telemetry.Body{At: []int32{0}, Signal: b.Signal[i : i+1], Value: b.Value[i : i+1]}}
		var own Scratch // the other holds the frame's turns of the gate and its hidden places
		v.collideStretch([]*telemetry.Frame{alone}, &own)
		s.Out = append(s.Out, own.Out...)
	}
}
