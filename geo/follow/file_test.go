package follow_test

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"milepost/geo"
	"milepost/geo/follow"
	"milepost/geo/match"
	"milepost/geo/roads"
)

// bends is a road that turns every 200 m, each bend a way with a limit of its own.
func bends(t *rapid.T) (*roads.Map, []orb.Point) {
	var b roads.Builder
	at := orb.Point{-3, 40}
	points := []orb.Point{at}
	limits := []string{"30", "50", "80", "none"}
	for i := range rapid.IntRange(3, 12).Draw(t, "bends") {
		bearing := rapid.Float64Range(0, 100).Draw(t, "bearing") * math.Pi / 180
		const m = 200 / 111_195.0
		next := orb.Point{at[0] + m*math.Sin(bearing)/math.Cos(40*math.Pi/180), at[1] + m*math.Cos(bearing)}
		b.AddWay(int64(i+1), []roads.NodeID{roads.NodeID(i + 1), roads.NodeID(i + 2)}, []orb.Point{at, next},
			map[string]string{"highway": "primary", "maxspeed": limits[i%len(limits)]})
		at = next
		points = append(points, at)
	}
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	return m, points
}

// Whatever the road's bends: a line's places lie where the fixes are, nothing goes back along
// it, and what is cut out of it has the ends and the length that it should.
func TestLinesOfAnyRoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, points := bends(t)
		var track match.Track
		driven := 0.0
		for i := 1; i < len(points); i++ {
			for k := range 20 {
				share := float64(k) / 20
				p := orb.Point{points[i-1][0] + share*(points[i][0]-points[i-1][0]), points[i-1][1] + share*(points[i][1]-points[i-1][1])}
				track.Add(match.Fix{At: int64(track.Len()+1) * 1_000_000, Lat: p[1], Lon: p[0], Accuracy: 5, Heading: float32(math.NaN()), Speed: 10, Driven: driven})
				driven += 10
			}
		}
		f := follow.New(m, follow.Options{Full: rapid.Bool().Draw(t, "full")})
		var w follow.Way
		for range 2 { // the second time in the buffers of the first
			if err := f.Follow(&track, &w); err != nil {
				t.Fatal(err)
			}
		}
		if len(w.Lines) != 1 {
			t.Fatalf("%d lines, want one", len(w.Lines))
		}
		l := &w.Lines[0]
		if whole := driven - 10; math.Abs(l.Length()-whole) > 15 {
			t.Fatalf("%.1f m long, want %.1f", l.Length(), whole)
		}
		for i := 1; i < len(l.Along); i++ {
			if l.Along[i] <= l.Along[i-1] {
				t.Fatalf("point %d lies %.2f m along, after %.2f", i, l.Along[i], l.Along[i-1])
			}
		}
		for _, p := range l.Places {
			here := l.Cut(p.Along, p.Along, nil)[0]
			if off := geo.Distance(here, orb.Point{track.Lon[p.Fix], track.Lat[p.Fix]}); off > 15 {
				t.Fatalf("fix %d is %.1f m from its place", p.Fix, off)
			}
		}
		from := rapid.Float64Range(0, l.Length()).Draw(t, "from")
		to := rapid.Float64Range(from, l.Length()).Draw(t, "to")
		cut, length := l.Cut(from, to, nil), 0.0
		for i := 1; i < len(cut); i++ {
			length += geo.Distance(cut[i-1], cut[i])
		}
		if math.Abs(length-(to-from)) > 0.02*(to-from)+0.1 {
			t.Fatalf("cut from %.1f to %.1f is %.1f m long", from, to, length)
		}
		if a := l.Cut(0, l.Length(), nil); a[0] != l.First.At || a[len(a)-1] != l.Last.At {
			t.Fatal("the whole line has other ends than its own")
		}
		if l.Stretches[0].From != 0 || l.At(l.Length()) != &l.Stretches[len(l.Stretches)-1] {
			t.Fatalf("stretches %+v", l.Stretches)
		}
	})
}
