package tables

import (
	"math"
	"slices"
)

// names lists the components, in the order in which they are told of.
var names = []string{Speeding, Braking, Cornering, Acceleration, Night, RoadType}

// components reads the parts of the score; their weights sum to 1.
func (g *group) components() (all []Component) {
	sum, last := 0.0, g.line
	items, before := g.items("components"), len(g.problems)
	for _, v := range items {
		in, ok := g.open(v, "components")
		if !ok {
			return nil
		}
		c := in.component()
		if slices.ContainsFunc(all, func(o Component) bool { return o.Name == c.Name }) {
			in.refuse(in.line, "components: %s stands there twice", c.Name)
		}
		all, sum = append(all, c), sum+c.Weight
		last = in.at("weight")
	}
	if len(items) > 0 && len(g.problems) == before && math.Abs(sum-1) > 1e-9 {
		g.refuse(last, "components: weights sum to %s: want 1", number(sum))
	}
	return all
}

func (g *group) component() Component {
	c := Component{Name: g.word("name", names...)}
	if slices.Contains(names, c.Name) {
		g.where = "components: " + c.Name
	}
	c.Weight = g.number("weight", 0, 1)
	c.PriorRate = g.number("prior_rate", 0, 1e6)
	c.PriorKm = g.number("prior_km", 0, 1e6)
	c.ReferenceRate = g.number("reference_rate", 1e-6, 1e6)
	c.LeastKm = g.numberOr("least_km", 0, 0, 1e6)
	if c.Name == Speeding {
		c.Bands = g.bands()
	}
	g.close()
	return c
}

// bandNames are the bands of the excess over a limit, as trips count them.
var bandNames = [3]string{"over_0", "over_10", "over_20"}

// bands reads what a way above the limit counts by its excess: more never counts less.
func (g *group) bands() (w [3]float64) {
	e, ok := g.need("bands")
	if !ok {
		return w
	}
	b, ok := g.open(&e.value, g.where+": bands")
	if !ok {
		return w
	}
	for i, name := range bandNames {
		w[i] = b.number(name, 0, 1000)
		if i > 0 && w[i] < w[i-1] && b.has(name) {
			b.refuse(b.at(name), "%s: %s counts %v, less than %s: harsher speeding must not count less", b.where, name, w[i], bandNames[i-1])
		}
	}
	b.close()
	return w
}
