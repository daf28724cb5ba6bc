package tables

import (
	"math"
	"slices"
	"strings"
)

// group takes the entries of a group one by one; what nobody took is refused at its end.
type group struct {
	*reader
	line    int
	where   string // what the group is, for refusals
	entries []entry
	taken   []string
}

// open takes a value that must be a group.
func (r *reader) open(v *value, where string) (*group, bool) {
	if v == nil {
		return nil, false
	}
	g := &group{reader: r, line: v.line, where: where}
	switch of := v.of.(type) {
	case refused:
		return nil, false
	case []entry:
		g.entries = of
		if len(of) > 0 {
			g.line = of[0].line
		}
		return g, true
	}
	r.refuse(v.line, "%s: want a group of settings, not %s", where, v.said())
	return nil, false
}

// has reports whether the group has the key, without taking it.
func (g *group) has(key string) bool {
	return slices.ContainsFunc(g.entries, func(e entry) bool { return e.key == key })
}

// find takes an entry that may be missing. The parser has refused one that stands there
// twice.
func (g *group) find(key string) (*entry, bool) {
	g.taken = append(g.taken, key)
	i := slices.IndexFunc(g.entries, func(e entry) bool { return e.key == key })
	if i < 0 {
		return nil, false
	}
	return &g.entries[i], true
}

// at is the line of an entry, or of the group where there is none.
func (g *group) at(key string) int {
	for _, e := range g.entries {
		if e.key == key {
			return e.line
		}
	}
	return g.line
}

// need takes an entry that must be there.
func (g *group) need(key string) (*entry, bool) {
	e, ok := g.find(key)
	if !ok {
		g.refuse(g.line, "%s: %s is missing", g.where, key)
	}
	return e, ok
}

// close refuses what nobody took.
func (g *group) close() {
	for _, e := range g.entries {
		if !slices.Contains(g.taken, e.key) {
			g.refuse(e.line, "%s: there is no setting %q here; known are %s", g.where, e.key, strings.Join(g.taken, ", "))
		}
	}
}

// number takes a number within bounds.
func (g *group) number(key string, least, most float64) float64 {
	e, ok := g.need(key)
	if !ok {
		return 0
	}
	return g.within(e, least, most)
}

// numberOr takes a number that may be missing.
func (g *group) numberOr(key string, otherwise, least, most float64) float64 {
	e, ok := g.find(key)
	if !ok {
		return otherwise
	}
	return g.within(e, least, most)
}

func (g *group) within(e *entry, least, most float64) float64 {
	f, ok := e.of.(float64)
	switch {
	case e.of == refused{}:
	case !ok:
		g.refuse(e.line, "%s: %s: want a number, not %s", g.where, e.key, e.said())
	case f < least || f > most:
		g.refuse(e.line, "%s: %s: want %s, not %v", g.where, e.key, span(least, most), f)
	}
	return f
}

func span(least, most float64) string {
	if math.IsInf(most, 1) {
		return number(least) + " or more"
	}
	return number(least) + " to " + number(most)
}

// word takes a text; it is one of the choices where there are any.
func (g *group) word(key string, choices ...string) string {
	e, ok := g.need(key)
	if !ok {
		return ""
	}
	s, ok := e.of.(string)
	switch {
	case e.of == refused{}:
	case !ok:
		g.refuse(e.line, "%s: %s: want a text, not %s", g.where, key, e.said())
	case len(choices) > 0 && !slices.Contains(choices, s):
		g.refuse(e.line, "%s: %s: want %s, not %q", g.where, key, strings.Join(choices, " or "), s)
	}
	return s
}

// flag takes a true or false that may be missing: false.
func (g *group) flag(key string) bool {
	e, ok := g.find(key)
	if !ok {
		return false
	}
	b, ok := e.of.(bool)
	if !ok && e.of != (refused{}) {
		g.refuse(e.line, "%s: %s: want true or false, not %s", g.where, key, e.said())
	}
	return b
}

// items takes a list that must hold something.
func (g *group) items(key string) []*value {
	e, ok := g.need(key)
	if !ok {
		return nil
	}
	list, ok := e.of.([]*value)
	switch {
	case e.of == refused{}:
	case !ok:
		g.refuse(e.line, "%s: %s: want a list, not %s", g.where, key, e.said())
	case len(list) == 0:
		g.refuse(e.line, "%s: %s: the list is empty", g.where, key)
	}
	return list
}
