package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/dustin/go-humanize/english"

	"milepost/outcome"
)

var confidences = map[outcome.Confidence]string{
	outcome.Possible:  "Possible: something like an impact was recorded, little confirms it",
	outcome.Probable:  "Probable: a clear impact, or a lesser one and a sign that agrees with it",
	outcome.Confirmed: "Confirmed: several independent signs agree",
}

var severities = map[outcome.Severity]string{
	outcome.SeverityUnknown:  "Not known",
	outcome.SeverityMinor:    "Minor",
	outcome.SeverityModerate: "Moderate",
	outcome.SeveritySerious:  "Serious",
	outcome.SeverityCritical: "Critical",
}

var sides = map[outcome.Side]string{
	outcome.SideUnknown: "not known",
	outcome.SideFront:   "from the front",
	outcome.SideRight:   "from the right",
	outcome.SideRear:    "from behind",
	outcome.SideLeft:    "from the left",
}

var raises = map[string]string{
	"side":        "a hit from the side",
	"rollover":    "a rollover",
	"multi_event": "more than one impact",
	"unbelted":    "a belt that was not worn",
}

var weaknesses = map[string]string{
	"samples_missing":  "Samples are missing within the pulse: delta-V is at least the figure given.",
	"axes_reversed":    "The sensor is mounted the other way round; its axes were put right.",
	"low_rate":         "The sensor gave fewer than 50 samples a second: the figures are less exact.",
	"wheel_speed_only": "Acceleration came too seldom, or not at all, to show an impact: only the speed of the wheels tells of it.",
	"airbag_only":      "No crash pulse was recorded: only the airbag tells of it.",
	"no_vertical_axis": "Vertical acceleration was not reported: a bump in the road is harder to rule out.",
}

var answers = map[outcome.Answer]string{
	outcome.AnswerAccident:   "The driver says: this was an accident.",
	outcome.AnswerNoAccident: "The driver says: this was no accident.",
}

// From says in words which side the force came from.
func From(side outcome.Side) string { return word(sides, side) }

// shortAnswers follow the words "The driver says".
var shortAnswers = map[outcome.Answer]string{
	outcome.AnswerAccident:   "this was an accident",
	outcome.AnswerNoAccident: "this was no accident",
}

// word looks up plain words; what has none is shown as it is, and shortened.
func word[K ~string](words map[K]string, key K) string {
	if w, ok := words[key]; ok {
		return w
	}
	return shortened(string(key))
}

// shortened keeps of a word that is not known what a line has room for.
func shortened(s string) string {
	const most = 24
	runes := []rune(oneLine(s))
	if len(runes) <= most {
		return string(runes)
	}
	return string(runes[:most-1]) + "…"
}

// confidence says how sure it is, and why.
func (v *view) confidence() string {
	if v.Confidence == outcome.Confirmed && v.has("airbag") {
		return "Confirmed: an airbag deployed"
	}
	return word(confidences, v.Confidence)
}

// sentence is what a piece of evidence says.
func sentence(e *outcome.Evidence) string {
	value := func(format string) string {
		if e.Value == nil {
			return ""
		}
		return plausible(format, math.Abs(*e.Value))
	}
	switch e.Kind {
	case "airbag":
		return "An airbag deployed"
	case "speed_drop":
		way := "fell"
		if e.Value != nil && *e.Value > 0 { // hit from behind
			way = "rose"
		}
		return "The speed of the wheels " + way + value(" by %.0f km/h") + ", as the pulse says"
	case "standstill":
		return "The wheels stood still" + value(" %.1f s after the impact")
	case "hazards":
		return "The hazard lights came on"
	case "door_opened":
		return "A door was opened"
	case "yaw":
		return "The vehicle turned about itself" + value(" at %.0f degrees a second")
	case "rollover":
		return "The vehicle rolled over"
	case "driving_on":
		return "The vehicle drove on" + value(" at %.0f km/h")
	}
	return shortened(e.Kind)
}

// weakness lists what weakens the record, in sentences.
func (v *view) weakness() []string {
	var out []string
	if v.SensorSaturated {
		out = append(out, "The sensor reached its limit: the true peak was higher, and delta-V is at least the figure given.")
	}
	for _, f := range v.Flags {
		out = append(out, word(weaknesses, f))
	}
	if v.Late {
		out = append(out, "The vehicle was out of reach: the first record of the collision arrived more than a minute after it.")
	}
	if v.State == outcome.Open {
		out = append(out, "Evidence was still awaited when this revision was made.")
	}
	return out
}

// clock is the direction of force as on a clock's face.
func clock(hour int) string {
	if hour < 1 || hour > 12 {
		return "Not known"
	}
	return fmt.Sprintf("%d o'clock", hour)
}

// raised says what raised the severity's band, or nothing.
func raised(by []string) string {
	if len(by) == 0 {
		return ""
	}
	var words []string
	for _, r := range by {
		words = append(words, word(raises, r))
	}
	return english.WordSeries(words, "and")
}

// capital makes the first letter one.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
