package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/dustin/go-humanize/english"

	"milepost/detectors"
	"milepost/outcome"
	"milepost/scoring"
	"milepost/scoring/coaching"
	"milepost/scoring/insurance"
)

// explanation is what explain prints.
type explanation struct {
	Type    outcome.Type    `json:"type"`
	ID      string          `json:"id"`
	Agrees  bool            `json:"agrees"` // every field that was recomputed is as it is stored
	Checks  []recheck       `json:"checks"`
	Tip     string          `json:"tip,omitempty"` // the text of a trip's advice, in English
	Outcome outcome.Outcome `json:"outcome"`

	title    string
	sections []section
}

// recheck compares what is stored with what is computed again.
type recheck struct {
	Of      string       `json:"of"`
	From    string       `json:"from"` // what it was computed from
	Method  string       `json:"method"`
	Problem string       `json:"problem,omitempty"` // why it cannot be computed again
	Damaged bool         `json:"damaged,omitempty"` // its receipt is none of its method
	Fields  []checkField `json:"fields"`
}

// checkField is one value of both.
type checkField struct {
	Name       string `json:"name"`
	Stored     any    `json:"stored"`
	Recomputed any    `json:"recomputed"`
	Same       bool   `json:"same"`
}

// wrong is an error where the receipt is damaged, or fields are not what they should be.
func (e *explanation) wrong() error {
	for _, c := range e.Checks {
		if c.Damaged {
			return fmt.Errorf("%s %s: its receipt is damaged: %s", e.Type, e.ID, c.Problem)
		}
	}
	if n := e.differences(); n > 0 {
		return fmt.Errorf("%s %s: stored and recomputed differ in %s", e.Type, e.ID, english.Plural(n, "field", ""))
	}
	return nil
}

// differences is how many fields are not what they should be.
func (e *explanation) differences() (n int) {
	for _, c := range e.Checks {
		for _, f := range c.Fields {
			if !f.Same {
				n++
			}
		}
	}
	return n
}

// methods are those of this build: it can compute each of their receipts.
var methods = [...]string{scoring.Method, coaching.Method, insurance.Method, detectors.ChargeMethod}

// compare adds a check of two values of one type. Where err is not nil it says why there is
// nothing to compare, which is right for another method's receipt alone.
func (e *explanation) compare(of, from, method string, stored, recomputed any, err error) error {
	c := recheck{Of: of, From: from, Method: method, Fields: []checkField{}}
	if err != nil {
		c.Problem, c.Damaged = err.Error(), slices.Contains(methods[:], method)
		e.Checks = append(e.Checks, c)
		return nil
	}
	was, err := leaves(stored)
	if err != nil {
		return err
	}
	is, err := leaves(recomputed)
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for name := range was {
		names[name] = true
	}
	for name := range is {
		names[name] = true
	}
	for _, name := range [...]string{"at", "id", "revision", "type", "vehicle_id"} {
		delete(names, name) // identity is taken over, not computed
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if was[name] == "" && is[name] == "" {
			continue // it was left out of what is compared
		}
		c.Fields = append(c.Fields, checkField{name, was[name], is[name], reflect.DeepEqual(was[name], is[name])})
	}
	e.Checks = append(e.Checks, c)
	return nil
}

// cannot adds a check that this store or this build cannot make.
func (e *explanation) cannot(of, from, method, problem string) {
	e.Checks = append(e.Checks, recheck{Of: of, From: from, Method: method, Problem: problem, Fields: []checkField{}})
}

// stated adds a check of those numbers that a receipt says were applied and that are not what
// its method applies: results are computed with the method's.
func (e *explanation) stated(of, method string, receipt, applied map[string]float64) error {
	said, is := map[string]float64{}, map[string]float64{}
	for name, x := range applied {
		if told, ok := receipt[name]; ok && told != x {
			said[name], is[name] = told, x
		}
	}
	if len(is) == 0 {
		return nil
	}
	return e.compare("numbers of "+of, "its method", method, said, is, nil)
}

// leaves gives the plain values of what is written as JSON, by their paths.
func leaves(v any) (map[string]any, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write what is compared: %w", err)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, fmt.Errorf("read what is compared: %w", err)
	}
	out := map[string]any{}
	gatherLeaves(out, "", tree)
	return out, nil
}

func gatherLeaves(into map[string]any, path string, v any) {
	below := func(name string, v any) {
		if path != "" {
			name = path + "." + name
		}
		gatherLeaves(into, name, v)
	}
	switch v := v.(type) {
	case map[string]any:
		for name, x := range v {
			below(name, x)
		}
	case []any:
		for i, x := range v {
			below(strconv.Itoa(i+1), x)
		}
	case nil:
	default:
		into[cmp.Or(path, "value")] = v
	}
}
