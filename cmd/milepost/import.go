package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
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
	Out   string   `required:"" type:"path" placeholder:"FILE" help:"The capture to write, such as drives.arrow."`
}

// Run imports, and says on standard error what was done with every row.
func (c *importCSVCmd) Run(ctx context.Context, out *terminal) error {
	report, err := c.importFiles(ctx, out)
	if err == nil {
		return printReport(out.Stderr, report)
	}
	if len(report.Drops) > 0 {
		err = errors.Join(err, printDrops(out.Stderr, report.Drops))
	}
	return plainError{err}
}

func (c *importCSVCmd) importFiles(ctx context.Context, out *terminal) (csvimport.Report, error) {
	m, err := loadMapping(c.Map)
	if err != nil {
		return csvimport.Report{}, err
	}
	if err := differ(c.Map, c.Out); err != nil {
		return csvimport.Report{}, err
	}
	var bar progress
	shown := int64(0)
	defer func() { bar.finish() }()
	return csvimport.Import(ctx, m, csvimport.Options{Files: c.Files, Out: c.Out, Progress: func(done, total int64) {
		if shown == 0 {
			bar = newProgress(out, int(total/kilobyte), "importing (kB)")
		}
		bar.add(int(done/kilobyte - shown/kilobyte))
		shown = done
	}})
}

const kilobyte = 1000

var errSameFile = errors.New("it is the file that is read")

// differ refuses to write to the file that is read. A file that is not there is
// nobody's.
func differ(in, out string) error {
	a, errA := os.Stat(in)
	b, errB := os.Stat(out)
	if errA == nil && errB == nil && os.SameFile(a, b) {
		return fmt.Errorf("write %s: %w", out, errSameFile)
	}
	return nil
}

// plainError is an error whose text cannot steer a terminal, whatever names and
// cells it quotes.
type plainError struct{ error }

// Error keeps the lines of the text.
func (e plainError) Error() string {
	lines := strings.Split(e.error.Error(), "\n")
	for i := range lines {
		lines[i] = csvimport.Printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the error.
func (e plainError) Unwrap() error { return e.error }

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
	return printOverlaps(w, r.Overlaps)
}

// printOverlaps names the first drives that overlap.
func printOverlaps(w io.Writer, overlaps []string) error {
	const most = 10
	for i, o := range overlaps {
		if i == most {
			_, err := fmt.Fprintf(w, "note: %s more drives overlap\n", humanize.Comma(int64(len(overlaps)-most)))
			return err
		}
		if _, err := fmt.Fprintln(w, wrapped("note: "+csvimport.Printable(o), reportWidth, "")); err != nil {
			return err
		}
	}
	return nil
}
