package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"milepost/outcome"
	"milepost/report"
)

// section is a part of an explanation.
type section struct {
	title string
	note  string // above its lines
	lines []explainLine
}

// explainLine is a value with what it means.
type explainLine struct{ name, value, meaning string }

// numbers makes lines of numbers by name, with the meanings that are known of them.
func numbers(in map[string]float64) (lines []explainLine) {
	for _, name := range slices.Sorted(maps.Keys(in)) {
		lines = append(lines, explainLine{name, numberOf(name, in[name]), meaningOf(name)})
	}
	return lines
}

// numbersOf is numbers where a kind's own meaning of a name goes before that of others.
func numbersOf(kind string, in map[string]float64) []explainLine {
	lines := numbers(in)
	for i := range lines {
		lines[i].meaning = cmp.Or(meanings[kind+"."+lines[i].name], lines[i].meaning)
	}
	return lines
}

// numberOf writes a number as it is: times, in µs, as times.
func numberOf(name string, x float64) string {
	if strings.HasPrefix(name, "cost_") && (strings.HasSuffix(name, "_from") || strings.HasSuffix(name, "_to")) {
		return outcome.Time(x).Std().Format("15:04:05Z")
	}
	return shownNumber(x)
}

// shownNumber has all digits of a whole number, and ten of another.
func shownNumber(x float64) string {
	const exact = 1 << 53
	if x == math.Trunc(x) && math.Abs(x) <= exact {
		return strconv.FormatFloat(x, 'f', 0, 64)
	}
	return strconv.FormatFloat(x, 'g', 10, 64)
}

// print prints the explanation for a terminal of 80 columns.
func (e *explanation) print(w io.Writer) error {
	for line := range strings.Lines(e.title) {
		fmt.Fprintln(w, softly(report.Plain(strings.TrimSpace(line)), 79))
	}
	if e.Tip != "" {
		fmt.Fprintf(w, "\nTip: %s\n", strings.ReplaceAll(softly(e.Tip, 74), "\n", "\n     "))
	}
	for _, s := range e.sections {
		if err := s.print(w); err != nil {
			return err
		}
	}
	for i := range e.Checks {
		if err := e.Checks[i].print(w); err != nil {
			return err
		}
	}
	return nil
}

// The widths of an explanation's columns: with what is between them, 80.
const (
	explainedWidth = 31
	valueWidth     = 14
	meaningWidth   = 30
)

func (s *section) print(w io.Writer) error {
	fmt.Fprintf(w, "\n%s\n", s.title)
	for line := range strings.Lines(s.note) {
		fmt.Fprintln(w, softly(strings.TrimSpace(line), 79))
	}
	if len(s.lines) == 0 {
		return nil
	}
	t := columns(explainedWidth, valueWidth, meaningWidth)
	for _, l := range s.lines {
		t.AppendRow(table.Row{l.name, l.value, l.meaning})
	}
	return printTable(w, t)
}

// columns makes a table without headers: the first and the last column flush left.
func columns(widths ...int) table.Writer {
	t := newTable(make([]string, len(widths))...)
	t.ResetHeaders()
	configs := make([]table.ColumnConfig, len(widths))
	for i, width := range widths {
		configs[i] = table.ColumnConfig{Number: i + 1, WidthMax: width, WidthMaxEnforcer: atJoints}
		if i == 1 {
			configs[i].Align = text.AlignRight
		}
	}
	t.SetColumnConfigs(configs)
	return t
}

// atJoints wraps a cell at blanks, and names that are wider than it behind _ and dots.
func atJoints(cell string, width int) string {
	words := strings.Split(cell, " ")
	for i, name := range words {
		var parts []string
		for len(name) > width {
			joint := strings.LastIndexAny(name[:width], "_.") + 1
			if joint == 0 {
				break
			}
			parts, name = append(parts, name[:joint]), name[joint:]
		}
		words[i] = strings.Join(append(parts, name), " ")
	}
	return text.WrapSoft(strings.Join(words, " "), width)
}

// softly wraps text at blanks, and leaves none at the ends of lines.
func softly(s string, width int) string {
	lines := strings.Split(text.WrapSoft(s, width), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func (c *recheck) print(w io.Writer) error {
	fmt.Fprintf(w, "\nRecomputed: %s, from %s (%s)\n", c.Of, c.From, c.Method)
	if c.Problem != "" {
		_, err := fmt.Fprintln(w, softly("not possible: "+c.Problem, 79))
		return err
	}
	t := newTable("", "stored", "recomputed", "")
	t.SetColumnConfigs([]table.ColumnConfig{
		{Number: 1, WidthMax: explainedWidth, WidthMaxEnforcer: atJoints},
		{Number: 2, Align: text.AlignRight, AlignHeader: text.AlignRight, WidthMax: 16, WidthMaxEnforcer: atJoints},
		{Number: 3, Align: text.AlignRight, AlignHeader: text.AlignRight, WidthMax: 16, WidthMaxEnforcer: atJoints},
	})
	for _, f := range c.Fields {
		verdict := ""
		if !f.Same {
			verdict = "DIFFERS"
		}
		t.AppendRow(table.Row{f.Name, shownLeaf(f.Stored), shownLeaf(f.Recomputed), verdict})
	}
	return printTable(w, t)
}

// shownLeaf writes a value of JSON; - for none.
func shownLeaf(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case float64:
		return shownNumber(v)
	}
	return fmt.Sprint(v)
}
