package remote

import (
	"context"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"milepost/geo"
	"milepost/geo/match"
)

const (
	overlapM      = 2_000.0 // of two requests of one long trace
	overlapPoints = 200
	leastAccuracy = 5.0 // m; fixes and roads are not drawn better
	usualAccuracy = 10.0
	mostAccuracy  = 100.0 // the service's own bound, of radii too
	breakageM     = 2_000
	leastPoints   = 20 // a request of so few is not made smaller
)

// Match asks where the fixes of a track lie that idx names, or all of them where it is
// nil. A stretch that was not shared is never asked across, and times are sent as seconds
// since the track's first fix. Fixes on no road of the service are in no path.
//
// Its errors are ErrNotReached, a *Refused, or the context's. Paths found before one
// are not given.
func (c *Client) Match(ctx context.Context, t *match.Track, idx []int) ([]Path, error) {
	ctx, cancel := context.WithTimeout(ctx, c.o.Total)
	defer cancel()
	var all []Path
	for run := range runs(t, idx) {
		paths, err := c.run(ctx, t, run)
		if err != nil {
			return nil, err
		}
		all = append(all, paths...)
	}
	return all, nil
}

// run matches fixes between which all is known, in as many requests as it takes. Where
// the service's limits are lower than the options say, they are halved until they fit.
func (c *Client) run(ctx context.Context, t *match.Track, run []int) ([]Path, error) {
	points, metres := c.o.MaxPoints, float64(0.95*c.o.MaxM)
	for {
		paths, err := c.parts(ctx, t, run, points, metres)
		if !tooMuch(err) || min(points, len(run)) < leastPoints {
			return paths, err
		}
		points, metres = min(points, len(run))/2, min(metres, along(t, run))/2
	}
}

// parts matches a run in requests of at most so many points and m.
func (c *Client) parts(ctx context.Context, t *match.Track, run []int, points int, metres float64) ([]Path, error) {
	var all []Path
	shared := -1
	for _, part := range split(t, run, points, metres) {
		w := window{fixes: run[part.first : part.last+1], from: part.from - part.first, to: part.to - part.first}
		if len(w.fixes) < 2 {
			continue
		}
		for _, i := range w.fixes {
			w.accuracy, w.places = append(w.accuracy, accuracy(t, i)), append(w.places, place(t, i))
		}
		var m *matched
		err := c.call(ctx, "trace_attributes", question(t, &w), func(answer []byte) (err error) {
			m, err = parseTrace(answer, len(w.fixes))
			return err
		})
		if unmatched(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = join(all, m.paths(w, nil), shared)
		shared = w.fixes[w.to]
	}
	return all, nil
}

// along is the length of a run's chords, m.
func along(t *match.Track, run []int) (length float64) {
	for i := 1; i < len(run); i++ {
		length += geo.Distance(place(t, run[i-1]), place(t, run[i]))
	}
	return length
}

// traceQuestion is what /trace_attributes is asked.
type traceQuestion struct {
	Shape   []traceFix   `json:"shape"`
	Costing string       `json:"costing"`
	Match   string       `json:"shape_match"`
	Options traceOptions `json:"trace_options"`
	Filters traceFilters `json:"filters"`
}

type traceFix struct {
	Lat  float64 `json:"lat"`
	Lon  float64 `json:"lon"`
	Time float64 `json:"time"` // s
}

type traceOptions struct {
	Accuracy float64 `json:"gps_accuracy"`
	Radius   float64 `json:"search_radius"`
	Breakage int     `json:"breakage_distance"`
}

type traceFilters struct {
	Attributes []string `json:"attributes"`
	Action     string   `json:"action"`
}

func question(t *match.Track, w *window) traceQuestion {
	sorted := slices.Sorted(slices.Values(w.accuracy))
	middle := sorted[len(sorted)/2]
	q := traceQuestion{Costing: "auto", Match: "map_snap",
		Options: traceOptions{Accuracy: middle, Radius: min(max(5*middle, 50), mostAccuracy), Breakage: breakageM},
		Filters: traceFilters{Attributes: attributes, Action: "include"}}
	for _, i := range w.fixes {
		q.Shape = append(q.Shape, traceFix{seven(t.Lat[i]), seven(t.Lon[i]), float64(t.At[i]-t.At[0]) / 1e6})
	}
	return q
}

// seven rounds degrees to 1e-7, about 1 cm.
func seven(degrees float64) float64 { return math.Round(degrees*1e7) / 1e7 }

func accuracy(t *match.Track, i int) float64 {
	a := usualAccuracy
	if i < len(t.Accuracy) && t.Accuracy[i] > 0 {
		a = float64(t.Accuracy[i])
	}
	return min(max(a, leastAccuracy), mostAccuracy)
}

// runs are the longest rows of fixes with places between which nothing is hidden.
func runs(t *match.Track, idx []int) func(func([]int) bool) {
	return func(yield func([]int) bool) {
		var run []int
		n, before := len(t.At), -1
		if idx != nil {
			n = len(idx)
		}
		for k := range n {
			i := k
			if idx != nil {
				i = idx[k]
			}
			if before >= 0 && hidden(t, before, i) {
				if len(run) > 1 && !yield(run) {
					return
				}
				run = nil
			}
			before = i
			if onEarth(t.Lat[i], t.Lon[i]) {
				run = append(run, i)
			}
		}
		if len(run) > 1 {
			yield(run)
		}
	}
}

// hidden reports whether a stretch that was not shared lies between two fixes.
func hidden(t *match.Track, a, b int) bool { return slices.Contains(t.Break[a+1:b+1], true) }

// part is what one request covers of a run: the fixes first..last are sent, from..to used.
type part struct{ first, last, from, to int }

// split cuts a run so that no part has more points or m than allowed. Parts overlap,
// and share the fix in the middle of the overlap.
func split(t *match.Track, run []int, points int, metres float64) (parts []part) {
	for first, from := 0, 0; ; {
		last, length := first, 0.0
		for last+1 < len(run) && last+1-first < points {
			step := geo.Distance(place(t, run[last]), place(t, run[last+1]))
			if length+step > metres {
				break
			}
			length += step
			last++
		}
		if last+1 == len(run) {
			return append(parts, part{first, last, from, last})
		}
		next, cut := overlap(t, run, max(first, from), last, min(overlapPoints, points/3))
		parts = append(parts, part{first, last, from, cut})
		if next <= first || cut <= from { // one step is as long as a part may be
			parts[len(parts)-1].to = last
			next, cut = last+1, last+1
		}
		first, from = next, cut
	}
}

// overlap gives where the next part begins, and the fix that both use last and first.
func overlap(t *match.Track, run []int, first, last, points int) (next, cut int) {
	next = last
	for length := 0.0; next > first+1 && last-next < points; next-- {
		length += geo.Distance(place(t, run[next-1]), place(t, run[next]))
		if length > overlapM && last-next >= 2 {
			break
		}
	}
	return next, next + (last-next)/2
}

func place(t *match.Track, i int) orb.Point { return orb.Point{t.Lon[i], t.Lat[i]} }
