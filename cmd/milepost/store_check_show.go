package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"

	"milepost/ingest/check"
	"milepost/outcome"
)

// printCheck prints a table of at most 80 columns, examples and what else is to be said.
func printCheck(w io.Writer, done checked, proofs bool) error {
	fmt.Fprintf(w, "%s, against topic %s\n", done.Where, done.Topic)
	t := newTable("Type", "In topic", "Rows", "Missing", "Doubled", "Differing", "Unknown")
	var superseded, moving, erased, missing int64
	for _, kind := range check.Kinds() {
		c := done.Types[kind]
		superseded, moving = superseded+c.Superseded, moving+c.Moving
		erased, missing = erased+c.Erased, missing+c.Missing
		t.AppendRow([]any{string(kind), humanize.Comma(c.InTopic), humanize.Comma(c.Rows), humanize.Comma(c.Missing),
			humanize.Comma(c.Doubled), humanize.Comma(c.Differing), humanize.Comma(c.Unknown)})
	}
	if err := printTable(w, t); err != nil {
		return err
	}
	if err := printExamples(w, done.Result); err != nil {
		return err
	}
	if err := printCheckErased(w, erased, missing, proofs); err != nil {
		return err
	}
	return printCheckNotes(w, done, superseded, moving)
}

// printCheckErased tells what erasures explain, or that they might.
func printCheckErased(w io.Writer, erased, missing int64, proofs bool) (err error) {
	switch {
	case proofs:
		_, err = fmt.Fprintf(w, "\n%s facts are missing because they were erased, as the proofs say: that is no error.\n", humanize.Comma(erased))
	case missing > 0:
		_, err = fmt.Fprintln(w, "\nErased facts look lost while the topic has them: name the proofs by --erased.")
	}
	return err
}

func printExamples(w io.Writer, r *check.Result) error {
	if len(r.Examples) == 0 {
		return nil
	}
	t := newTable("Type", "Id", "Finding", "Why")
	t.SetColumnConfigs(nil)
	for _, x := range r.Examples {
		why := x.Reason
		if len(x.Fields) > 0 {
			why += ": " + strings.Join(x.Fields, ", ")
		}
		t.AppendRow([]any{string(x.Type), x.ID, x.Finding, why})
	}
	fmt.Fprintln(w)
	if err := printTable(w, t); err != nil {
		return err
	}
	if int64(len(r.Examples)) < r.Wrong() {
		fmt.Fprintf(w, "%d of %s.\n", len(r.Examples), humanize.Comma(r.Wrong()))
	}
	return nil
}

func printCheckNotes(w io.Writer, done checked, superseded, moving int64) error {
	var notes strings.Builder
	note := func(n int64, text string) {
		if n > 0 {
			fmt.Fprintf(&notes, "%s %s\n", humanize.Comma(n), text)
		}
	}
	note(superseded, "rows are replaced by others and await a merge, as is normal.")
	note(moving, "facts changed while they were looked at: nothing is said of them.")
	if done.Types[outcome.TypeCollision].Rows > 0 {
		notes.WriteString("What people added to collisions is in the stores alone, and was not compared.\n")
	}
	note(done.Trimmed, "records of before are no longer in the topic: what only they told of is unknown.")
	note(done.Unreadable, "records of the topic are no outcomes: left out.")
	pass := "one pass"
	if done.Passes > 1 {
		pass = fmt.Sprintf("%d passes", done.Passes)
	}
	fmt.Fprintf(&notes, "%s records were read in %s, in %.1f s.\n", humanize.Comma(done.Records), pass, done.TookS)
	_, err := fmt.Fprintf(w, "\n%s", notes.String())
	return err
}
