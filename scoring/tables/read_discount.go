package tables

import (
	"math"

	"milepost/outcome"
)

// discount reads what a hybrid's electric driving may earn.
func (g *group) discount(t *Table) *Discount {
	e, ok := g.need("discount")
	if !ok {
		return nil
	}
	in, ok := g.open(&e.value, "discount")
	if !ok {
		return nil
	}
	d := &Discount{Most: in.number("most", 0, 1)}
	if 1-d.Most < t.Bounds.Lowest-1e-9 {
		in.refuse(in.at("most"), "discount: most: %v gives a factor of %s, below the lowest bound %v", d.Most, number(1-d.Most), t.Bounds.Lowest)
	}
	d.Safety = in.part("safety", "score", 100)
	if t.Product == outcome.ProductFHI {
		s := in.part("ev_share", "ev_share", 1)
		d.EVShare = &s
	} else {
		in.plugin(d)
	}
	in.close()
	return d
}

// part reads steps from a value to the part, 0 to 1, of the discount that it earns.
func (g *group) part(key, x string, top float64) (s Steps) {
	e, ok := g.need(key)
	if !ok {
		return s
	}
	return g.steps(&e.value, axis{where: g.where + ": " + key, x: x, top: top, y: "part", most: 1})
}

// plugin reads the two ways in which a plug-in hybrid earns; their weights sum to 1.
func (g *group) plugin(d *Discount) {
	d.Expected, d.Charging = &Expected{}, &Earning{}
	expected, ok := g.below("expected_share")
	if ok {
		d.Expected.DistanceKm = expected.number("utility_distance_km", 1, 1e5)
		d.Expected.Earning = expected.earning("share_of_expected", 2)
		expected.close()
	}
	charging, too := g.below("charging")
	if too {
		*d.Charging = charging.earning("charging_days_per_driving_day", 1)
		charging.close()
	}
	if sum := d.Expected.Weight + d.Charging.Weight; ok && too && math.Abs(sum-1) > 1e-9 {
		g.refuse(charging.at("weight"), "discount: the weights of expected_share and charging sum to %s: want 1", number(sum))
	}
}

// below opens a group within this one.
func (g *group) below(key string) (*group, bool) {
	e, ok := g.need(key)
	if !ok {
		return nil, false
	}
	return g.open(&e.value, g.where+": "+key)
}

func (g *group) earning(x string, top float64) Earning {
	w := g.number("weight", 0, 1)
	return Earning{Weight: w, Steps: g.stepsIn(axis{where: g.where, x: x, top: top, y: "part", most: 1})}
}
