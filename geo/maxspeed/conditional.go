package maxspeed

import (
	"strconv"
	"strings"
)

// appendRules reads a value of maxspeed:conditional: "30 @ (22:00-06:00); 80 @ wet".
// Rules that are not for cars are left out; one that cannot be read is in doubt at all
// times.
func (t *Table) appendRules(rules []rule, text, country string) []rule {
	for _, part := range outside(text, ';') {
		limit, condition, found := strings.Cut(part, "@")
		v := parseValue(limit, country, t)
		if !found || v.kmh == 0 {
			continue
		}
		if r, ok := conditioned(strings.TrimSpace(condition)); ok {
			r.kmh = v.kmh
			rules = append(rules, r)
		}
	}
	return rules
}

// outside splits a text at a separator that is in no brackets.
func outside(text string, separator rune) (parts []string) {
	depth, begin := 0, 0
	for i, r := range text {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == separator && depth <= 0:
			parts = append(parts, text[begin:i])
			begin = i + 1
		}
	}
	return append(parts, text[begin:])
}

// conditioned reads a condition; ok is false where it is not for cars.
func conditioned(text string) (r rule, ok bool) {
	text = strings.TrimSpace(text)
	if inner, found := strings.CutPrefix(text, "("); found {
		text = strings.TrimSuffix(inner, ")")
	}
	for _, part := range conjunction(text) {
		switch judge(part) {
		case never:
			return rule{}, false
		case maybe:
			r.doubt = true
		case byTime:
			spans, doubt := parseHours(part)
			r.doubt = r.doubt || doubt || len(r.during) > 0 // two times at once: not worked out
			r.during = spans
		}
	}
	return r, true
}

// conjunction splits at AND, in capitals or not.
func conjunction(text string) []string {
	fields, parts := strings.Fields(text), []string{""}
	for _, f := range fields {
		if strings.EqualFold(f, "and") {
			parts = append(parts, "")
			continue
		}
		parts[len(parts)-1] = strings.TrimSpace(parts[len(parts)-1] + " " + f)
	}
	return parts
}

type judgement uint8

const (
	byTime judgement = iota // it may be read as hours
	always                  // of every car
	never                   // of no car
	maybe
)

var words = map[string]judgement{
	"motorcar": always, "motor_vehicle": always, "vehicle": always,
	"hgv": never, "goods": never, "bus": never, "psv": never, "coach": never, "tourist_bus": never, "trailer": never,
	"caravan": never, "motorhome": never, "agricultural": never, "motorcycle": never, "moped": never, "mofa": never,
	"bicycle": never, "emergency": never, "hazmat": never, "articulated": never, "tracked_vehicle": never,
	"wet": maybe, "snow": maybe, "winter": maybe, "summer": maybe, "fog": maybe, "rain": maybe, "ice": maybe, "icy": maybe,
	"dark": maybe, "flashing": maybe, "children": maybe, "school": maybe, "congestion": maybe, "hov": maybe,
	"destination": maybe, "delivery": maybe, "permit": maybe, "private": maybe, "signals": maybe,
}

// judge says what a condition is to a car.
func judge(text string) judgement {
	text = strings.ToLower(strings.TrimSpace(text))
	if j, known := words[text]; known {
		return j
	}
	if i := strings.IndexAny(text, "<>="); i > 0 {
		return measure(strings.TrimSpace(text[:i]), text[i:])
	}
	return byTime
}

// heaviestCar is what a car weighs at most, t: more is a lorry by law.
const heaviestCar = 3.5

// measure judges a comparison: of weight, length, axles, people.
func measure(what, comparison string) judgement {
	switch what {
	case "weight", "weightrating", "maxweight", "maxweightrating", "gcweight", "gvw":
	case "length", "height", "width", "axles", "wheels", "axleload", "trailers", "trailer_weight":
		return never
	default:
		return maybe
	}
	amount := strings.TrimSpace(strings.Trim(comparison, "<>=t "))
	t, err := strconv.ParseFloat(amount, 64)
	switch {
	case err != nil:
		return maybe
	case strings.HasPrefix(comparison, ">") && t >= 2.8:
		return never
	case strings.HasPrefix(comparison, "<") && t >= heaviestCar:
		return always
	}
	return maybe
}
