package pipeline

import (
	"slices"
	"time"

	"milepost/outcome"
	"milepost/scoring"
)

// month is a month under way with the revision of its outcome. One that nothing can change
// any more is over: all that is left of it is who it was of and its revision.
type month struct {
	scoring.Month
	revision uint32
	over     bool
}

// add puts a trip's share on its date; sign -1 takes it out again.
func (m *month) add(t *standing, sign int64) {
	if !m.over {
		m.Add(t.date, t.share, sign)
	}
}

// enter puts a closed trip into its month, in place of its former version, and
// emits the month.
func (v *Vehicle) enter(t *standing, o *outcome.Trip, driver int64, s *Scratch) {
	name := o.LocalDate[:7]
	if t.month != "" {
		old := v.month(t.month, t.monthOf)
		old.add(t, -1)
		if t.monthOf != driver || t.month != name {
			v.emitMonth(old, s)
		}
	}
	share := scoring.ShareOf(o)
	t.month, t.date, t.monthOf, t.share = name, o.LocalDate, driver, &share
	m := v.month(t.month, driver)
	m.add(t, 1)
	v.emitMonth(m, s)
	v.endMonths()
	v.insure(t, o, driver, s)
}

// takeOut takes a trip out of its month and emits the month.
func (v *Vehicle) takeOut(t *standing, s *Scratch) {
	if t.month == "" {
		return
	}
	old := v.month(t.month, t.monthOf)
	old.add(t, -1)
	v.emitMonth(old, s)
	t.month = ""
	v.uninsure(t, s)
}

// month finds or begins a driver's month. Months before the last but one are
// forgotten; no other, or one identity would begin anew at revision 1.
func (v *Vehicle) month(name string, driver int64) *month {
	for i := range v.months {
		if m := &v.months[i]; m.Name == name && m.Driver == driver {
			return m
		}
	}
	oldest := monthBefore(monthBefore(name))
	v.months = slices.DeleteFunc(v.months, func(m month) bool { return m.Name < oldest })
	v.months = append(v.months, month{Month: scoring.Month{Name: name, Driver: driver}})
	return &v.months[len(v.months)-1]
}

// monthBefore gives the name of the calendar month before a named one.
func monthBefore(name string) string {
	first, err := time.Parse("2006-01", name)
	if err != nil {
		return name // names are formatted dates
	}
	return first.AddDate(0, -1, 0).Format("2006-01")
}

func (v *Vehicle) emitMonth(m *month, s *Scratch) {
	if m.over {
		return
	}
	m.revision++
	first, err := time.Parse("2006-01", m.Name)
	if err != nil {
		// Names are made of formatted dates; year 10000 is the first that fails.
		return
	}
	at, who := outcome.Time(first.UnixMicro()), pseudonym(m.Driver)
	o := &outcome.Month{
		Header:   outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID(v.id, "month/"+who, at), VehicleID: v.id, At: at, Revision: m.revision},
		State:    outcome.Final,
		DriverID: who,
	}
	m.Fill(o)
	s.Out = append(s.Out, o)
}

// monthOver is how long after a month's end in UTC, µs, samples must be for it to be over:
// by then it has ended in every zone, and what arrives, at most a week old, is of later.
const monthOver = 8*dayLong + 12*3600*1_000_000

const dayLong = 24 * 3600 * 1_000_000

// endMonths lets go of the days of months that nothing can change any more.
func (v *Vehicle) endMonths() {
	until := v.settledUntil()
	for i := range v.months {
		m := &v.months[i]
		first, err := time.Parse("2006-01", m.Name)
		if err == nil && !m.over && first.AddDate(0, 1, 0).UnixMicro() <= until {
			m.over, m.Days, m.Withheld, m.Rest = true, nil, 0, scoring.Share{}
		}
		m.Settle(time.UnixMicro(until).UTC().Format(time.DateOnly))
	}
}

// settledUntil is the time, taken as local, µs, before which nothing can change any more.
func (v *Vehicle) settledUntil() int64 {
	return max(0, min(v.seen()-monthOver, v.oldest()-12*3600*1_000_000))
}

// oldest is the earliest event time, µs, of what may yet change a month.
func (v *Vehicle) oldest() int64 {
	at := int64(forever)
	if v.trip.id != "" {
		at = min(at, v.trip.start, v.past.given.from)
	}
	if v.veiled.mode != veilNone {
		at = min(at, v.veiled.from)
	}
	for _, k := range v.past.kept {
		from, _ := k.span()
		at = min(at, from)
	}
	for i := range v.past.runs {
		at = min(at, v.past.runs[i].from)
	}
	for i := range v.past.held {
		at = min(at, v.past.held[i].Start)
	}
	return at
}
