package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"milepost/scoring/tables"
)

type tablesCmd struct {
	Check tablesCheckCmd `cmd:"" help:"Read a folder of insurers' tables, and print what they say or why they are refused."`
}

type tablesCheckCmd struct {
	Dir  string `arg:"" optional:"" type:"path" help:"The folder; without one, the default tables are printed."`
	JSON bool   `name:"json" help:"Print the tables as JSON lines, as receipts hold them."`
}

// Run reads the tables as replay and run do.
func (c *tablesCheckCmd) Run(out *terminal) error {
	set, err := readTables(c.Dir)
	if err != nil {
		return err
	}
	if own := len(set.All()) - len(tables.Defaults().All()); c.Dir != "" && own == 0 {
		return fmt.Errorf("%s holds no table: milepost reads its files *.yaml and *.yml, not those of folders in it", c.Dir)
	}
	for _, t := range set.All() {
		if c.JSON {
			err = writeLine(out.Stdout, t.Terms())
		} else {
			err = showTable(out.Stdout, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readTables gives the default tables and those of a folder; the empty path is none.
func readTables(dir string) (*tables.Set, error) {
	if dir == "" {
		return tables.Defaults(), nil
	}
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("read the folder of tables: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is a file: give the folder that the tables lie in", dir)
	}
	set, err := tables.Read(os.DirFS(dir))
	var wrong tables.Problems
	if errors.As(err, &wrong) {
		return nil, fmt.Errorf("the insurers' tables of %s are refused:\n%w", dir, wrong)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return set, nil
}

// showTable prints a table's terms for whoever wrote it.
func showTable(w io.Writer, t *tables.Table) error {
	surcharge := "discounts only"
	if t.Bounds.Highest > 1 {
		surcharge = "with surcharges"
	}
	terms := fmt.Sprintf("%s: product %s, a factor each %s, %g to %g (%s); at least %g km", t.Name, t.Product, t.Period,
		t.Bounds.Lowest, t.Bounds.Highest, surcharge, t.Minimum.DistanceKm)
	if t.Minimum.Days > 0 {
		terms += fmt.Sprintf(" on %d days", t.Minimum.Days)
	}
	fmt.Fprintf(w, "%s\n\n", softly(terms, 79))
	var over []string
	rows := newTable("Component", "weight", "prior rate", "over km", "rate for 75")
	for _, c := range t.Components {
		weight := fmt.Sprintf("%g", c.Weight)
		if c.Weight == 0 {
			weight = "off"
		}
		rows.AppendRow(table.Row{strings.ReplaceAll(c.Name, "_", " "), weight, c.PriorRate, c.PriorKm, c.ReferenceRate})
		if c.Name == "speeding" {
			over = append(over, fmt.Sprintf("a metre over the limit counts %g by up to 10 %%, %g by 10 to 20 %%, %g by more", c.Bands[0], c.Bands[1], c.Bands[2]))
		}
	}
	if err := printTable(w, rows); err != nil {
		return err
	}
	for _, line := range append(over, worths(t)...) {
		fmt.Fprintln(w, softly(line, 79))
	}
	_, err := fmt.Fprintln(w)
	return err
}

// worths says a line for each curve of a table.
func worths(t *tables.Table) []string {
	if t.Factor != nil {
		return []string{"score to factor: " + stepped(t.Factor)}
	}
	d := t.Discount
	lines := []string{fmt.Sprintf("discount: up to %g, by safety and electric driving", d.Most), "score to safety part: " + stepped(&d.Safety)}
	if d.EVShare != nil {
		return append(lines, "electric share to electric part: "+stepped(d.EVShare))
	}
	return append(lines,
		fmt.Sprintf("share of the expected (d_n %g km) to electric part, weight %g: %s", d.Expected.DistanceKm, d.Expected.Weight, stepped(&d.Expected.Steps)),
		fmt.Sprintf("charging days a driving day to electric part, weight %g: %s", d.Charging.Weight, stepped(&d.Charging.Steps)))
}

// stepped writes steps on a line: points of a curve, or lower ends of tiers.
func stepped(s *tables.Steps) string {
	var parts []string
	for _, p := range s.Points {
		form := "%g: %g"
		if s.Tiers {
			form = "from %g: %g"
		}
		parts = append(parts, fmt.Sprintf(form, p.X, p.Y))
	}
	return strings.Join(parts, ", ")
}
