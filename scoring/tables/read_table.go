package tables

import (
	"math"
	"regexp"

	"milepost/outcome"
)

// naming is a table's name and version: a version is a whole number from 1.
var naming = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}/[1-9][0-9]{0,4}$`)

// table reads a whole table; only without a problem is it of use.
func (r *reader) table(v *value) *Table {
	g, ok := r.open(v, "table")
	if !ok {
		return nil
	}
	t := &Table{Name: g.naming()}
	g.word("method", Method)
	t.Product = outcome.Product(g.word("product", string(outcome.ProductUBI), string(outcome.ProductFHI), string(outcome.ProductPHI)))
	t.Period = Period(g.word("period", string(PolicyYear), string(Quarter), string(Month)))
	t.Minimum = g.minimum()
	t.Bounds = g.bounds()
	t.Components = g.components()
	switch t.Product {
	case outcome.ProductUBI:
		t.Factor = g.factor(t.Bounds)
	case outcome.ProductFHI, outcome.ProductPHI:
		t.Discount = g.discount(t)
	default: // refused; what it would hold is not known
		g.find("factor")
		g.find("discount")
	}
	g.close()
	if terms, ok := v.plain().(map[string]any); ok {
		t.terms = terms
	}
	return t
}

func (g *group) naming() string {
	name := g.word("table")
	if name != "" && !naming.MatchString(name) {
		g.refuse(g.at("table"), "table: want name/version, such as motor-plus/3: small letters, digits and hyphens, then a whole number from 1; not %q", name)
	}
	return name
}

func (g *group) minimum() (m Minimum) {
	e, ok := g.need("minimum")
	if !ok {
		return m
	}
	in, ok := g.open(&e.value, "minimum")
	if !ok {
		return m
	}
	m.DistanceKm = in.number("distance_km", 0, 1e6)
	days := in.numberOr("days", 0, 0, 366)
	if days != math.Trunc(days) {
		in.refuse(in.at("days"), "minimum: days: want a whole number, not %v", days)
	}
	m.Days = int(days)
	in.close()
	return m
}

// bounds are 1 at most for a table that only gives discounts. Where they are refused,
// nothing else is for being outside.
func (g *group) bounds() Bounds {
	wide, before := Bounds{0, 10}, len(g.problems)
	surcharges := g.flag("surcharges")
	e, ok := g.need("bounds")
	if !ok {
		return wide
	}
	in, ok := g.open(&e.value, "bounds")
	if !ok {
		return wide
	}
	var b Bounds
	b.Lowest, b.Highest = in.number("lowest", 0, 1), in.number("highest", 0, 10)
	switch {
	case b.Highest > 1 && !surcharges:
		in.refuse(in.at("highest"), "bounds: highest: %v is a surcharge, and the table does not say surcharges: true", b.Highest)
	case b.Highest < 1 && in.has("highest"):
		in.refuse(in.at("highest"), "bounds: highest: want 1 or more, not %v: no discount is for certain", b.Highest)
	}
	in.close()
	if len(g.problems) > before {
		return wide
	}
	return b
}

// factor reads UBI's way from score to factor: better driving never costs more, and no
// step lies outside the bounds.
func (g *group) factor(b Bounds) *Steps {
	e, ok := g.need("factor")
	if !ok {
		return nil
	}
	s := g.steps(&e.value, axis{where: "factor", x: "score", top: 100, y: "factor", falls: true, least: b.Lowest, most: b.Highest})
	return &s
}
