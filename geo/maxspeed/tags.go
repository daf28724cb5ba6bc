package maxspeed

import (
	"strings"

	"milepost/outcome"
)

// Place says whether a road lies among houses, where tags do not.
type Place uint8

// The places.
const (
	Anywhere Place = iota // not known
	BuiltUp
	Open
)

// Road is what limits hang on beside tags.
type Road struct {
	Country string // ISO 3166-1 alpha-2, or ""
	Place   Place
}

// FromTags reads the limits of a way for cars in both directions, forward being the
// way's own. The strongest that can be read counts: for the direction, for the way, by
// a zone, by the country's default of the class; docs/method/roads.md.
func (t *Table) FromTags(tags map[string]string, r Road) (forward, backward Limits) {
	both := Limits{Base: t.base(tags, "", r)}
	both.rules = t.conditions(both.rules, tags, "", r)
	return t.direction(both, tags, ":forward", r), t.direction(both, tags, ":backward", r)
}

// direction is what holds in one direction, where it differs.
func (t *Table) direction(both Limits, tags map[string]string, suffix string, r Road) Limits {
	l := both
	if base := t.posted(tags, suffix, r.Country); base.Known() {
		l.Base = base
	}
	l.rules = t.conditions(both.rules[:len(both.rules):len(both.rules)], tags, suffix, r)
	return l
}

// vehicles are the prefixes of what holds for cars, the narrowest first.
var vehicles = []string{"maxspeed:motorcar", "maxspeed:motor_vehicle", "maxspeed:vehicle", "maxspeed"}

// base is what holds where no condition does.
func (t *Table) base(tags map[string]string, suffix string, r Road) Limit {
	if l := t.posted(tags, suffix, r.Country); l.Known() || changes(tags) {
		return l
	}
	for _, key := range []string{"maxspeed:lanes", "maxspeed:lanes:forward", "maxspeed:lanes:backward"} {
		if v := highest(tags[key]); v.reason == several {
			return Limit{v.kmh, outcome.LimitPosted, confidenceSeveral}
		}
	}
	for _, key := range []string{"zone:maxspeed", "source:maxspeed", "maxspeed:type", "maxspeed:source", "traffic_zone:maxspeed"} {
		if kmh, ok := t.zone(tags[key], r.Country); ok {
			return Limit{kmh, outcome.LimitZone, confidenceZone}
		}
	}
	return t.byClass(tags, r)
}

// changes reports whether signs that change say the limit, and no number is tagged.
func changes(tags map[string]string) bool {
	v := strings.ToLower(tags["maxspeed"])
	return v == "signals" || v == "variable" || v == "" && variableSigns(tags)
}

func variableSigns(tags map[string]string) bool {
	v := tags["maxspeed:variable"]
	return v != "" && v != "no"
}

// posted is what a tag of maxspeed says: for a direction (":forward"), or for both ("").
func (t *Table) posted(tags map[string]string, suffix, country string) Limit {
	for _, vehicle := range vehicles {
		v := parseValue(tags[vehicle+suffix], country, t)
		l := Limit{v.kmh, outcome.LimitPosted, confidencePosted}
		if suffix != "" {
			l.Source, l.Confidence = outcome.LimitDirectional, confidenceDirectional
		}
		switch v.reason {
		case unread:
			continue
		case several:
			l.Confidence = confidenceSeveral
		case zone:
			l.Source, l.Confidence = outcome.LimitZone, confidenceZone
		case variable:
			return Limit{}
		}
		if variableSigns(tags) {
			l.Confidence = min(l.Confidence, confidenceVariable)
		}
		return l
	}
	return Limit{}
}

// conditions appends the rules of a direction, or of both.
func (t *Table) conditions(rules []rule, tags map[string]string, suffix string, r Road) []rule {
	for i := len(vehicles) - 1; i >= 0; i-- { // the last that applies counts: the narrowest
		rules = t.appendRules(rules, tags[vehicles[i]+suffix+":conditional"], r.Country)
	}
	if suffix != "" {
		return rules
	}
	for _, key := range []string{"maxspeed:wet", "maxspeed:seasonal:winter", "maxspeed:snow"} {
		if v := parseValue(tags[key], r.Country, t); v.kmh > 0 {
			rules = append(rules, rule{kmh: v.kmh, doubt: true})
		}
	}
	return rules
}
