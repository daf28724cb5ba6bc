package check

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"milepost/outcome"
)

// Result is what a check found.
type Result struct {
	Records    int64 `json:"records"`    // read of the topic, of any time
	Unreadable int64 `json:"unreadable"` // of these, no outcomes
	// Trimmed is how many records the topic had before its first: what they said is
	// unknown, or missing nowhere.
	Trimmed int64                   `json:"trimmed_records"`
	Types   map[outcome.Type]Counts `json:"types"`
	Passes  int                     `json:"passes"` // through the topic and the store
	Took    time.Duration           `json:"-"`
	// Examples are some of what is wrong.
	Examples []Example `json:"examples,omitempty"`
}

// Counts are of one type of outcome.
type Counts struct {
	InTopic   int64 `json:"in_topic"` // facts, without those withdrawn
	Rows      int64 `json:"rows"`     // of the store
	Missing   int64 `json:"missing"`
	Doubled   int64 `json:"doubled"`
	Differing int64 `json:"differing"`
	Unknown   int64 `json:"unknown"` // in the store, and not in the topic
	Erased    int64 `json:"erased"`  // in the topic, and not in the store since an erasure
	// Superseded rows stand beside the one that replaces them, until a merge. That is as
	// it should be.
	Superseded int64 `json:"superseded_rows"`
	// Moving facts changed while they were looked at: nothing is said of them.
	Moving int64 `json:"moving"`

	keys int64 // that rows have
}

// Example is one fact that is not as it should be.
type Example struct {
	ID      string       `json:"id"`
	Type    outcome.Type `json:"type"`
	Finding string       `json:"finding"` // missing, doubled or differing
	Reason  string       `json:"reason"`
	Fields  []string     `json:"fields,omitempty"` // that differ
}

// Wrong is how many facts are missing, doubled or differing.
func (r *Result) Wrong() (n int64) {
	for _, c := range r.Types {
		n += c.Missing + c.Doubled + c.Differing
	}
	return n
}

// sort puts the examples in an order that says more than that of their ids.
func (r *Result) sort() {
	slices.SortStableFunc(r.Examples, func(a, b Example) int {
		return cmp.Or(strings.Compare(a.Finding, b.Finding), strings.Compare(string(a.Type), string(b.Type)), strings.Compare(a.ID, b.ID))
	})
}

func (r *Result) count(kind outcome.Type, change func(*Counts)) {
	c := r.Types[kind]
	change(&c)
	r.Types[kind] = c
}
