package maxspeed

import (
	"math"
	"strings"

	"milepost/outcome"
)

// zone reads what names a kind of road or a zone instead of a number: DE:urban,
// AT:zone:30, FR:zone30, GB:nsl_dual, zone:maxspeed=DE:20. The code in it wins over the
// country where the road lies.
func (t *Table) zone(text, country string) (kmh float64, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, false
	}
	if v, ok := parseNumber(text); ok {
		return v, true
	}
	code, kind, found := strings.Cut(text, ":")
	if !found {
		code, kind = country, text
	}
	n, known := t.of(code)
	kind = strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(kind, ":", ""), "zone"))
	if v, ok := parseNumber(kind); ok && !math.IsInf(v, 1) {
		if known {
			v = math.Round(v*n.unit*100) / 100
		}
		return v, v <= maximumKmh && found
	}
	return n.kind(kind)
}

// kind is the limit of a kind of road.
func (n national) kind(kind string) (kmh float64, ok bool) {
	switch kind {
	case "nsl_restricted", "city", "residential":
		kind = "urban"
	case "nsl_single", "nsl_single_carriageway":
		kind = "rural"
	case "nsl_dual":
		kind = "dual"
	case "trunk", "express", "motorroad":
		kind = "expressway"
	}
	kmh, ok = n.kmh[kind]
	if !ok && (kind == "expressway" || kind == "dual") {
		kmh, ok = n.kmh["rural"]
	}
	return kmh, ok
}

// byClass is the default of the country where the road lies.
func (t *Table) byClass(tags map[string]string, r Road) Limit {
	n, ok := t.of(r.Country)
	if !ok {
		return Limit{}
	}
	source, p := outcome.LimitDefault, r.Place
	if tagged := place(tags); tagged != Anywhere {
		source, p = outcome.LimitZone, tagged
	}
	kmh, confidence := n.byClass(tags, p)
	if source == outcome.LimitZone && confidence >= confidenceTertiary {
		confidence = confidenceTagged
	}
	if n.vague {
		confidence = math.Round(confidence*vagueness*100) / 100
	}
	if kmh == 0 {
		return Limit{}
	}
	return Limit{kmh, source, confidence}
}

// place is what tags say of it.
func place(tags map[string]string) Place {
	zone := strings.ToLower(tags["zone:traffic"] + " " + tags["traffic_zone"])
	switch {
	case strings.Contains(zone, "urban"):
		return BuiltUp
	case strings.Contains(zone, "rural"):
		return Open
	}
	return Anywhere
}

func (n national) byClass(tags map[string]string, p Place) (kmh, confidence float64) {
	class, link := strings.CutSuffix(tags["highway"], "_link")
	switch class {
	case "motorway":
		confidence = confidenceMotorway
		if link {
			confidence = confidenceGuess // ramps have signs of their own
		}
		return n.kmh["motorway"], confidence
	case "living_street":
		return n.kmh["living_street"], confidenceLiving
	case "road", "":
		return 0, 0
	}
	if tags["bicycle_road"] == "yes" && n.kmh["bicycle_road"] > 0 {
		return n.kmh["bicycle_road"], confidenceLiving
	}
	if expressway, ok := n.kind("expressway"); ok && tags["motorroad"] == "yes" {
		return expressway, confidenceMotorway
	}
	kmh, confidence = n.byPlace(class, tags, p)
	if link {
		confidence = confidenceGuess
	}
	return kmh, confidence
}

// byPlace is the limit of a road of no motorway's kind, by where it lies. Where that is
// not known the higher limit stands: nobody is called too fast who was not.
func (n national) byPlace(class string, tags map[string]string, p Place) (kmh, confidence float64) {
	urban, rural := n.kmh["urban"], n.kmh["rural"]
	if v, ok := n.urban[class]; ok {
		urban = v
	}
	if v, ok := n.rural[class]; ok {
		rural = v
	}
	if v, ok := n.kmh["dual"]; ok && tags["dual_carriageway"] == "yes" {
		rural = v
	}
	switch {
	case class == "residential":
		return urban, confidenceStreet
	case p == BuiltUp:
		return urban, confidenceOf(class)
	case p == Open:
		return rural, confidenceOf(class)
	}
	return max(urban, rural), confidenceGuess
}

// confidenceOf is how likely the default of a class is where the place is known.
func confidenceOf(class string) float64 {
	switch class {
	case "trunk", "primary", "secondary":
		return confidenceMain
	case "tertiary":
		return confidenceTertiary
	}
	return confidenceGuess
}
