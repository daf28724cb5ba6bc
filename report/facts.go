package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dustin/go-humanize/english"

	"milepost/outcome"
)

// standardGravity is one g in m/s² (CGPM 1901).
const standardGravity = 9.80665

// Fact is one line of a report: a name and what it is, in plain words.
type Fact struct {
	Name string
	Text string
}

// Facts lists what is known of the collision in plain words, the most telling first.
func (r *Report) Facts() []Fact {
	v := r.view()
	return slices.Concat(v.when(), v.headline(), v.answered(), v.details())
}

// Caveats says in sentences what the figures are not.
func (r *Report) Caveats() []string {
	return []string{
		"Delta-V is how much the impact itself changed the velocity, not the speed driven.",
		"Severity is a band of delta-V, not of injuries.",
	}
}

// Unknown says in sentences what the record cannot say.
func (r *Report) Unknown() []string { return r.view().unknown() }

const (
	dayLayout   = "Monday 2 January 2006"
	clockLayout = "15:04:05.000"
)

func (v *view) when() []Fact {
	utc := Fact{"Time, UTC", v.At.Std().Format(dayLayout + ", " + clockLayout)}
	if v.zone == nil {
		return []Fact{utc}
	}
	return []Fact{{"Time, local", fmt.Sprintf("%s (%s, UTC%s)", v.local(v.At).Format(dayLayout+", "+clockLayout),
		v.zone, v.local(v.At).Format("-07:00"))}, utc}
}

// headline is what is told in large figures.
func (v *view) headline() []Fact {
	return []Fact{
		{"Speed at impact", v.speed()},
		{"Delta-V", v.deltaV()},
		{"Direction of force", v.direction()},
		{"Severity", v.severity()},
		{"Confidence", v.confidence()},
	}
}

func (v *view) speed() string {
	if v.SpeedAtImpactKmh == nil {
		return "not known"
	}
	return kmh(*v.SpeedAtImpactKmh)
}

func (v *view) deltaV() string {
	if v.DeltaVKmh == nil {
		return "not known"
	}
	if v.lowerBound() {
		return "at least " + kmh(*v.DeltaVKmh)
	}
	return kmh(*v.DeltaVKmh)
}

func (v *view) direction() string {
	if v.Clock == 0 {
		return "not known"
	}
	return fmt.Sprintf("%s, %s", clock(v.Clock), word(sides, v.Side))
}

// severity is that of the record; where delta-V is a lower bound, so is its band.
func (v *view) severity() string {
	band := word(severities, v.Severity)
	switch v.Severity {
	case outcome.SeverityMinor, outcome.SeverityModerate, outcome.SeveritySerious:
		if v.lowerBound() {
			return "At least " + strings.ToLower(band)
		}
	}
	return band
}

// rollover claims none where nothing could have told of it. Which sensors there were the
// record does not tell: see unknown.
func (v *view) rollover() string {
	switch {
	case v.Rollover:
		return "yes"
	case v.RateHz == 0 || v.wheels():
		return "not known"
	}
	return "none seen"
}

// airbags claims nothing of a vehicle that reports none.
func (v *view) airbags() string {
	if v.has("airbag") {
		return "one deployed, or more"
	}
	return "none reported"
}

// answered is what the driver answered, nothing where there is no answer.
func (v *view) answered() []Fact {
	if v.answer == nil {
		return nil
	}
	return []Fact{{"The driver says", word(shortAnswers, v.answer.Answer)}}
}

// kmh writes a speed; what no vehicle does is said to be that.
func kmh(v float64) string { return plausible("%.0f km/h", v) }

// mostPlausible is the largest number of a record that is printed.
const mostPlausible = 99_999

// plausible writes a number, unless it is beyond all bounds.
func plausible(format string, v float64) string {
	if !(math.Abs(v) <= mostPlausible) {
		return "not plausible"
	}
	return fmt.Sprintf(format, v)
}

// details are the facts beside the figures.
func (v *view) details() []Fact {
	var facts []Fact
	if by := raised(v.SeverityRaisedBy); by != "" {
		facts = append(facts, Fact{"Severity raised by", by})
	}
	facts = append(append(facts, v.parts()...), Fact{"Impacts", v.impacts()})
	if peak := v.peak(); peak > 0 {
		facts = append(facts, Fact{"Peak acceleration", v.bound() + plausible("%.1f g", peak/standardGravity) + plausible(" (%.0f m/s²)", peak)})
	}
	return append(facts,
		Fact{"Airbags", v.airbags()},
		Fact{"Rollover", v.rollover()},
		Fact{"Belts", v.belts()},
		Fact{"Seats known taken", v.seats()},
		Fact{"Vehicle", v.VehicleID + propulsion(v.PropulsionType)},
		Fact{"Rests on", v.source()},
		Fact{"Place", v.place()})
}

func propulsion(p string) string {
	if p == "" {
		return ""
	}
	return ", " + strings.ReplaceAll(p, "_", "-")
}

// parts are those of delta-V along the vehicle and across it.
func (v *view) parts() []Fact {
	if v.DeltaVXKmh == nil || v.DeltaVYKmh == nil || v.wheels() {
		return nil
	}
	along, across := "forward", "to the left"
	if *v.DeltaVXKmh < 0 {
		along = "backward"
	}
	if *v.DeltaVYKmh < 0 {
		across = "to the right"
	}
	return []Fact{{"Delta-V, its parts", fmt.Sprintf("%s %s, %s %s", plausible("%.1f km/h", math.Abs(*v.DeltaVXKmh)), along,
		plausible("%.1f km/h", math.Abs(*v.DeltaVYKmh)), across)}}
}

func (v *view) bound() string {
	if v.SensorSaturated {
		return "at least "
	}
	return ""
}

func (v *view) impacts() string {
	if v.EventCount == 0 {
		return "none recorded as a pulse"
	}
	switch len(v.Impacts) {
	case 0:
		return fmt.Sprint(v.EventCount)
	case 1:
		return fmt.Sprintf("%d, lasting %s", v.EventCount, lasting(&v.Impacts[0]))
	}
	var each []string
	for i := range v.Impacts {
		each = append(each, fmt.Sprintf("%s in %s", kmh(v.Impacts[i].DeltaVKmh), lasting(&v.Impacts[i])))
	}
	return fmt.Sprintf("%d: delta-V %s", v.EventCount, english.WordSeries(each, "and"))
}

func lasting(i *outcome.Impact) string { return fmt.Sprintf("%d ms", int64(i.EndAt-i.At)/1000) }

func (v *view) peak() float64 {
	peak := 0.0
	for _, i := range v.Impacts {
		peak = max(peak, i.PeakMS2)
	}
	return peak
}

func (v *view) belts() string {
	belt := func(who string, b *bool) string {
		switch {
		case b == nil:
			return who + " not known"
		case *b:
			return who + " belted"
		}
		return who + " not belted"
	}
	return belt("driver", v.DriverBelted) + ", " + belt("front passenger", v.PassengerBelted)
}

func (v *view) seats() string {
	if v.Passengers == nil {
		return "not known"
	}
	return fmt.Sprintf("%d, the driver's included", *v.Passengers)
}

// source says what it rests on.
func (v *view) source() string {
	if v.RateHz == 0 {
		return "no samples of motion"
	}
	of := "acceleration"
	if v.wheels() {
		of = "speed"
	}
	return plausible("%.0f", v.RateHz) + " samples of " + of + " a second"
}

func (v *view) place() string {
	if v.Position == nil {
		return "not shared, or not known"
	}
	return coordinates(v.Position) + map[bool]string{false: " (not to be trusted)"}[v.PositionTrusted] + ", the last position" +
		plausible(", %.1f s before", max(0, -v.seconds(v.Position.At)))
}

// coordinates gives a position to five decimals, about a metre.
func coordinates(f *outcome.Fix) string {
	half := func(deg float64, pos, neg string) string {
		return plausible("%.5f° ", math.Abs(deg)) + map[bool]string{true: neg, false: pos}[deg < 0]
	}
	return half(f.Lat, "N", "S") + ", " + half(f.Lon, "E", "W")
}

// wheels says that only the speed of the wheels tells of the collision.
func (v *view) wheels() bool { return slices.Contains(v.Flags, "wheel_speed_only") }

// told says who the record is from and when.
func (v *view) told() []Fact {
	return []Fact{
		{"Collision", v.ID},
		{"Revision", fmt.Sprintf("%d, %s, of %s", v.Revision, v.State, v.ReportedAt)},
		{"Method", cmp.Or(v.Method, "not known")},
	}
}
