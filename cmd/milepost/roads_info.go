package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"

	"milepost/geo/roads"
	"milepost/outcome"
	"milepost/replay/csvimport"
)

// roadsInfoCmd shows a map.
type roadsInfoCmd struct {
	File string `arg:"" name:"file" type:"path" help:"The map, as milepost roads build wrote it."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run opens the map, which checks it whole, and prints what it holds.
func (c *roadsInfoCmd) Run(out *terminal) (err error) {
	m, err := roads.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	s := m.Summary()
	if c.JSON {
		return writeLine(out.Stdout, s)
	}
	if err := showMap(out.Stdout, s); err != nil {
		return err
	}
	fmt.Fprintln(out.Stdout)
	return showBuilt(out.Stdout, s)
}

// showMap prints what a map holds.
func showMap(w io.Writer, s roads.Summary) error {
	t := newTable("Map of roads", "")
	add := func(what, format string, values ...any) { t.AppendRow(table.Row{what, fmt.Sprintf(format, values...)}) }
	add("version", "%s", s.Version)
	add("size", "%s", humanize.Bytes(uint64(s.Bytes)))
	add("directed edges", "%s", humanize.Comma(int64(s.Edges)))
	add("  of them drivable", "%s", humanize.Comma(int64(s.Drivable)))
	add("bytes per directed edge", "%.1f", s.BytesPerEdge)
	add("nodes", "%s", humanize.Comma(int64(s.Nodes)))
	add("south, west", "%.5f, %.5f", s.South, s.West)
	add("north, east", "%.5f, %.5f", s.North, s.East)
	if s.DataTime != "" {
		add("data of", "%s", csvimport.Printable(s.DataTime))
	}
	if s.Credit != "" {
		add("roads by", "%s", csvimport.Printable(s.Credit))
	}
	add("turns not allowed", "%s", humanize.Comma(int64(s.BannedTurns)))
	add("table of national limits", "%s", csvimport.Printable(s.LimitTable))
	if err := printTable(w, t); err != nil {
		return err
	}
	return showKilometres(w, s)
}

// showKilometres prints how long what is.
func showKilometres(w io.Writer, s roads.Summary) error {
	fmt.Fprintln(w)
	t := newTable("Roads", "km")
	for _, c := range s.Classes {
		t.AppendRow(table.Row{strings.ReplaceAll(c.Of, "_", " "), km(c.Km)})
	}
	t.AppendRow(table.Row{"all", km(s.Km)})
	t.AppendRow(table.Row{"  one-way", km(s.OneWayKm)})
	t.AppendRow(table.Row{"  in tunnels", km(s.Tunnels)})
	for _, c := range s.Countries {
		t.AppendRow(table.Row{"  in " + orUnknown(c.Of, "no known country"), km(c.Km)})
	}
	if err := printTable(w, t); err != nil {
		return err
	}
	fmt.Fprintln(w)
	t = newTable("Speed limit, each direction by itself", "km")
	all := 0.0
	for _, l := range s.Limits {
		t.AppendRow(table.Row{limitNames[outcome.LimitSource(l.Of)], km(l.Km)})
		all += l.Km
	}
	t.AppendRow(table.Row{"all", km(all)})
	t.AppendRow(table.Row{"  a guess, not used for speeding", km(s.Guessed)})
	t.AppendRow(table.Row{"  no limit by law or sign", km(s.Unlimited)})
	t.AppendRow(table.Row{"  changes with time or weather", km(s.Conditional)})
	t.AppendRow(table.Row{"    in a way that nobody can judge from here", km(s.Doubtful)})
	return printTable(w, t)
}

var limitNames = map[outcome.LimitSource]string{
	"": "unknown", outcome.LimitDirectional: "tagged for the direction", outcome.LimitPosted: "tagged",
	outcome.LimitZone: "by a tagged zone or kind of road", outcome.LimitDefault: "by national law, from the class",
}

func km(v float64) string { return humanize.FormatFloat("#,###.#", v) }

func orUnknown(text, unknown string) string {
	if text == "" {
		return unknown
	}
	return csvimport.Printable(text)
}

// showBuilt prints what a map was made of, and what was left out.
func showBuilt(w io.Writer, s roads.Summary) error {
	c := s.Counts
	t := newTable("Built from", "")
	row := func(what string, n int) { t.AppendRow(table.Row{what, humanize.Comma(int64(n))}) }
	row("ways read", c.Ways)
	row("roads for cars", c.Roads)
	for _, why := range slices.Sorted(maps.Keys(c.LeftOut)) {
		row("  left out: "+csvimport.Printable(why), c.LeftOut[why])
	}
	row("ways for cars with maxspeed", c.MaxSpeedWays)
	row("  of them roads of the map", c.MaxSpeedRoads)
	for _, what := range slices.Sorted(maps.Keys(c.Restrictions)) {
		row("turn restrictions "+csvimport.Printable(what), c.Restrictions[what])
	}
	row("barriers that cars do not get past", c.Barriers)
	if c.Missing > 0 {
		row("points missing: the extract was cut there", c.Missing)
	}
	for _, key := range slices.Sorted(maps.Keys(c.Ignored)) {
		row("ignored: "+csvimport.Printable(key), c.Ignored[key])
	}
	return printTable(w, t)
}
