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
	for _, place := range p.Places {
		t.AppendRow([]any{text.Trim(place.Kind, 12) + " " + clip(place.Name, 30), counts(place.Found), counts(place.Deleted), verdict(p, place)})
	}
	if err := printTable(w, t); err != nil {
		return err
	}
	for _, place := range p.Places {
		tellPlace(w, place)
	}
	return conclude(w, p)
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
		parts = append(parts, fmt.Sprintf("%s %s", thousands(int(c[what])), what))
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
		said = "Nothing was found anywhere."
	case p.Verified && stays(p):
		said = "Erased, and every place read again, but for what stays: see the warnings."
	case p.Verified:
		said = "Erased, and every place read again."
	default:
		said = "NOT everything could be verified."
	}
	_, err := fmt.Fprintln(w, said)
	return err
}

func stays(p *erase.Proof) bool {
	return slices.ContainsFunc(p.Places, func(place *erase.Place) bool { return place.Never })
}
