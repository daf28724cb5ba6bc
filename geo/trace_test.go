package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/twpayne/go-polyline"
	"pgregory.net/rapid"
)

func TestTraceBreaksWhereNothingIsKnown(t *testing.T) {
	var tr Trace
	at := int64(1e15)
	for i := range 40 {
		at += 1_000_000
		if i == 20 {
			at += 60_000_000 // a tunnel of 20 steps' length
		}
		step := float64(i)
		if i >= 20 {
			step += 20
		}
		tr.Add(at, 40+step*0.0002, -3)
	}
	line, runs := tr.Polyline()
	if len(runs) != 2 || runs[0].From != 0 || runs[1].From != runs[0].To+1 {
		t.Fatalf("runs %v, want two that follow each other", runs)
	}
	coords, _, err := polyline.DecodeCoords([]byte(line))
	if err != nil || len(coords) != runs[1].To+1 {
		t.Fatalf("%d points (error %v), runs %v", len(coords), err, runs)
	}
	if last := coords[len(coords)-1]; math.Abs(last[0]-40.0118) > 1e-9 || last[1] != -3 {
		t.Errorf("last point %v, want the last fix", last)
	}
}

func TestTraceOfAStandingCarIsEmpty(t *testing.T) {
	var tr Trace
	for i := range int64(100) {
		tr.Add(1e15+i*1e6, 40, -3)
	}
	if line, runs := tr.Polyline(); line != "" || runs != nil {
		t.Errorf("line %q, runs %v", line, runs)
	}
}

// Every fix lies near the line that is kept of it.
func TestTraceStaysNearItsFixes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tr Trace
		var fixes []orb.Point
		p, bearing := orb.Point{-3, 40}, 0.0
		for i := range 120 {
			bearing += rapid.Float64Range(-20, 20).Draw(t, "turn")
			p = geo.PointAtBearingAndDistance(p, bearing, rapid.Float64Range(0, 35).Draw(t, "step"))
			fixes = append(fixes, p)
			tr.Add(1e15+int64(i)*1e6, p.Lat(), p.Lon())
		}
		line, runs := tr.Polyline()
		if len(runs) == 0 {
			return
		}
		coords, _, err := polyline.DecodeCoords([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range fixes {
			near := math.Inf(1)
			for _, c := range coords {
				near = min(near, geo.Distance(f, orb.Point{c[1], c[0]}))
			}
			// A point is kept at the latest 50 m of chord on, plus the next step.
			if near > 90 {
				t.Fatalf("fix %d is %.0f m from the nearest kept point", i, near)
			}
		}
	})
}
