package match_test

import (
	"math"
	"testing"

	"milepost/geo/match"
	"milepost/geo/roads"
)

// along drives a line in metres at a speed, a fix a second, its wheels as told.
func along(t *match.Track, speed float64, wheels func(driven float64) float64, xy ...[2]float64) {
	step, driven := speed, 0.0
	if n := t.Len(); n > 0 && !math.IsNaN(t.Driven[n-1]) {
		driven = t.Driven[n-1]
	}
	for i := 1; i < len(xy); i++ {
		dx, dy := xy[i][0]-xy[i-1][0], xy[i][1]-xy[i-1][1]
		length := math.Hypot(dx, dy)
		for s := 0.0; s < length; s += step {
			p := place(xy[i-1][0]+dx*s/length, xy[i-1][1]+dy*s/length)
			heading := math.Mod(math.Atan2(dx, dy)*180/math.Pi+360, 360)
			t.Add(match.Fix{At: int64(t.Len()+1) * 1e6, Lat: p[1], Lon: p[0], Accuracy: 5, Heading: float32(heading),
				Speed: float32(speed), Driven: wheels(driven)})
			driven += step
		}
	}
}

// right is how far wheels tell the truth.
func right(driven float64) float64 { return driven }

var residential = map[string]string{"highway": "residential"}

func circle(r float64, from, to float64, n int) (xy [][2]float64) {
	for i := range n + 1 {
		a := from + (to-from)*float64(i)/float64(n)
		xy = append(xy, [2]float64{r * math.Cos(a), r * math.Sin(a)})
	}
	return xy
}

func lengthOf(m *roads.Map, p *match.Path) (sum float64) {
	for _, e := range p.Edges {
		sum += m.Length(e)
	}
	return sum - p.Start - (m.Length(p.Edges[len(p.Edges)-1]) - p.End)
}

// odd is a drive that is not as most are.
type odd struct {
	roads *roads.Map
	track match.Track
	want  float64 // m driven on roads
	paths int
}

func (o *odd) test(t *testing.T) {
	for _, thin := range []bool{false, true} {
		paths := match.New(o.roads, match.Options{Thin: thin}).Match(&o.track, nil)
		sum := 0.0
		for i := range paths {
			p := &paths[i]
			length, last := lengthOf(o.roads, p), p.Fixes[len(p.Fixes)-1].Along
			if math.Abs(length-last) > 0.01 {
				t.Errorf("thin %v: path %d is %.1f m by its edges, %.1f m by its fixes", thin, i, length, last)
			}
			sum += length
		}
		if len(paths) != o.paths || math.Abs(sum-o.want) > 0.03*o.want {
			t.Errorf("thin %v: %d paths of %.0f m, want %d of %.0f m", thin, len(paths), sum, o.paths, o.want)
		}
	}
}

// high is a street of 4 km with a side street every 200 m.
func high(t *testing.T) *roads.Map {
	var w world
	for i := range 20 {
		x := float64(i) * 200
		w.road(residential, [2]float64{x, 0}, [2]float64{x + 200, 0})
		w.road(residential, [2]float64{x, 0}, [2]float64{x, 300})
	}
	return w.build(t)
}

func TestRoundAndRound(t *testing.T) {
	t.Run("roundabout", func(t *testing.T) {
		var w world
		ring := circle(15, 0, 2*math.Pi, 24)
		ring[24] = ring[0]
		w.road(map[string]string{"highway": "primary", "junction": "roundabout"}, ring...)
		w.road(residential, [2]float64{15, 0}, [2]float64{300, 0})
		w.road(residential, [2]float64{-15, 0}, [2]float64{-300, 0})
		o := odd{roads: w.build(t), want: 570 + 15*5*math.Pi, paths: 1}
		along(&o.track, 8, right, [2]float64{300, 0}, [2]float64{15, 0})
		along(&o.track, 8, right, circle(15, 0, 5*math.Pi, 60)...)
		along(&o.track, 8, right, [2]float64{-15, 0}, [2]float64{-300, 0})
		o.test(t)
	})
	t.Run("one street", func(t *testing.T) {
		var w world
		ring := circle(60, 0, 2*math.Pi, 48)
		ring[48] = ring[0]
		w.road(residential, ring...)
		w.road(residential, [2]float64{60, 0}, [2]float64{400, 0})
		o := odd{roads: w.build(t), want: 680 + 60*4*math.Pi, paths: 1}
		along(&o.track, 8, right, [2]float64{400, 0}, [2]float64{60, 0})
		along(&o.track, 8, right, circle(60, 0, 4*math.Pi, 96)...)
		along(&o.track, 8, right, [2]float64{60, 0}, [2]float64{400, 0})
		o.test(t)
	})
}

func TestWheelsThatTellNonsense(t *testing.T) {
	for name, c := range map[string]struct {
		wheels func(float64) float64
		paths  int
	}{
		"stuck":            {func(float64) float64 { return 0 }, 1},
		"by the kilometre": {func(d float64) float64 { return math.Floor(d/1000) * 1000 }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			o := odd{roads: high(t), want: 2950, paths: c.paths}
			along(&o.track, 15, c.wheels, [2]float64{50, 0}, [2]float64{3000, 0})
			o.test(t)
		})
	}
}

func TestDrivesThatStepAside(t *testing.T) {
	for name, c := range map[string]struct {
		drive func(*match.Track)
		want  float64
		paths int
	}{
		"turn in the middle of a street": {func(t *match.Track) {
			along(t, 10, right, [2]float64{50, 0}, [2]float64{1100, 0}, [2]float64{50, 0})
		}, 2100, 2},
		"fixes of another place": {func(t *match.Track) {
			along(t, 10, right, [2]float64{50, 0}, [2]float64{1000, 0})
			along(t, 10, right, [2]float64{50_000, 0}, [2]float64{50_500, 0})
			along(t, 10, right, [2]float64{1000, 0}, [2]float64{2000, 0})
		}, 1950, 2},
		"parking places at both ends": {func(t *match.Track) {
			along(t, 3, right, [2]float64{450, -120}, [2]float64{500, -100}, [2]float64{500, 0})
			along(t, 10, right, [2]float64{500, 0}, [2]float64{2000, 0})
			along(t, 3, right, [2]float64{2000, 0}, [2]float64{2050, -60}, [2]float64{2050, -150})
		}, 1500, 1},
		"a fix a kilometre": {func(t *match.Track) {
			nan := float32(math.NaN())
			for i := range 4 {
				p := place(float64(i)*1000+100, 3)
				t.Add(match.Fix{At: int64(i+1) * 60e6, Lat: p[1], Lon: p[0], Accuracy: 5, Heading: nan, Speed: nan, Driven: math.NaN()})
			}
		}, 3000, 1},
	} {
		t.Run(name, func(t *testing.T) {
			o := odd{roads: high(t), want: c.want, paths: c.paths}
			c.drive(&o.track)
			o.test(t)
		})
	}
}
