package raw

import "slices"

// abortedTransaction is one that was taken back: from an offset on, its producer's transactional records do not count,
// until the control batch that says so.
type abortedTransaction struct {
	producer, first int64
}

// transactions follows which producers are within a transaction that was taken back.
type transactions struct {
	ahead []abortedTransaction // in the order of first
	open  []int64              // producers
}

// takenBack is to be asked of every batch in order, control batches too.
func (t *transactions) takenBack(b *batch) bool {
	for len(t.ahead) > 0 && t.ahead[0].first <= b.last() {
		t.open = append(t.open, t.ahead[0].producer)
		t.ahead = t.ahead[1:]
	}
	if len(t.open) == 0 || !b.transactional() {
		return false
	}
	at := slices.Index(t.open, b.producer)
	if at >= 0 && b.control() && aborts(b) {
		t.open = slices.Delete(t.open, at, at+1)
	}
	return at >= 0
}

// aborts says whether a control batch ends a transaction that is taken back: its one record's key is a version and a type,
// 16 bits each, and type 0 is that.
func aborts(b *batch) bool {
	var marker Record
	if _, err := marker.read(b, b.payload); err != nil || len(marker.Key) < 4 {
		return false
	}
	return marker.Key[2] == 0 && marker.Key[3] == 0
}
