package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"milepost/replay"
	"milepost/replay/capture"
)

// summary is what a replay did, as people read it.
type summary struct {
	rows    [][2]string
	drops   [][2]string
	stopped bool // before the end
	offMap  bool // a map was asked, and nothing lies on it
}

// leastTimed is the shortest play whose speed means anything.
const leastTimed = 100 * time.Millisecond

func newSummary(s replay.Summary, took time.Duration) *summary {
	out := &summary{}
	for _, r := range []struct {
		what  string
		count int64
	}{
		{"vehicles", s.Vehicles}, {"frames", s.Frames}, {"samples", s.Samples}, {"trips", s.Trips}, {"events", s.Events},
	} {
		out.rows = append(out.rows, [2]string{r.what, humanize.Comma(r.count)})
	}
	if s.Charges != 0 {
		out.rows = append(out.rows, [2]string{"charging sessions", humanize.Comma(s.Charges)})
	}
	if s.Factors != 0 {
		out.rows = append(out.rows, [2]string{"insurance factors", humanize.Comma(s.Factors)})
	}
	if s.Collisions != 0 {
		out.rows = append(out.rows, [2]string{"collisions", humanize.Comma(s.Collisions)})
	}
	out.way(s.Way)
	out.rows = append(out.rows, [2]string{"time", took.Round(time.Millisecond).String()})
	if took >= leastTimed {
		out.rows = append(out.rows, [2]string{"car-seconds/s", humanize.Comma(int64(float64(s.CarSeconds) / took.Seconds()))})
	}
	out.drop("frames that came again", s.Duplicates)
	if s.Amending != 0 {
		out.rows = append(out.rows, [2]string{"late frames used", humanize.Comma(s.Amending)})
	}
	out.drop("frames too late for anything", s.TooLate)
	out.drop("frames that never came", s.Missing)
	out.drop("positions of unshared stretches", s.Hidden)
	out.drop("trips withheld: they ended unshared", s.Withheld)
	out.drop("trips under 50 m and 10 s", s.ShortTrips)
	out.drop("factors whose table is not known", s.UnknownTables)
	for _, d := range s.Drops {
		out.drop(d.What+": "+d.Reason, d.Count)
	}
	return out
}

// way adds how much of the drives lies on the map that was asked.
func (s *summary) way(w replay.Way) {
	if w.Asked == 0 {
		return
	}
	add := func(what string, metres float64) {
		s.rows = append(s.rows, [2]string{what, kilometres(metres)})
	}
	add("km matched to roads of the map", w.Matched)
	add("km on no road of the map", max(0, w.Driven-w.Matched))
	if w.Estimated > 0 {
		add("km estimated: not shared", w.Estimated)
	}
	s.offMap = w.Matched == 0
}

func (s *summary) drop(what string, count int64) {
	if count != 0 {
		s.drops = append(s.drops, [2]string{what, humanize.Comma(count)})
	}
}

// addValues adds the values that reading a capture left out.
func (s *summary) addValues(drops []capture.Drop) {
	for _, d := range drops {
		s.drop(fmt.Sprintf("%s: %s, first in row %d", d.Column, d.Reason, d.FirstRow), d.Count)
	}
}

func (s *summary) print(w io.Writer) error {
	title := "Replayed"
	if s.stopped {
		title = "Stopped before the end; replayed so far"
	}
	t := newTable(title, "")
	for _, r := range s.rows {
		t.AppendRow(table.Row{r[0], r[1]})
	}
	if len(s.drops) == 0 {
		t.AppendRow(table.Row{"dropped", 0})
	}
	for _, d := range s.drops {
		t.AppendRow(table.Row{"dropped: " + d[0], d[1]})
	}
	if err := printTable(w, t); err != nil || !s.offMap {
		return err
	}
	_, err := fmt.Fprintln(w, "\nThe map does not cover these drives: nothing of them lies on its roads.")
	return err
}

// printTable prints the table without the blanks that fill its lines.
func printTable(w io.Writer, t table.Writer) error {
	for line := range strings.Lines(t.Render()) {
		if _, err := fmt.Fprintln(w, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// newTable makes a plain table without lines between its columns: the first is
// flush left and wrapped where it is long, the others are flush right.
func newTable(headers ...string) table.Writer {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.OptionsNoBordersAndSeparators
	style.Options.SeparateHeader = true
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	row := make(table.Row, len(headers))
	configs := make([]table.ColumnConfig, len(headers))
	for i, h := range headers {
		row[i] = h
		configs[i] = table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight}
	}
	const firstWidth = 64
	configs[0] = table.ColumnConfig{Number: 1, WidthMax: firstWidth, WidthMaxEnforcer: text.WrapSoft}
	t.AppendHeader(row)
	t.SetColumnConfigs(configs)
	return t
}
