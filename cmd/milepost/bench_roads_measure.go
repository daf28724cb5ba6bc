package main

import (
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/paulmach/orb"

	"milepost/geo/match"
	"milepost/geo/roads"
)

// openBenchMap opens a map, or builds one in memory of GeoJSON.
func openBenchMap(path string, names []string) (m *roads.Map, err error) {
	plain := strings.TrimSuffix(path, ".gz")
	if !strings.HasSuffix(plain, "json") && !strings.HasSuffix(plain, "jsonl") {
		return roads.Open(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var r io.Reader = f
	if plain != path {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
	var b roads.Builder
	if err := b.ReadGeoJSON(r, roads.GeoJSON{Names: names}); err != nil {
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

// time matches pieces of 20 min, and all drives again and again for a while.
func (f *matchFigures) time(matcher *match.Matcher, drives []streetDrive) {
	const pieceLong, rounds, bulk = 20 * 60 * 1_000_000, 7, time.Second
	var paths []match.Path
	var took []float64
	for i := range drives {
		for piece := range pieces(&drives[i].track, pieceLong) {
			for range rounds {
				began := time.Now()
				paths = matcher.Match(piece, paths[:0])
				took = append(took, time.Since(began).Seconds()*1000)
			}
		}
	}
	if len(took) > 0 {
		slices.Sort(took)
		f.P50, f.P95 = took[len(took)/2], took[len(took)*95/100]
	}
	began, points := time.Now(), 0
	for points == 0 || time.Since(began) < bulk {
		for i := range drives {
			paths = matcher.Match(&drives[i].track, paths[:0])
			points += drives[i].track.Len()
		}
		if points == 0 {
			return
		}
	}
	f.PerS = float64(points) / time.Since(began).Seconds()
}

// pieces cuts a track into pieces that are full but for the last, which is left out
// where there is a full one.
func pieces(t *match.Track, long int64) func(yield func(*match.Track) bool) {
	return func(yield func(*match.Track) bool) {
		var p match.Track
		any := false
		for i := range t.At {
			if p.Len() > 0 && t.At[i]-p.At[0] >= long {
				any = true
				if !yield(&p) {
					return
				}
				p.Reset()
			}
			p.Add(match.Fix{At: t.At[i], Lat: t.Lat[i], Lon: t.Lon[i], Accuracy: t.Accuracy[i], Heading: t.Heading[i],
				Speed: t.Speed[i], Driven: t.Driven[i], Break: t.Break[i]})
		}
		if !any && p.Len() > 0 {
			yield(&p)
		}
	}
}

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
		t.AppendRow(table.Row{k[0], k[1], wrong[k]})
	}
	return printTable(out.Stdout, t)
}
