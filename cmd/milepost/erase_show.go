package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"milepost/erase"
)

// printProof prints a line for each place, and below what a person must know of it.
func printProof(w io.Writer, p *erase.Proof) error {
	t := newTable("Place", "Found", "Deleted", "Verified")
	t.SetColumnConfigs(nil)
	// With the last one's 13 and what is between them, below 80 columns.
	const width, lines = 32, 3
	for _, place := range p.Places {
		t.AppendRow([]any{place.Kind + "\n" + text.WrapHard(shorten(place.Name, lines*width), width), counts(place.Found), counts(place.Deleted), verdict(p, place)})
	}
	if err := printTable(w, t); err != nil {
		return err
	}
	for _, place := range p.Places {
		tellPlace(w, place)
	}
	return conclude(w, p)
}

// shorten leaves out the middle of a name: its beginning and its end tell it from others.
func shorten(name string, width int) string {
	runes := []rune(name)
	if len(runes) <= width {
		return name
	}
	end := len(runes) - width/2
	return string(runes[:width-width/2-1]) + "…" + string(runes[end:])
}

// counts is at most two kinds, the rest is in the JSON.
func counts(c erase.Counts) string {
	if len(c) == 0 {
		return "-"
	}
	var parts []string
	for _, what := range slices.Sorted(maps.Keys(c)) {
		if what == "bytes" {
			parts = append(parts, stateBytes(c[what]))
			continue
		}
		const width = 14
		parts = append(parts, text.WrapSoft(fmt.Sprintf("%s %s", thousands(int(c[what])), what), width))
	}
	return strings.Join(parts, "\n")
}

func verdict(p *erase.Proof, place *erase.Place) string {
	switch {
	case place.Error != "":
		return "no"
	case p.DryRun:
		return "-"
	case place.Never:
		return "stays"
	case place.GoneBy != nil:
		return "by " + place.GoneBy.Format("2006-01-02")
	case place.Verified:
		return "gone"
	}
	return "no"
}

func tellPlace(w io.Writer, place *erase.Place) {
	name := place.Kind + " " + place.Name
	if place.Error != "" {
		fmt.Fprintf(w, "%s: NOT DONE: %s\n", name, place.Error)
	}
	if place.GoneBy != nil {
		fmt.Fprintf(w, "%s: the brokers will have deleted the last record by %s\n", name, place.GoneBy.Format("2006-01-02 15:04Z"))
	}
	for _, warning := range place.Warnings {
		fmt.Fprintf(w, "%s: WARNING: %s\n", name, warning)
	}
}

func conclude(w io.Writer, p *erase.Proof) error {
	said := ""
	switch {
	case p.DryRun && p.Found:
		said = "Dry run: nothing was erased."
	case !p.Found && (p.Verified || p.DryRun):
		said = nothingFound(p)
	case p.Verified && len(p.Stays) > 0:
		said = "Erased, except " + listed(p.Stays) + "."
	case p.Verified:
		said = "Erased, and every place read again."
	default:
		said = "NOT everything could be verified."
	}
	_, err := fmt.Fprintln(w, said)
	return err
}

// nothingFound says so, and what that leaves open.
func nothingFound(p *erase.Proof) string {
	switch {
	case len(p.Stays) == 0:
		return "Nothing was found anywhere."
	case p.Subject.OfCollision():
		return "Nothing of it was found; what was not looked through, or ends by itself, is in " + listed(p.Stays) + "."
	}
	return "Nothing names them; what names no one is in " + listed(p.Stays) + "."
}

// listed are places whose records stay.
func listed(stays []string) string {
	places := "1 place whose records stay: "
	if len(stays) > 1 {
		places = fmt.Sprintf("%d places whose records stay: ", len(stays))
	}
	return places + strings.Join(stays, ", ")
}
