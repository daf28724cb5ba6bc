package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"

	"milepost/geo/match"
	"milepost/geo/roads"
)

// benchRoadsCmd matches recorded drives whose streets are known.
type benchRoadsCmd struct {
	Curitiba string   `required:"" type:"existingfile" placeholder:"FILE" help:"A driver's drives with the names of streets, as the set of Curitiba has them."`
	Roads    string   `required:"" type:"existingfile" placeholder:"FILE" help:"The map: a file of 'milepost roads build', or GeoJSON (.geojsonl, .geojson, with .gz too)."`
	Name     []string `default:"name,NMVIA" help:"Properties of GeoJSON that may hold a street's name (${default})."`
	JSON     bool     `name:"json" help:"Print JSON."`
	Wrong    bool     `help:"List what was taken for what, the most frequent first."`
}

// matchFigures are what a way of matching came to. A point on no path counts as wrong
// but where the name says matched.
type matchFigures struct {
	Share           float64 `json:"street_correct_share"`               // the street is the one that the file names
	Raw             float64 `json:"raw_share"`                          // on no path
	Matched         float64 `json:"matched_street_correct_share"`       // of points on a path
	Clear           float64 `json:"clear_street_correct_share"`         // of points where one street alone is within 10 m
	ClearMatched    float64 `json:"clear_matched_street_correct_share"` //
	Junction        float64 `json:"street_or_junction_share"`           // the street, or one that crosses it at the matched place
	JunctionMatched float64 `json:"matched_street_or_junction_share"`   //
	Sure            float64 `json:"confident_share"`                    // of points on a path
	SureOK          float64 `json:"confident_street_correct_share"`     //
	Paths           int     `json:"paths"`                              //
	Looked          int     `json:"points_looked_at"`                   // that paths were made from
	PerS            float64 `json:"points_per_s"`                       // of CPU time
	P50             float64 `json:"ms_per_20_min_trip_p50"`             //
	P95             float64 `json:"ms_per_20_min_trip_p95"`             //
	wrong           map[[2]string]int
}

// roadsFigures are what the command prints.
type roadsFigures struct {
	matchFigures              // every point
	Points       int          `json:"points"`                    // with a valid clock
	Named        int          `json:"points_named"`              // these count
	Ambiguous    int          `json:"points_in_several_streets"` // named ones with more than one street within 10 m
	Unknown      float64      `json:"name_not_on_map_share"`
	Nearest      float64      `json:"nearest_street_correct_share"`
	Thinned      matchFigures `json:"thinned"`      // as after each trip under load
	Tenth        matchFigures `json:"every_10th_s"` // the others are not seen at all
	TenthNamed   int          `json:"points_named_every_10th_s"`
	Edges        int          `json:"edges"`
}

// Run matches the drives and prints how many streets were right, and how fast.
func (c *benchRoadsCmd) Run(out *terminal) (err error) {
	m, err := openBenchMap(c.Roads, c.Name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	drives, err := readStreets(c.Curitiba)
	if err != nil {
		return err
	}
	if err := anyNamed(c.Curitiba, drives); err != nil {
		return err
	}
	f := measureStreets(m, drives)
	if c.JSON {
		e := json.NewEncoder(out.Stdout)
		e.SetIndent("", "  ")
		return e.Encode(f)
	}
	return c.print(out, &f)
}

// anyNamed refuses drives of which nothing can be said: a share of none would read as
// one of nought.
func anyNamed(path string, drives []streetDrive) error {
	points := 0
	for i := range drives {
		if points += drives[i].points; len(drives[i].named) > 0 {
			return nil
		}
	}
	return fmt.Errorf("%s: of %d points with a place and a valid clock none has a street in NOME_RUA to compare with", path, points)
}

func measureStreets(m *roads.Map, drives []streetDrive) roadsFigures {
	f := roadsFigures{Edges: m.Edges()}
	onMap := streetNames(m)
	unknown := 0
	j := streetJudge{m: m}
	for i := range drives {
		d := &drives[i]
		f.Points += d.points
		for _, s := range d.named {
			f.Named++
			f.Ambiguous += oneIf(j.streets(d.point(s)) > 1)
			if !onMap[s.street] {
				unknown++
			}
		}
	}
	f.Unknown = share(unknown, f.Named)
	f.Nearest = nearestShare(m, drives)
	f.matchFigures = measureMatch(m, drives, match.Options{})
	f.Thinned = measureMatch(m, drives, match.Options{Thin: true})
	tenth := everyTenth(drives)
	for i := range tenth {
		f.TenthNamed += len(tenth[i].named)
	}
	f.Tenth = measureMatch(m, tenth, match.Options{})
	return f
}

func (c *benchRoadsCmd) print(out *terminal, f *roadsFigures) error {
	t := newTable("Matched", "every point", "thinned", "every 10th second")
	row := func(what string, of func(*matchFigures) string) {
		t.AppendRow(table.Row{what, of(&f.matchFigures), of(&f.Thinned), of(&f.Tenth)})
	}
	row("right street", func(m *matchFigures) string { return percent(m.Share) })
	t.AppendRow(table.Row{"  by the nearest road", percent(f.Nearest), "", ""})
	row("  where it is clear", func(m *matchFigures) string { return percent(m.Clear) })
	row("  or in its junction", func(m *matchFigures) string { return percent(m.Junction) })
	row("on no road", func(m *matchFigures) string { return percent(m.Raw) })
	row("paths", func(m *matchFigures) string { return humanize.Comma(int64(m.Paths)) })
	row("points/s a core", func(m *matchFigures) string { return humanize.Comma(int64(m.PerS)) })
	row("ms a 20 min trip, median", func(m *matchFigures) string { return fmt.Sprintf("%.2f", m.P50) })
	row("  95th percentile", func(m *matchFigures) string { return fmt.Sprintf("%.2f", m.P95) })
	if err := printTable(out.Stdout, t); err != nil {
		return err
	}
	fmt.Fprintf(out.Stdout, "%s of %s points have a name; %s of the names are not on the map;\nat %s points several streets are within 10 m.\n",
		humanize.Comma(int64(f.Named)), humanize.Comma(int64(f.Points)), percent(f.Unknown), humanize.Comma(int64(f.Ambiguous)))
	if c.Wrong {
		return printWrong(out, f.wrong)
	}
	return nil
}
