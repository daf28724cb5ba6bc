package detectors

import (
	"math"
	"slices"

	"milepost/state"
)

// State writes or reads the collision.
func (c *Collision) State(k *state.Codec) {
	k.Time(&c.At)
	k.Time(&c.Seen)
	k.Bool(&c.Open)
	word(k, &c.Confidence, confidences[:])
	word(k, &c.Severity, severities[:])
	state.Slice(k, &c.RaisedBy, (*state.Codec).String)
	state.Slice(k, &c.Impacts, impactState)
	state.Slice(k, &c.Evidence, evidenceState)
	state.Slice(k, &c.Flags, (*state.Codec).String)
	k.Bool(&c.Rollover)
	k.Bool(&c.Saturated)
	k.Float64(&c.RateHz)
	k.Float64(&c.SpeedAtImpact)
	state.Slice(k, &c.SpeedBefore, speedAtState)
	state.Enum(k, &c.Aboard.DriverBelted, True)
	state.Enum(k, &c.Aboard.PassengerBelted, True)
	k.Int(&c.Aboard.Passengers)
	optional(k, &c.Pulse, (*Pulse).state)
}

// word visits one of a few words as its number.
func word[T ~string](k *state.Codec, w *T, words []T) {
	i := uint8(max(0, slices.Index(words, *w)))
	state.Enum(k, &i, uint8(len(words)-1))
	*w = words[i]
}

// The pulse is kept as it is told, in hundredths of m/s²: absent is the least number.
const (
	perPulse    = 100
	absentPulse = math.MinInt32
)

func (p *Pulse) state(k *state.Codec) {
	k.Time(&p.From)
	k.Int64(&p.Step)
	for _, a := range [...]*[]float32{&p.Longitudinal, &p.Lateral, &p.Vertical} {
		last := int32(0)
		state.Slice(k, a, func(k *state.Codec, v *float32) {
			x := int32(absentPulse)
			if *v == *v {
				x = int32(math.Round(float64(*v) * perPulse))
			}
			step := x - last
			k.Int32(&step)
			if last += step; !k.Reading() {
				return
			}
			if *v = float32(math.NaN()); last != absentPulse {
				*v = float32(float64(last) / perPulse)
			}
		})
	}
}
