package tables

import (
	"fmt"
	"math"
	"slices"
)

// value is a piece of a table with its line: a float64, bool, string, []*value or
// []entry.
type value struct {
	line int
	of   any
}

type entry struct {
	key  string
	line int
	value
}

// said names the value in a refusal.
func (v *value) said() string {
	switch of := v.of.(type) {
	case nil:
		return "nothing"
	case []entry:
		return "a group"
	case []*value:
		return "a list"
	case string:
		return fmt.Sprintf("the text %q", of)
	default:
		return fmt.Sprint(of)
	}
}

// plain is the value as JSON would decode it.
func (v *value) plain() any {
	switch of := v.of.(type) {
	case []entry:
		group := make(map[string]any, len(of))
		for _, e := range of {
			group[e.key] = e.plain()
		}
		return group
	case []*value:
		list := make([]any, len(of))
		for i, each := range of {
			list[i] = each.plain()
		}
		return list
	default:
		return of
	}
}

// deepest is far beyond what a table needs; terms come from outside.
const deepest = 16

// valueOf is plain's inverse; ok is false where x holds what no table holds.
func valueOf(x any, depth int) (v *value, ok bool) {
	if depth > deepest {
		return nil, false
	}
	switch x := x.(type) {
	case nil, string, bool:
		return &value{of: x}, true
	case float64:
		return &value{of: x}, !math.IsNaN(x) && !math.IsInf(x, 0)
	case []any:
		list := make([]*value, len(x))
		for i, each := range x {
			if list[i], ok = valueOf(each, depth+1); !ok {
				return nil, false
			}
		}
		return &value{of: list}, true
	case map[string]any:
		return groupOf(x, depth)
	}
	return nil, false
}

func groupOf(x map[string]any, depth int) (*value, bool) {
	entries := make([]entry, 0, len(x))
	for key, each := range x {
		v, ok := valueOf(each, depth+1)
		if !ok {
			return nil, false
		}
		entries = append(entries, entry{key: key, value: *v})
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if a.key < b.key {
			return -1
		}
		return 1
	})
	return &value{of: entries}, true
}
