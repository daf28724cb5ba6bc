package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/paulmach/orb"

	stops "milepost/geo/places"
	"milepost/geo/roads"
	"milepost/geo/route"
	"milepost/replay/csvimport"
)

// placesNearCmd shows where to stop.
type placesNearCmd struct {
	Roads  string  `required:"" type:"existingfile" placeholder:"FILE" help:"The map of roads, of milepost roads build."`
	Places string  `required:"" type:"existingfile" placeholder:"FILE" help:"The list, of milepost places build."`
	Offers string  `type:"existingfile" placeholder:"FILE" help:"Brands and offers (YAML or JSON): those that hold are shown."`
	Lat    float64 `required:"" placeholder:"DEG" help:"Where the vehicle is: latitude; south of the equator as --lat=-25.4."`
	Lon    float64 `required:"" placeholder:"DEG" help:"Its longitude."`

	Heading *float64 `placeholder:"DEG" help:"The direction in which it drives, degrees clockwise from north. Default: any."`
	ToLat   *float64 `placeholder:"LAT" help:"Where it is going, if that is known: then a detour is what a stop adds to the fastest way there. Else it is there and back."`
	ToLon   *float64 `placeholder:"LON" help:"Its longitude."`

	Kind  string        `default:"" placeholder:"KINDS" help:"fuel, charging, rest, food, parking; several with commas. Default: all."`
	N     int           `short:"n" default:"5" help:"How many (${default})."`
	Extra time.Duration `name:"max-detour" default:"20m" help:"The longest detour, at free flow (${default})."`
	KW    float64       `name:"kw" default:"0" help:"The least power of a charging station, kW."`
	JSON  bool          `name:"json" help:"Print JSON lines."`

	kinds stops.Kinds
}

// Validate checks the flags.
func (c *placesNearCmd) Validate() (err error) {
	if c.kinds, err = stops.ParseKinds(c.Kind); err != nil {
		return fmt.Errorf("--kind: %w", err)
	}
	if c.kinds == 0 {
		c.kinds = stops.All
	}
	switch {
	case !(math.Abs(c.Lat) <= 90) || !(math.Abs(c.Lon) <= 180):
		return fmt.Errorf("--lat %v --lon %v is no place on earth", c.Lat, c.Lon)
	case (c.ToLat == nil) != (c.ToLon == nil):
		return fmt.Errorf("--to-lat and --to-lon belong together")
	case c.N < 1:
		return fmt.Errorf("-n is %d: must be at least 1", c.N)
	case c.Extra <= 0 || c.Extra > 10*time.Hour:
		return fmt.Errorf("--max-detour is %v: must be above 0 and at most 10h", c.Extra)
	}
	return nil
}

// Run ranks the places and prints them.
func (c *placesNearCmd) Run(out *terminal) error {
	l, err := readPlaces(c.Places)
	if err != nil {
		return err
	}
	offers, err := c.offers()
	if err != nil {
		return err
	}
	m, err := roads.Open(c.Roads)
	if err != nil {
		return err
	}
	defer func() { _ = m.Close() }() // only read
	if near := route.Defaults().RadiusM; len(m.Near(orb.Point{c.Lon, c.Lat}, near, nil)) == 0 {
		return fmt.Errorf("the place %v, %v is not on this map: %s has no road within %.0f m", c.Lat, c.Lon, c.Roads, near)
	}
	by := route.New(m, route.Options{})
	q, err := c.question(by)
	if err != nil {
		return err
	}
	found := l.Nearest(by, q)
	if c.JSON {
		return writeLines(out.Stdout, stopLines(found, offers, time.Now()))
	}
	if len(found) == 0 {
		return fmt.Errorf("no %s is in %s, on its roads, within a detour of %v", strings.ReplaceAll(c.kinds.String(), ",", " or "), c.Places, spoken(c.Extra))
	}
	return printStops(out.Stdout, found, offers, time.Now())
}

// spoken is a time as people say it.
func spoken(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return d.String()
}

func (c *placesNearCmd) offers() (*stops.Offers, error) {
	if c.Offers == "" {
		return nil, nil
	}
	f, err := os.Open(c.Offers)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	o, err := stops.ReadOffers(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Offers, err)
	}
	return o, nil
}

// question finds the way ahead where a goal is given.
func (c *placesNearCmd) question(by *route.Router) (stops.Question, error) {
	heading := math.NaN()
	if c.Heading != nil {
		heading = *c.Heading
	}
	q := stops.Question{Kinds: c.kinds, N: c.N, ExtraS: c.Extra.Seconds(), LeastKw: c.KW,
		Here: route.End{At: orb.Point{c.Lon, c.Lat}, Heading: heading}}
	if c.ToLat == nil {
		return q, nil
	}
	var p route.Path
	if err := by.Way(q.Here, route.End{At: orb.Point{*c.ToLon, *c.ToLat}, Heading: math.NaN()}, route.Time, &p); err != nil {
		return q, fmt.Errorf("find the way ahead on %s: %w", c.Roads, err)
	}
	// The stop must lie on the same way as the rest of it.
	q.Here.Matched, q.Here.Edge, q.Here.Along = true, p.Edges[0], p.Start
	q.Ahead, q.Line = &p, by.Shape(&p, nil)
	return q, nil
}

// stopLine is a stop as --json prints it.
type stopLine struct {
	stops.Place
	ToM    float64  `json:"to_m"`
	ToS    float64  `json:"to_s"`
	ExtraM float64  `json:"detour_m"`
	ExtraS float64  `json:"detour_s"`
	Offers []string `json:"offers,omitempty"`
	Kind   string   `json:"kinds"`
}

func stopLines(found []stops.Stop, offers *stops.Offers, now time.Time) (lines []stopLine) {
	for _, s := range found {
		lines = append(lines, stopLine{*s.Place, math.Round(s.ToM), math.Round(s.ToS), math.Round(s.ExtraM), math.Round(s.ExtraS),
			texts(offers.At(s.Place, now)), s.Place.Kinds.String()})
	}
	return lines
}

func texts(offers []stops.Offer) (all []string) {
	for _, o := range offers {
		all = append(all, o.Text)
	}
	return all
}

// printStops prints a table of at most 80 columns.
func printStops(w io.Writer, found []stops.Stop, offers *stops.Offers, now time.Time) error {
	t := newTable("Place", "Kind", "To km", "min", "Detour km", "min")
	const nameWidth = 34
	for _, s := range found {
		p := s.Place
		name := csvimport.Printable(cmp.Or(p.Name, p.Brand, "unnamed ("+p.ID+")"))
		if kw := p.Kw(); kw > 0 {
			name = fmt.Sprintf("%s, %.0f kW", clip(name, nameWidth-8), kw)
		}
		t.AppendRow([]any{clip(name, nameWidth), p.Kinds, kilometres(s.ToM), minutes(s.ToS), kilometres(s.ExtraM), minutes(s.ExtraS)})
		for _, text := range texts(offers.At(p, now)) {
			t.AppendRow([]any{"  " + clip(csvimport.Printable(text), nameWidth+20)})
		}
	}
	return printTable(w, t)
}

// kilometres shows m to a tenth of a km. What a stop adds may be a little less than nothing: a
// shorter way that takes longer.
func kilometres(m float64) string {
	tenths := math.Round(m / 100)
	return fmt.Sprintf("%.1f", tenths/10+0)
}

func minutes(s float64) string { return fmt.Sprintf("%.0f", s/60) }
