package match

import (
	"math"

	"github.com/paulmach/orb"

	"milepost/geo"
)

const (
	gapSeconds  = 5.0     // without a fix: reception was lost, perhaps in a tunnel
	longestHop  = 15000.0 // m; beyond, a way found would be a guess
	backSlack   = 10.0    // m that a fix may lie behind the one before on its road, noise apart
	wheelError  = 0.03    // of the wheels' distance and of what a map cuts off curves
	wheelBeta   = 0.02
	slack       = 60.0 // m of detour that is always looked at
	alongFloor  = 2.0  // m, of differences along the road
	slackBehind = 2.0  // the way on the map may be so many times the straight line
)

// hop is what is known of the way between two fixes.
type hop struct {
	want  float64 // its length, m: the wheels', else the straight line
	beta  float64 // mean difference from that, m
	bound float64 // ways longer than this are not looked for, m
	slack float64 // m by which the fix may be beside a road
	gap   bool    // reception was lost between
	far   bool    // many ways lead from one to the other
	to    orb.Point
}

func (t *Track) point(i int) orb.Point { return orb.Point{t.Lon[i], t.Lat[i]} }

// driven is the wheels' distance between two fixes in m; NaN where it is unknown.
func (t *Track) driven(i, j int) float64 {
	d := t.Driven[j] - t.Driven[i]
	if d >= 0 && d <= 1e7 {
		return d
	}
	return math.NaN()
}

func (t *Track) hop(i, j int) hop {
	seconds := float64(t.At[j]-t.At[i]) / 1e6
	straight := geo.Distance(t.point(i), t.point(j))
	noise := float64((sigma(t.Accuracy[i]) + sigma(t.Accuracy[j])) / 4)
	h := hop{gap: seconds > gapSeconds && t.lost(i, j), to: t.point(j), slack: float64(4 * noise)}
	if d := t.driven(i, j); d >= straight-h.slack-float64(wheelError*straight) {
		h.want = d
		h.beta = alongFloor + noise + float64(wheelBeta*d)
		h.bound = float64(d*(1+2*wheelError)) + slack + h.slack
	} else {
		h.want = straight
		h.beta = alongFloor + noise + beta(seconds)
		h.bound = float64(slackBehind*straight) + slack + h.slack
	}
	h.bound = math.Min(h.bound, longestHop)
	h.far = h.want > farFrom
	return h
}

// lost tells whether reception was lost between two fixes, rather than fixes passed
// over.
func (t *Track) lost(i, j int) bool {
	last := t.At[i]
	for k := i + 1; k <= j; k++ {
		if !t.placed(k) {
			continue
		}
		if t.At[k]-last > gapSeconds*1e6 {
			return true
		}
		last = t.At[k]
	}
	return false
}
