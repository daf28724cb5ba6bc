package main

import (
	"fmt"
	"io"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"
)

// written is what a simulation sent, as people read it.
type written struct {
	title string
	rows  []table.Row
}

func newWritten(records, carSeconds, bytes int64, took time.Duration, stopped bool) written {
	w := written{title: "Written"}
	if stopped {
		w.title = "Stopped before the end; written so far, or about to be"
	}
	perSecond := func(n float64) string {
		if took < leastTimed {
			return ""
		}
		return humanize.CommafWithDigits(n/took.Seconds(), 1)
	}
	const mb = 1e6
	w.rows = []table.Row{
		{"records", humanize.Comma(records), perSecond(float64(records))},
		{"car-seconds", humanize.Comma(carSeconds), perSecond(float64(carSeconds))},
		{"MB before compression", fmt.Sprintf("%.1f", float64(bytes)/mb), perSecond(float64(bytes) / mb)},
		{"time", took.Round(time.Millisecond).String(), ""},
	}
	return w
}

func (w written) print(out io.Writer) error {
	t := newTable(w.title, "", "a second")
	for _, r := range w.rows {
		t.AppendRow(r)
	}
	return printTable(out, t)
}
