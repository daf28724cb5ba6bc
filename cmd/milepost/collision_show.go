package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"milepost/outcome"
	"milepost/report"
)

const terminalWidth = 80

// printCollision prints a collision for a terminal of 80 columns.
func printCollision(w io.Writer, r *report.Report) error {
	fmt.Fprintf(w, "Collision %s\n\n", r.Collision.ID)
	for _, f := range r.Facts() {
		listing(w, f.Name, report.Plain(f.Text))
	}
	listings(w, "Keep in mind", append(r.Weaknesses(), r.Caveats()...))
	listings(w, "Not known", r.Unknown())
	fmt.Fprint(w, pulseChart(r))
	if evidence := r.Evidence(); len(evidence) > 0 {
		fmt.Fprintln(w, "\nWhat speaks for a collision, and what against")
		for _, e := range evidence {
			listing(w, "  "+e.Name, report.Plain(e.Text))
		}
	}
	printAdded(w, r)
	_, err := fmt.Fprint(w, "\nThis is no eCall: nobody was called by it. Who receives it, the driver decides.\n")
	return err
}

// listings prints several sentences under one name.
func listings(w io.Writer, name string, said []string) {
	for _, s := range said {
		listing(w, name, s)
		name = ""
	}
}

// listing prints a name and its text, broken to the terminal's width.
func listing(w io.Writer, name, said string) {
	const names = 22
	for i, line := range strings.Split(text.WrapSoft(said, terminalWidth-names), "\n") {
		if i > 0 {
			name = ""
		}
		fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-*s%s", names, name, line), " "))
	}
}

// printAdded prints what the driver added; of a photo that there is one.
func printAdded(w io.Writer, r *report.Report) {
	if len(r.Additions) == 0 {
		return
	}
	fmt.Fprintln(w, "\nWhat the driver added")
	for i := range r.Additions {
		a := &r.Additions[i]
		said := a.Text
		if a.Kind == outcome.AdditionAnswer {
			said = strings.ReplaceAll(string(a.Answer), "_", " ")
		}
		listing(w, "  "+a.At.Std().Format("2006-01-02 15:04Z"), strings.TrimSpace(string(a.Kind)+": "+report.Plain(said)))
		listing(w, "", "id "+a.ID)
	}
}

// pulseChart is the horizontal acceleration from just before time zero on, the peak of
// each 10 ms; nothing where there is no pulse.
func pulseChart(r *report.Report) string {
	const columns, stepS, firstS = 35, 0.01, -0.05
	times, g := r.Horizontal()
	values := make([]*float64, columns)
	for i, t := range times {
		column := int(math.Round((t - firstS) / stepS))
		if column < 0 || column >= columns || math.IsNaN(g[i]) {
			continue
		}
		if values[column] == nil || *values[column] < g[i] {
			values[column] = &g[i]
		}
	}
	top := greatest(values)
	if top == 0 {
		return ""
	}
	mark := func(column int) string {
		if column%5 != 0 {
			return ""
		}
		return fmt.Sprintf("%.0f", (firstS+float64(column)*stepS)*1000)
	}
	return fmt.Sprintf("\nAcceleration along the ground, g, by ms after time zero\n%s",
		chart{values: values, top: roundUp(top), rows: 5, mark: mark}.draw())
}
