package pipeline

import (
	"milepost/outcome"
	"milepost/telemetry"
)

// veil puts a frame's places aside before the gate takes out those that are hidden,
// where a consent may let a collision have them.
func (v *Vehicle) veil(f *telemetry.Frame, s *Scratch) {
	if v.consented == nil {
		return
	}
	w := &s.veiled
	w.Start, w.Arrived = f.Start, f.Arrived
	copyPlaces(&w.Position, &f.Position)
}

// unveil leaves of what veil put aside what the gate took out of the frame, is
// believed, and has the consent of its own time.
func (v *Vehicle) unveil(f *telemetry.Frame, s *Scratch) {
	w := &s.veiled
	if len(w.Position.At) == 0 {
		return
	}
	shown, n := f.Position.At, 0
	w.Filter(telemetry.TrackPosition, func(at int32) bool {
		let := n < len(shown) && shown[n] == at // the gate keeps their order
		if let {
			n++
		}
		return !let
	})
	if len(w.Position.At) == 0 {
		return
	}
	var unheard telemetry.Drops // the frame's own count them
	w.Clean(&unheard)
	w.RefuseUntimely(&unheard)
	w.Filter(telemetry.TrackPosition, func(at int32) bool { return v.mayVeil(w.Start+int64(at), f.Arrived) })
}

// mayVeil reports whether a place of a time may be kept though it is hidden, at an
// arrival time.
func (v *Vehicle) mayVeil(at, arrived int64) bool {
	given, until := v.consented.Consents(at, outcome.ConsentCollisionPosition)
	return given && until > arrived
}

// forgetVeiled leaves nothing hidden in the scratch.
func (s *Scratch) forgetVeiled() {
	p := &s.veiled.Position
	clear(p.Latitude[:cap(p.Latitude)])
	clear(p.Longitude[:cap(p.Longitude)])
	s.veiled.Reset()
	s.unveiled = 0
}

func copyPlaces(dst, src *telemetry.Position) {
	dst.At = append(dst.At[:0], src.At...)
	dst.Latitude = append(dst.Latitude[:0], src.Latitude...)
	dst.Longitude = append(dst.Longitude[:0], src.Longitude...)
	dst.Altitude = dst.Altitude[:0]
	dst.Heading = append(dst.Heading[:0], src.Heading...)
	dst.Accuracy = append(dst.Accuracy[:0], src.Accuracy...)
}
