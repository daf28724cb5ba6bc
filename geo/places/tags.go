package places

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// kindsOf tells the kinds from OpenStreetMap's tags, or from a GeoJSON file's kind.
func kindsOf(tags map[string]string) (k Kinds) {
	for amenity := range list(tags["amenity"]) {
		switch amenity {
		case "fuel":
			k |= Fuel
		case "charging_station":
			k |= Charging
		case "restaurant", "fast_food", "cafe":
			k |= Food
		case "parking":
			k |= Parking
		}
	}
	for highway := range list(tags["highway"]) {
		if highway == "rest_area" || highway == "services" {
			k |= Rest
		}
	}
	for kind := range list(tags["kind"]) {
		k |= kindOf(kind)
	}
	return k
}

// list gives the values that a tag separates by semicolons.
func list(value string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for v := range strings.SplitSeq(value, ";") {
			if v = strings.TrimSpace(v); v != "" && !yield(v) {
				return
			}
		}
	}
}

// describe fills in all that tags say of a place, its kinds apart.
func (p *Place) describe(tags map[string]string) {
	p.Name, p.Hours, p.Access = tags["name"], tags["opening_hours"], tags["access"]
	p.Brand = cmp.Or(tags["brand"], tags["operator"])
	if p.Access == "yes" || p.Access == "permissive" || p.Access == "public" {
		p.Access = ""
	}
	if p.Kinds&Charging != 0 {
		p.Plugs = plugs(tags)
	}
}

// plugs reads socket:TYPE = count and socket:TYPE:output = power.
func plugs(tags map[string]string) (all []Plug) {
	for key, value := range tags {
		rest, isSocket := strings.CutPrefix(key, "socket:")
		if kind, isOutput := strings.CutSuffix(rest, ":output"); isOutput {
			if _, counted := tags["socket:"+kind]; counted {
				continue
			}
			rest = kind
		}
		if !isSocket || rest == "" || strings.Contains(rest, ":") || value == "no" || value == "0" {
			continue
		}
		count, err := strconv.Atoi(tags["socket:"+rest])
		if err != nil || count < 0 || count > 10_000 {
			count = 0
		}
		all = append(all, Plug{rest, count, power(tags["socket:"+rest+":output"])})
	}
	slices.SortFunc(all, func(a, b Plug) int { return cmp.Compare(a.Type, b.Type) })
	return slices.CompactFunc(all, func(a, b Plug) bool { return a.Type == b.Type })
}

// power reads the highest of values such as "22 kW", "150kW;50 kW", "11" or "3700 W", in kW.
func power(text string) (kw float64) {
	for v := range list(text) {
		v = strings.ToLower(strings.ReplaceAll(v, " ", ""))
		unit := 1.0
		switch {
		case strings.HasSuffix(v, "kw"), strings.HasSuffix(v, "kva"):
			v = strings.TrimSuffix(strings.TrimSuffix(v, "kw"), "kva")
		case strings.HasSuffix(v, "w"):
			v, unit = strings.TrimSuffix(v, "w"), 1e-3
		}
		n, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64)
		const strongest = 5_000 // kW: more is a slip of units
		if n *= unit; err == nil && n > kw && n <= strongest && !math.IsNaN(n) {
			kw = n
		}
	}
	return kw
}
