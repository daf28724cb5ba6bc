package scoring

import (
	"math"

	"milepost/detectors"
)

// Dynamics gathers a trip's continuous dynamics on the grid of whole seconds: the
// same estimator at every sampling rate. Acceleration is a least-squares line over
// five points (4 s), after which 1 Hz, 5 Hz and 10 Hz agree.
type Dynamics struct {
	last   int64 // newest second
	run    int   // seconds in a row, up to five
	v      [5]float64
	Metres float64 // driven in judged seconds

	power   float64 // Σ max(v·a⁺ / L(v) - calmPower, 0)·v·dt, m
	braking float64 // Σ max(-a - comfort(v), 0)·v·dt, m²/s²
	steady  float64 // m at constant speed
	fast    float64 // m above constantFrom
	pke     float64 // Σ positive differences of v² above constantFrom, m²/s²
}

const (
	constantFrom = 30 / 3.6 // m/s
	constantA    = 0.15     // m/s²
	// calmPower is the share of the power limit that nobody calls harsh. Without it the sum
	// of v·a⁺·v·dt over a gain of speed would be the same however fast it is gained.
	calmPower = 0.05
)

// Add takes the next whole second's speed.
func (d *Dynamics) Add(p detectors.Point) {
	if p.Fresh || p.Second != d.last+1 {
		d.run = 0
	}
	d.last = p.Second
	copy(d.v[:], d.v[1:])
	d.v[4] = p.V
	if d.run < 5 {
		d.run++
	}
	if d.run == 5 {
		d.judge(d.v[2], (d.v[3]-d.v[1]+float64(2*(d.v[4]-d.v[0])))/10)
	}
}

// judge takes one second at speed v with acceleration a.
func (d *Dynamics) judge(v, a float64) {
	if v <= 0 {
		return
	}
	d.Metres += v
	if a > 0 {
		d.power += float64(max(v*a/powerLimit(v)-calmPower, 0) * v)
	}
	if excess := -a - comfort(v); excess > 0 {
		d.braking += float64(excess * v)
	}
	if v < constantFrom {
		return
	}
	d.fast += v
	if math.Abs(a) <= constantA {
		d.steady += v
	}
	if a > 0 {
		d.pke += float64(2 * v * a)
	}
}

// powerLimit is the EU's limit of the 95th percentile of v·a⁺ in a normal trip, in
// m²/s³, at a speed in m/s (Regulation (EU) 2017/1151, Annex IIIA, Appendix 7a).
func powerLimit(v float64) float64 {
	kmh := v * 3.6
	if kmh <= 74.6 {
		return float64(0.136*kmh) + 14.44
	}
	return float64(0.0742*kmh) + 18.966
}

// comfort is the deceleration, in m/s², that an ordinary stop needs at a speed in
// m/s: lifting the foot at speed, 1.5 m/s² near standstill [default].
func comfort(v float64) float64 { return max(0.4, float64(1.5*(1-v/25))) }

// Intensities are a trip's dynamics per distance, the score's continuous inputs.
type Intensities struct {
	JudgedM      float64 // distance of the seconds judged
	Acceleration float64 // mean share of the power limit used beyond calmPower, by distance
	Braking      float64 // mean deceleration beyond comfort, m/s², by distance
	FastM        float64 // distance at 30 km/h or more
	SteadyShare  float64 // of FastM with |a| <= 0.15 m/s²
	PKE          float64 // positive kinetic energy over FastM, m/s²
}

// Intensities gives the sums per distance; all zero where nothing was judged.
func (d *Dynamics) Intensities() Intensities {
	i := Intensities{JudgedM: d.Metres, FastM: d.fast}
	if d.Metres > 0 {
		i.Acceleration, i.Braking = d.power/d.Metres, d.braking/d.Metres
	}
	if d.fast > 0 {
		i.SteadyShare, i.PKE = d.steady/d.fast, d.pke/d.fast
	}
	return i
}
