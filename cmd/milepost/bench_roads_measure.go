package main

import (
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/paulmach/orb"

	"milepost/geo/match"
	"milepost/geo/roads"
	"milepost/replay/csvimport"
)

// openBenchMap opens a map, or builds one in memory of GeoJSON.
func openBenchMap(path string, names []string) (m *roads.Map, err error) {
	if kindOf(path) != "geojson" {
		return roads.Open(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var r io.Reader = f
	if strings.HasSuffix(strings.ToLower(path), ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
	var b roads.Builder
	if err := b.ReadGeoJSON(afterMark(r), roads.GeoJSON{Names: names}); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return b.Build()
}

func streetNames(m *roads.Map) map[string]bool {
	names := map[string]bool{}
	for e := 0; e < m.Edges(); e += 2 {
		names[plainStreet(m.Name(roads.Edge(e)))] = true
	}
	return names
}

// nearestShare is how often the nearest road has the right name.
func nearestShare(m *roads.Map, drives []streetDrive) float64 {
	right, all := 0, 0
	var near []roads.Near
	for i := range drives {
		t := &drives[i].track
		for _, n := range drives[i].named {
			all++
			near = m.Near(orb.Point{t.Lon[n.fix], t.Lat[n.fix]}, 100, near[:0])
			if len(near) == 0 {
				continue
			}
			nearest := slices.MinFunc(near, func(a, b roads.Near) int { return cmp.Compare(a.Off, b.Off) })
			if plainStreet(m.Name(nearest.Edge)) == n.street {
				right++
			}
		}
	}
	return share(right, all)
}

func share(part, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(part) / float64(all)
}

func percent(share float64) string { return fmt.Sprintf("%.2f %%", 100*share) }

// time matches trips of 20 min, and all drives again and again for a while. A trip's
// time is the median of several runs by the clock, the rest is by CPU time, for the
// machine may be about other things.
func (f *matchFigures) time(matcher *match.Matcher, drives []streetDrive) {
	const rounds, bulk = 7, time.Second
	var paths []match.Path
	var took []float64
	for i := range drives {
		for trip := range trips(&drives[i].track) {
			var runs [rounds]float64
			for r := range runs {
				began := time.Now()
				paths = matcher.Match(trip, paths[:0])
				runs[r] = time.Since(began).Seconds() * 1000
			}
			slices.Sort(runs[:])
			took = append(took, runs[rounds/2])
		}
	}
	if len(took) == 0 {
		return
	}
	slices.Sort(took)
	f.P50, f.P95 = took[len(took)/2], took[len(took)*95/100]
	cpu, began, points := usage(), time.Now(), 0
	for points == 0 || time.Since(began) < bulk {
		for i := range drives {
			paths = matcher.Match(&drives[i].track, paths[:0])
			points += drives[i].track.Len()
		}
	}
	f.PerS = float64(points) / max(usage()-cpu, time.Microsecond).Seconds()
}

// trips are pieces of 20 min of a track, one from every second minute on; the whole
// track where it is shorter.
func trips(t *match.Track) func(yield func(*match.Track) bool) {
	const long, every = 20 * 60 * 1_000_000, 2 * 60 * 1_000_000
	return func(yield func(*match.Track) bool) {
		var p match.Track
		for i, next := 0, int64(math.MinInt64); i < t.Len(); i++ {
			if t.At[i] < next {
				continue
			}
			next = t.At[i] + every
			p.Reset()
			for k := i; k < t.Len() && t.At[k]-t.At[i] < long; k++ {
				p.Add(match.Fix{At: t.At[k], Lat: t.Lat[k], Lon: t.Lon[k], Accuracy: t.Accuracy[k], Heading: t.Heading[k],
					Speed: t.Speed[k], Driven: t.Driven[k], Break: t.Break[k]})
			}
			if !yield(&p) || t.At[t.Len()-1]-t.At[i] < long {
				return
			}
		}
	}
}

// nameWidth leaves room for two names in 80 columns.
const nameWidth = 34

func printWrong(out *terminal, wrong map[[2]string]int) error {
	t := newTable("Wrong", "taken for", "points")
	var keys [][2]string
	for k := range wrong {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(wrong[b], wrong[a]), cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	for _, k := range keys[:min(len(keys), 40)] {
		t.AppendRow(table.Row{clip(csvimport.Printable(k[0]), nameWidth), clip(csvimport.Printable(k[1]), nameWidth), wrong[k]})
	}
	return printTable(out.Stdout, t)
}
