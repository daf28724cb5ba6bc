package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"
	"github.com/jedib0t/go-pretty/v6/table"

	"milepost/ingest/deadletter"
)

// printLetters prints the letters as a table for each topic, of at most 80
// columns, and the counts by class.
func printLetters(w io.Writer, box *deadletter.Mailbox) error {
	if box.Matching == 0 {
		return printUnreadable(w, "No dead letters.", box)
	}
	letters := slices.Clone(box.Letters)
	slices.SortStableFunc(letters, func(a, b deadletter.Letter) int { return cmp.Compare(a.Topic, b.Topic) })
	replayed := false
	for len(letters) > 0 {
		n := slices.IndexFunc(letters, func(l deadletter.Letter) bool { return l.Topic != letters[0].Topic })
		if n < 0 {
			n = len(letters)
		}
		again, err := printTopic(w, letters[:n], box)
		if err != nil {
			return err
		}
		replayed = replayed || again
		letters = letters[n:]
	}
	if replayed {
		fmt.Fprintln(w, "* replayed since.")
	}
	if len(box.Letters) < box.Matching {
		fmt.Fprintf(w, "The latest %s of %s.\n", humanize.Comma(int64(len(box.Letters))), humanize.Comma(int64(box.Matching)))
	}
	return printUnreadable(w, countsByClass(box), box)
}

// printTopic prints one topic's letters and tells whether any was replayed.
func printTopic(w io.Writer, letters []deadletter.Letter, box *deadletter.Mailbox) (replayed bool, err error) {
	fmt.Fprintf(w, "%s\n", letters[0].Topic)
	t := newTable("Written (UTC)", "Class", "Part/offset", "Vehicle", "Reason")
	t.SetColumnConfigs([]table.ColumnConfig{})
	places, widest, classes := make([]string, len(letters)), len("Part/offset"), len("Class")
	for i := range letters {
		l := &letters[i]
		places[i] = fmt.Sprintf("%d/%d", l.Partition, l.Offset)
		if _, again := box.Replayed[l.Root()]; again {
			places[i], replayed = places[i]+"*", true
		}
		widest, classes = max(widest, len(places[i])), max(classes, len(l.Class))
	}
	const vehicleWidth, others = 12, 14 + 12 + 10 // the time, the vehicle, and blanks
	for i := range letters {
		l := &letters[i]
		t.AppendRow(table.Row{l.At.UTC().Format("01-02 15:04:05"), string(l.Class), places[i],
			clip(l.Key, vehicleWidth), clip(l.Reason, max(1, 80-others-widest-classes))})
	}
	if err := printTable(w, t); err != nil {
		return replayed, err
	}
	_, err = fmt.Fprintln(w)
	return replayed, err
}

// countsByClass is one line of all letters that the filter takes.
func countsByClass(box *deadletter.Mailbox) string {
	text := english.Plural(box.Matching, "letter", "") + ":"
	if box.Matching >= 1000 {
		text = humanize.Comma(int64(box.Matching)) + " letters:"
	}
	separator := " "
	for _, class := range deadletter.Classes {
		if n := box.ByClass[class]; n > 0 {
			text += fmt.Sprintf("%s%s %s", separator, class, humanize.Comma(int64(n)))
			separator = ", "
		}
	}
	return text + "."
}

func printUnreadable(w io.Writer, text string, box *deadletter.Mailbox) error {
	if box.Unreadable > 0 {
		text += fmt.Sprintf("\n%s in the topic no letter: left out.", english.Plural(box.Unreadable, "record is", "records are"))
	}
	_, err := fmt.Fprintln(w, text)
	return err
}

// printFates prints what became of the letters.
func printFates(w io.Writer, fates map[deadletter.Fate]int, letters int, dry bool) error {
	t := newTable("Dead letters", "Count")
	for _, fate := range deadletter.Fates {
		if n := fates[fate]; n > 0 {
			t.AppendRow(table.Row{told(fate, dry), humanize.Comma(int64(n))})
		}
	}
	t.AppendRow(table.Row{"read", humanize.Comma(int64(letters))})
	return printTable(w, t)
}

func told(fate deadletter.Fate, dry bool) string {
	if dry && fate == deadletter.FedIn {
		return "would be replayed"
	}
	return string(fate)
}
