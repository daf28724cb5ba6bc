package csvimport

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Report says what an import did with every row.
type Report struct {
	Files       int // read
	Ignored     int // in the given folders, matching no source
	Drives      int
	Vehicles    int
	Frames      int
	RowsRead    int64 // without headers, comments and empty lines
	RowsKept    int64
	From, To    time.Time // of the samples; zero where there are none
	Drops       []Drop    // by file, then in the order of their first line
	Overlaps    []string  // drives that begin before the same vehicle's one before ended
	CaptureRows int64
}

// Drop counts what was left out of one file for one reason.
type Drop struct {
	File      string
	Column    string // by its name in the file; "row" where none is to blame
	Reason    string
	Count     int64
	WholeRow  bool // the row went, not just a value
	FirstLine int  // of the file, counting from 1
	Example   string
}

// maxReasons is how many drops a report lists of one file; what is left is added
// up.
const maxReasons = 40

// rowColumn is the Column of a Drop that concerns no single column.
const rowColumn = "row"

// The reasons of a Drop beside those of cells and times.
const (
	reasonShort    = "fewer cells than columns"
	reasonLong     = "more cells than the header"
	reasonNothing  = "no value in a mapped column"
	reasonNullIsle = "position at 0,0"
	reasonHalf     = "half a position"
	reasonNoName   = "no vehicle or drive"
	reasonBounds   = "time before earliest or after latest"
	reasonBack     = "time goes backwards"
	reasonRepeats  = "time repeats"
	reasonFilter   = "left out by the mapping: "
)

// tally counts drops while files are read.
type tally struct {
	drops []Drop
	index map[[3]string]int
}

// add counts one drop; text is an example of what was dropped.
func (t *tally) add(d Drop, text string) {
	key := [3]string{d.File, d.Column, d.Reason}
	i, ok := t.index[key]
	if !ok {
		if t.index == nil {
			t.index = map[[3]string]int{}
		}
		i = len(t.drops)
		t.index[key] = i
		d.Example = shorten(text)
		t.drops = append(t.drops, d)
	}
	kept := &t.drops[i]
	kept.Count++
	if d.FirstLine < kept.FirstLine {
		kept.FirstLine, kept.Example = d.FirstLine, shorten(text)
	}
}

// shorten copies an example, at most 40 bytes of valid text.
func shorten(text string) string {
	const most = 40
	if len(text) > most {
		text = text[:most]
	}
	return strings.Clone(strings.ToValidUTF8(text, "?"))
}

// Printable writes what would steer a terminal, such as an escape or a bell, as
// Go would quote it, and bytes that are no text as the replacement character.
func Printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRune(r)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}

// report gives the drops by file and first line, of each file at most maxReasons
// and the sums of the others.
func (t *tally) report() []Drop {
	var out []Drop
	all := t.sorted()
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) && all[to].File == all[from].File {
			to++
		}
		listed := min(to, from+maxReasons)
		out = append(append(out, all[from:listed]...), others(all[listed:to])...)
		from = to
	}
	return out
}

// others adds drops of one file up: those of rows and those of values.
func others(drops []Drop) []Drop {
	var out []Drop
	for _, wholeRow := range []bool{true, false} {
		n, sum := 0, Drop{WholeRow: wholeRow, Column: rowColumn}
		for _, d := range drops {
			if d.WholeRow != wholeRow {
				continue
			}
			if n == 0 {
				sum.File, sum.FirstLine, sum.Example = d.File, d.FirstLine, d.Example
			}
			n++
			sum.Count += d.Count
		}
		if n > 0 {
			sum.Reason = fmt.Sprintf("and %d others", n)
			out = append(out, sum)
		}
	}
	return out
}

// sorted gives the drops by file and first line.
func (t *tally) sorted() []Drop {
	slices.SortStableFunc(t.drops, func(a, b Drop) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		if a.FirstLine != b.FirstLine {
			return a.FirstLine - b.FirstLine
		}
		return strings.Compare(a.Column+a.Reason, b.Column+b.Reason)
	})
	return t.drops
}
