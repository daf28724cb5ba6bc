package detectors

import "milepost/telemetry"

// Tunnels sums the way driven while fixes were missing: the odometer went on over
// a gap in the position track. Such a stretch has a length and no line.
type Tunnels struct {
	at     int64   // newest fix
	driven float64 // m at it
	Metres float64
	Count  int
}

const (
	tunnelGap = 10 * second
	tunnelM   = 100.0
)

// Apply looks at the chunk's fixes; driven is the trip's way at the last complete
// second, m.
func (d *Tunnels) Apply(c *Chunk, driven float64) {
	p := &c.Frame.Position
	for i := c.Lo[telemetry.TrackPosition]; i < c.Hi[telemetry.TrackPosition]; i++ {
		if !telemetry.Known(telemetry.At(p.Latitude, i)) || Doubtful(telemetry.At(p.Accuracy, i)) {
			continue
		}
		at := c.Frame.Start + int64(p.At[i])
		if way := driven - d.driven; d.at != 0 && at-d.at > tunnelGap && way >= tunnelM {
			d.Metres += way
			d.Count++
		}
		d.at, d.driven = at, driven
	}
}
