package pipeline

import (
	"slices"
	"time"

	"milepost/outcome"
	"milepost/scoring"
)

// month is a month under way with the revision of its outcome.
type month struct {
	scoring.Month
	revision uint32
}

// enter puts a closed trip into its month, in place of its former version, and
// emits the month.
func (v *Vehicle) enter(t *standing, o *outcome.Trip, driver int64, s *Scratch) {
	share := scoring.ShareOf(o)
	name := o.LocalDate[:7]
	if t.month != "" {
		old := v.month(t.month, t.monthOf)
		old.Add(t.date, t.share, -1)
		if t.monthOf != driver || t.month != name {
			v.emitMonth(old, s)
		}
	}
	t.month, t.date, t.monthOf, t.share = name, o.LocalDate, driver, share
	m := v.month(t.month, driver)
	m.Add(t.date, share, 1)
	v.emitMonth(m, s)
}

// takeOut takes a trip out of its month and emits the month.
func (v *Vehicle) takeOut(t *standing, s *Scratch) {
	if t.month == "" {
		return
	}
	old := v.month(t.month, t.monthOf)
	old.Add(t.date, t.share, -1)
	v.emitMonth(old, s)
	t.month = ""
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
