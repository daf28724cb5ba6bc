package pipeline_test

import (
	"math"

	"milepost/telemetry"
)

// crash is a drive of a minute north at a speed, with one frontal half-sine pulse in it,
// after which the car stands.
type crash struct {
	hz      float64 // of motion
	at      float64 // s after t0
	kmh     float64 // before it
	deltaV  float64 // km/h, forward part; negative for a frontal impact
	lateral float64 // km/h
	long    float64 // s, the pulse's length
	until   float64 // s after t0
	goesOn  bool    // the car drives on as if nothing had been
	silent  bool    // no ignition state is ever reported
}

// plainCrash is one of 40 km/h against a wall, half a minute into a drive.
func plainCrash() crash {
	return crash{hz: 100, at: 30.37, kmh: 54, deltaV: -40, long: 0.1, until: 75}
}

// threeAxes is a motion sample with vertical acceleration and yaw rate.
func threeAxes(at int64, forward, leftward, up, yaw float64) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		m := &f.Motion
		m.At, m.Longitudinal, m.Lateral = append(m.At, off), append(m.Longitudinal, float32(forward)), append(m.Lateral, float32(leftward))
		m.Vertical, m.YawRate = append(m.Vertical, float32(up)), append(m.YawRate, float32(yaw))
	}}
}

// placeAt is a position with accuracy and heading.
func placeAt(at int64, way float64, accuracy, heading float32) point {
	return point{at, 1, func(f *telemetry.Frame, off int32) {
		p := &f.Position
		p.At, p.Latitude, p.Longitude = append(p.At, off), append(p.Latitude, 40+way/111_195), append(p.Longitude, -3)
		p.Accuracy, p.Heading = append(p.Accuracy, accuracy), append(p.Heading, heading)
	}}
}

// zero is the time at which the pulse begins, µs.
func (c crash) zero() int64 { return t0 + int64(math.Round(c.at*1e6)) }

// speed at a time in s after t0, m/s.
func (c crash) speed(x float64) float64 {
	switch {
	case x < c.at || c.goesOn:
		return c.kmh / 3.6
	case x < c.at+c.long:
		return math.Max(0, (c.kmh+c.deltaV*(x-c.at)/c.long)/3.6)
	}
	return math.Max(0, (c.kmh+c.deltaV)/3.6-6*(x-c.at-c.long))
}

// points of the drive: ignition, motion, speed at 10 Hz and places at 1 Hz.
func (c crash) points() (ps []point) {
	if !c.silent {
		ps = append(ps, ignitionAt(t0, true))
	}
	step := 1 / c.hz
	for i := 0; float64(i)*step < c.until; i++ {
		x := float64(i)*step + 0.003
		a, l := 0.05*math.Sin(x*40), 0.05*math.Cos(x*31)
		if in := (x - c.at) / c.long; in > 0 && in < 1 {
			shape := math.Pi / 2 / c.long / 3.6 * math.Sin(math.Pi*in)
			a, l = a+c.deltaV*shape, l+c.lateral*shape
		}
		ps = append(ps, threeAxes(t0+int64(math.Round(x*1e6)), a, l, 0.1*math.Sin(x*50), 0))
	}
	way := 0.0
	for i := range int(c.until * 10) {
		x := float64(i) / 10
		at := t0 + int64(i)*100_000 + 11_000
		ps = append(ps, speedAt(at, c.speed(x)))
		if way += c.speed(x) / 10; i%10 == 4 {
			ps = append(ps, placeAt(at+7, way+float64(i)/100, 4, 0)) // no place twice
		}
	}
	return ps
}
