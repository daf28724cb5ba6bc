package detectors

import (
	"math"

	"milepost/telemetry"
)

// Energy sums what a trip took from tank and battery, and what it drove with the
// engine off. Energy is never taken from the state of charge, whose steps are
// coarse; it is the integral of power.
type Energy struct {
	at                    int64
	power                 float64 // W at the last sample, NaN where unknown
	fuel                  float64 // l since start at the last reading
	fuelAt                int64
	haveFuel, havePower   bool
	haveEngine            bool
	drawn, regenerated    float64 // J
	litres                float64
	offSince              int64 // engine off since; 0 while it runs or is unknown
	metresAtOff, evMetres float64
	atOff, evTime         int64
}

// Consumption is what Energy found; a quantity that was never reported is NaN.
type Consumption struct {
	FuelL          float64
	DrawnJ         float64 // from the traction battery, positive
	RegeneratedJ   float64 // into it while driving, positive
	EVMetres       float64
	EVTime         int64 // µs driven with the engine off
	EngineWasKnown bool
}

const (
	// energyGap is the longest step over which power is taken to be steady.
	energyGap = 10 * second
	// thirst is the most that a road vehicle's engine burns, l/s: 180 l/h.
	thirst = 0.05
	// evDebounce is how long an engine must be off to be in EV mode.
	evDebounce = 2 * second
)

// Apply adds the chunk's samples; driven is the trip's distance, in m, and moving
// its driving time, in µs, at the last complete second.
func (e *Energy) Apply(c *Chunk, driven float64, moving int64) {
	t := &c.Frame.Energy
	for i := c.Lo[telemetry.TrackEnergy]; i < c.Hi[telemetry.TrackEnergy]; i++ {
		at := c.Frame.Start + int64(t.At[i])
		e.addPower(at, powerOf(t, i), telemetry.At(t.Charging, i) == 1)
		e.addFuel(at, float64(telemetry.At(t.FuelConsumed, i)))
		e.engine(at, telemetry.At(t.EngineRunning, i), driven, moving)
		e.at = at
	}
}

// powerOf is the battery's power in W, from current and voltage where it is not
// reported itself.
func powerOf(t *telemetry.Energy, i int) float64 {
	if p := telemetry.At(t.Power, i); telemetry.Known(p) {
		return float64(p)
	}
	return float64(telemetry.At(t.Current, i)) * float64(telemetry.At(t.Voltage, i))
}

func (e *Energy) addPower(at int64, p float64, charging bool) {
	if !telemetry.Known(p) {
		e.power = p
		return
	}
	if e.havePower && telemetry.Known(e.power) && at-e.at <= energyGap && !charging {
		dt := float64(at-e.at) / second
		// Each sample's sign is taken by itself: netting first would hide recovery.
		if e.power < 0 {
			e.drawn -= float64(e.power * dt)
		} else {
			e.regenerated += float64(e.power * dt)
		}
	}
	e.power, e.havePower = p, true
}

// addFuel counts the rises of consumption since start; a fall is a new start, and
// more than an engine can burn in the time is a misreading.
func (e *Energy) addFuel(at int64, litres float64) {
	if !telemetry.Known(litres) {
		return
	}
	most := float64(thirst*(float64(at-e.fuelAt)/second)) + 0.1
	if step := litres - e.fuel; e.haveFuel && step > 0 && step <= most {
		e.litres += step
	}
	e.fuel, e.fuelAt, e.haveFuel = litres, at, true
}

func (e *Energy) engine(at int64, running float32, driven float64, moving int64) {
	if !telemetry.Known(running) {
		return
	}
	e.haveEngine = true
	if running == 0 {
		if e.offSince == 0 {
			e.offSince, e.metresAtOff, e.atOff = at, driven, moving
		}
		return
	}
	e.closeEV(at, driven, moving)
}

func (e *Energy) closeEV(at int64, driven float64, moving int64) {
	if e.offSince != 0 && at-e.offSince >= evDebounce {
		e.evMetres += driven - e.metresAtOff
		e.evTime += moving - e.atOff
	}
	e.offSince = 0
}

// Total gives the consumption of the trip, which ends now having driven so far.
// The state is left as it is, so that a trip may go on.
func (e Energy) Total(now int64, driven float64, moving int64) Consumption {
	e.closeEV(now, driven, moving)
	c := Consumption{FuelL: math.NaN(), DrawnJ: math.NaN(), RegeneratedJ: math.NaN(), EVMetres: math.NaN(),
		EngineWasKnown: e.haveEngine}
	if e.haveFuel {
		c.FuelL = e.litres
	}
	if e.havePower {
		c.DrawnJ, c.RegeneratedJ = e.drawn, e.regenerated
	}
	if e.haveEngine {
		c.EVMetres, c.EVTime = e.evMetres, e.evTime
	}
	return c
}
