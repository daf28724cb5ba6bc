package detectors

// Tunnels sums the way driven while fixes were missing: the odometer or the wheels
// went on over a gap in the position track. Such a stretch has a length and no line.
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

// Fix takes a believed fix at a time in µs; driven is the trip's way at the last
// complete second, m.
func (d *Tunnels) Fix(at int64, driven float64) {
	if way := driven - d.driven; d.at != 0 && at-d.at > tunnelGap && way >= tunnelM {
		d.Metres += way
		d.Count++
	}
	d.at, d.driven = at, driven
}

// Leave forgets the newest fix: what follows is hidden, not a tunnel.
func (d *Tunnels) Leave() { d.at = 0 }
