package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"

	"milepost/replay/csvimport"
	"milepost/replay/mappings"
)

// importCmd brings foreign files in.
type importCmd struct {
	CSV importCSVCmd `cmd:"" name:"csv" help:"Import text tables by a mapping."`
}

// importCSVCmd makes a capture of CSV and other text files.
type importCSVCmd struct {
	Map   string   `required:"" placeholder:"FILE.yaml" help:"The mapping: a file, or the name of one that comes with milepost (comma2k19, curitiba, omaha, twizy, uah)."`
	Files []string `arg:"" name:"file" type:"path" help:"Files, and folders that are searched for files of the mapping."`
	Out   string   `required:"" type:"path" placeholder:"drives.arrow" help:"The capture to write."`
}

// Run imports, and says on standard error what was done with every row.
func (c *importCSVCmd) Run(ctx context.Context, out *terminal) error {
	m, err := loadMapping(c.Map)
	if err != nil {
		return err
	}
	var bar progress
	shown := int64(0)
	report, err := csvimport.Import(ctx, m, csvimport.Options{Files: c.Files, Out: c.Out, Progress: func(done, total int64) {
		if shown == 0 {
			bar = newProgress(out, int(total/kilobyte), "importing (kB)")
		}
		bar.add(int(done/kilobyte - shown/kilobyte))
		shown = done
	}})
	bar.finish()
	if report.Files > 0 {
		if e := printReport(out.Stderr, c.short(report)); e != nil {
			return e
		}
	}
	return err
}

const kilobyte = 1000

// short names the dropped rows' files as they stand below the given folders.
func (c *importCSVCmd) short(r csvimport.Report) csvimport.Report {
	r.Drops = slices.Clone(r.Drops)
	for i := range r.Drops {
		for _, given := range c.Files {
			if below, ok := strings.CutPrefix(r.Drops[i].File, strings.TrimSuffix(given, "/")+"/"); ok {
				r.Drops[i].File = below
				break
			}
		}
	}
	return r
}

// loadMapping reads a file, or a mapping of that name that comes with milepost.
func loadMapping(name string) (*csvimport.Mapping, error) {
	if text, ok := mappings.Lookup(name); ok {
		return csvimport.Load(name, text)
	}
	m, err := csvimport.LoadFile(name)
	if os.IsNotExist(err) || err != nil && !strings.ContainsAny(name, "./\\") {
		return nil, fmt.Errorf("%w; the mappings that come with milepost are %s", err, strings.Join(mappings.Names(), ", "))
	}
	return m, err
}

func printReport(w io.Writer, r csvimport.Report) error {
	t := newTable("Imported", "")
	t.AppendRow(table.Row{"files", humanize.Comma(int64(r.Files))})
	if r.Ignored > 0 {
		t.AppendRow(table.Row{"other files in the folders", humanize.Comma(int64(r.Ignored))})
	}
	t.AppendRow(table.Row{"vehicles", humanize.Comma(int64(r.Vehicles))})
	t.AppendRow(table.Row{"drives", humanize.Comma(int64(r.Drives))})
	if r.Drives > 0 {
		t.AppendRow(table.Row{"from", r.From.Format(time.RFC3339)})
		t.AppendRow(table.Row{"to", r.To.Format(time.RFC3339)})
	}
	t.AppendRow(table.Row{"rows read", humanize.Comma(r.RowsRead)})
	t.AppendRow(table.Row{"rows kept", humanize.Comma(r.RowsKept)})
	t.AppendRow(table.Row{"frames written", humanize.Comma(int64(r.Frames))})
	t.AppendRow(table.Row{"rows of the capture", humanize.Comma(r.CaptureRows)})
	if err := printTable(w, t); err != nil {
		return err
	}
	if err := printDrops(w, r.Drops); err != nil {
		return err
	}
	for _, o := range r.Overlaps {
		if _, err := fmt.Fprintf(w, "note: %s\n", o); err != nil {
			return err
		}
	}
	return nil
}

// printDrops lists what was left out: rows as a whole, and single values.
func printDrops(w io.Writer, drops []csvimport.Drop) error {
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	if len(drops) == 0 {
		_, err := fmt.Fprintln(w, "Nothing was left out.")
		return err
	}
	t := newTable("Left out: file, column, reason", "rows", "values", "first line", "example")
	for _, d := range drops {
		rows, values := "", humanize.Comma(d.Count)
		if d.WholeRow {
			rows, values = values, rows
		}
		t.AppendRow(table.Row{d.File + ", " + d.Column + ", " + d.Reason, rows, values, d.FirstLine, d.Example})
	}
	return printTable(w, t)
}
