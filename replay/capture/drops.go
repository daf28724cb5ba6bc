package capture

// Drop counts values of one column that were left out for one reason.
type Drop struct {
	Column string // a column of the capture
	Reason string
	Count  int64
	// FirstRow is the first row concerned, from 0 over the file; for a Writer
	// the row that was being written.
	FirstRow int64
}

// The reasons of a Drop.
const (
	ReasonRange   = "out of range"
	ReasonNoWord  = "not a word of this signal"
	ReasonNoTruth = "neither true nor false"
	ReasonUnknown = "unknown body signal"
	ReasonSpan    = "too far from the frame's first sample"
	ReasonRepeat  = "same frame as the one before"
)

// drops counts in order of first appearance.
type drops struct {
	list  []Drop
	index map[[2]string]int
}

func (d *drops) add(column, reason string, row int64) {
	key := [2]string{column, reason}
	i, ok := d.index[key]
	if !ok {
		if d.index == nil {
			d.index = map[[2]string]int{}
		}
		i = len(d.list)
		d.index[key] = i
		d.list = append(d.list, Drop{Column: column, Reason: reason, FirstRow: row})
	}
	d.list[i].Count++
}
