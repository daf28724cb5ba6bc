package check

import (
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
)

// sum adds the verdicts to the result.
func (p *pass) sum() {
	p.table.each(func(e *entry) {
		what, why := e.flags.judge()
		p.result.count(e.flags.kind(), func(c *Counts) { c.add(e.flags, what) })
		if w := p.watch[e.id]; w != nil && what.wrong() && !e.flags.has(moving) {
			p.result.Examples = append(p.result.Examples, w.example(e.flags, what, why))
		}
	})
}

func (c *Counts) add(f flags, what verdict) {
	if f.has(inTopic) && !f.has(withdrawn) {
		c.InTopic++
	}
	if f.has(stored) {
		c.keys++
	}
	if f.has(elsewhere | goneThere) {
		c.keys++
	}
	if f.has(moving) && what != agrees {
		c.Moving++
		return
	}
	switch what {
	case missing:
		c.Missing++
	case doubled:
		c.Doubled++
	case differing:
		c.Differing++
	case unknown:
		c.Unknown++
	case erased:
		c.Erased++
	case agrees:
	}
}

// witness keeps what both sides say of a fact that is to be an example.
type witness struct {
	id           identity
	topic, store []byte // JSON
}

func (w *witness) example(f flags, what verdict, why string) Example {
	x := Example{ID: hex.EncodeToString(w.id[:]), Type: f.kind(), Finding: what.String(), Reason: why}
	if f.has(other) {
		x.Fields = differences(w.topic, w.store)
	}
	return x
}

// differences names the fields of two JSON objects that are not the same. Their values
// stay unsaid: they may be places.
func differences(a, b []byte) []string {
	var one, two map[string]any
	if json.Unmarshal(a, &one) != nil || json.Unmarshal(b, &two) != nil {
		return nil
	}
	var names []string
	for name, value := range one {
		if !reflect.DeepEqual(value, two[name]) {
			names = append(names, name)
		}
		delete(two, name)
	}
	for name := range two {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
