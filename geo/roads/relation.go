package roads

import (
	"slices"
	"strings"

	"github.com/paulmach/osm"
)

func (x *extract) relation(o osm.Object) {
	r, ok := o.(*osm.Relation)
	if !ok {
		return
	}
	switch r.Tags.Find("type") {
	case "restriction":
		x.restriction(r)
	case "boundary", "multipolygon":
		x.boundary(r)
	}
}

// restriction keeps a rule of turning that holds for cars at all times.
func (x *extract) restriction(r *osm.Relation) {
	kind, why := ruleOf(r.Tags)
	var from, to []int64
	var via []NodeID
	for _, m := range r.Members {
		switch {
		case m.Role == "from" && m.Type == osm.TypeWay:
			from = append(from, m.Ref)
		case m.Role == "to" && m.Type == osm.TypeWay:
			to = append(to, m.Ref)
		case m.Role == "via" && m.Type == osm.TypeNode:
			via = append(via, NodeID(m.Ref))
		case m.Role == "via" && why == "":
			why = restrictionViaWay
		}
	}
	if why == "" && !complete(kind, len(from), len(to), len(via)) {
		why = restrictionIncomplete
	}
	if why != "" {
		x.counts.restriction(why)
		return
	}
	for _, f := range from {
		for _, t := range to {
			x.AddRestriction(Restriction{Kind: kind, From: f, To: t, Via: via[0]})
		}
	}
}

// complete reports whether a rule has the members that it needs. Two ways that each are
// the only one on would leave none.
func complete(kind string, from, to, via int) bool {
	return from > 0 && to > 0 && via == 1 && (to == 1 || !strings.HasPrefix(kind, "only_"))
}

// ruleOf is the rule that a relation's tags make for cars; why says why there is none.
func ruleOf(tags osm.Tags) (kind, why string) {
	for _, key := range []string{"restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle", "restriction"} {
		if tags.Find(key+":conditional") != "" {
			why = restrictionConditional
		}
		if v := tags.Find(key); kind == "" && v != "" {
			kind = v
		}
	}
	excepted := func(v string) bool {
		v = strings.TrimSpace(v)
		return v == "motorcar" || v == "motor_vehicle" || v == "vehicle"
	}
	switch {
	case kind == "" && why == "":
		return "", restrictionNotForCars
	case kind == "":
		return "", why
	case slices.ContainsFunc(strings.Split(tags.Find("except"), ";"), excepted):
		return "", restrictionNotForCars
	case tags.Find("hour_on") != "" || tags.Find("day_on") != "":
		return "", restrictionConditional
	case !strings.HasPrefix(kind, "no_") && !strings.HasPrefix(kind, "only_"):
		return "", restrictionIncomplete
	}
	return kind, ""
}

// boundary keeps the border of a country.
func (x *extract) boundary(r *osm.Relation) {
	code := r.Tags.Find("ISO3166-1:alpha2")
	if code == "" {
		code = r.Tags.Find("ISO3166-1")
	}
	if r.Tags.Find("boundary") != "administrative" || r.Tags.Find("admin_level") != "2" || len(code) != 2 {
		return
	}
	b := &border{code: strings.ToUpper(code), ends: map[NodeID]int{}}
	for _, m := range r.Members {
		if m.Type == osm.TypeWay {
			x.borders[osm.WayID(m.Ref)] = append(x.borders[osm.WayID(m.Ref)], b)
			b.missing++
		}
	}
	x.all = append(x.all, b)
}
