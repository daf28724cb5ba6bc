package main

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"milepost/replay/csvimport"
)

// reportWidth is the width of a report in columns of the terminal.
const reportWidth = 80

// printDrops lists what was left out, rows as a whole and single values, below the
// name of each file as it stands in the folder that all have in common.
func printDrops(w io.Writer, drops []csvimport.Drop) error {
	if _, err := fmt.Fprintln(w); err != nil {
		return err
	}
	if len(drops) == 0 {
		_, err := fmt.Fprintln(w, "Nothing was left out.")
		return err
	}
	t := newTable("Left out", "rows", "values", "first line")
	width := reportWidth - numbersWidth(drops)
	t.SetColumnConfigs(leftOutColumns()) // the first is wrapped here
	common := commonFolder(drops)
	file := ""
	for _, d := range drops {
		if d.File != file {
			file = d.File
			name := csvimport.Printable(strings.TrimPrefix(file, common))
			t.AppendRow(table.Row{wrapped(name, width, ""), "", "", ""})
		}
		rows, values := "", humanize.Comma(d.Count)
		if d.WholeRow {
			rows, values = values, rows
		}
		t.AppendRow(table.Row{wrapped(dropText(d), width, "  "), rows, values, humanize.Comma(int64(d.FirstLine))})
	}
	return printTable(w, t)
}

func leftOutColumns() []table.ColumnConfig {
	configs := []table.ColumnConfig{{Number: 1}}
	for n := 2; n <= 4; n++ {
		configs = append(configs, table.ColumnConfig{Number: n, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	return configs
}

// dropText says what was left out and why, with an example.
func dropText(d csvimport.Drop) string {
	what := d.Column + ": " + d.Reason
	if d.Example != "" {
		what += fmt.Sprintf(" (%s)", csvimport.Printable(d.Example))
	}
	return csvimport.Printable(what)
}

// numbersWidth is what the columns beside the first take, with the blanks around
// every column.
func numbersWidth(drops []csvimport.Drop) int {
	const blanks = 2
	count, line := len("values"), len("first line")
	for _, d := range drops {
		count = max(count, len(humanize.Comma(d.Count)))
		line = max(line, len(humanize.Comma(int64(d.FirstLine))))
	}
	return 4*blanks + 2*count + line
}

// commonFolder is the deepest folder that holds all the files, with a separator
// at its end; empty where there is none.
func commonFolder(drops []csvimport.Drop) string {
	const separator = string(filepath.Separator)
	folder := filepath.Dir(drops[0].File)
	for _, d := range drops {
		for !strings.HasPrefix(d.File, strings.TrimSuffix(folder, separator)+separator) {
			if folder == filepath.Dir(folder) {
				return ""
			}
			folder = filepath.Dir(folder)
		}
	}
	return strings.TrimSuffix(folder, separator) + separator
}

// wrapped breaks a text into lines of at most that width: after blanks and
// separators of folders, else after the marks within names, else anywhere. All
// lines are indented, those after the first by two more.
func wrapped(s string, width int, indent string) string {
	var lines []string
	for s != "" {
		n := lineEnd(s, width-len(indent))
		lines = append(lines, indent+strings.TrimRight(s[:n], " "))
		s = strings.TrimLeft(s[n:], " ")
		if len(lines) == 1 {
			indent += "  "
		}
	}
	return strings.Join(lines, "\n")
}

// lineEnd gives the bytes of s that go into a line.
func lineEnd(s string, width int) int {
	used, whole, part := 0, 0, 0 // places to break at
	for i, r := range s {
		used += text.RuneWidth(r)
		switch {
		case used > width && whole+part == 0:
			return max(i, 1)
		case used > width && (r != ' ' || i == 0):
			return cmp.Or(whole, part)
		case strings.ContainsRune(" /\\", r):
			whole = i + 1
		case strings.ContainsRune("_-,;:", r):
			part = i + 1
		}
	}
	return len(s)
}
