package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"milepost/outcome"
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
	Fields  []checkField `json:"fields"`
}

// checkField is one value of both.
type checkField struct {
	Name       string `json:"name"`
	Stored     any    `json:"stored"`
	Recomputed any    `json:"recomputed"`
	Same       bool   `json:"same"`
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

// compare adds a check of two values of one type; where err is not nil it says why there
// is nothing to compare.
func (e *explanation) compare(of, from, method string, stored, recomputed any, err error) error {
	c := recheck{Of: of, From: from, Method: method, Fields: []checkField{}}
	if err != nil {
		c.Problem = err.Error()
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
		c.Fields = append(c.Fields, checkField{name, was[name], is[name], reflect.DeepEqual(was[name], is[name])})
	}
	e.Checks = append(e.Checks, c)
	return nil
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
