// Package report makes the report of one collision that a driver downloads and may hand
// to an insurer: a PDF of one or two pages and what the driver added, and the same as
// JSON. It says what was measured, what was inferred from that, and what is not known.
// It reads no store and no clock: the same record gives the same bytes.
package report

import (
	"cmp"
	"slices"
	"time"

	"milepost/outcome"
	"milepost/report/sketch"
)

// Report is what a report is made of.
type Report struct {
	Collision outcome.Collision
	Additions []outcome.Addition // in any order; those of other collisions and withdrawn ones are left out
	// Route is that of the trip that was under way, nil where none is known. It is shown
	// only near the collision's place, and only where that is told.
	Route *outcome.Route
	// Roads near the collision's place are drawn beneath; Credit is owed to whoever made
	// their map.
	Roads  []sketch.Road
	Credit string

	Zone string // IANA zone of local times; where it is empty or not known, times are UTC alone
	// Notice is printed above all else: that the data is simulated, say.
	Notice string
}

// view is a report that has been put in order.
type view struct {
	*outcome.Collision
	answer        *outcome.Addition // the newest, nil where the driver gave none
	notes, photos []outcome.Addition
	route         *outcome.Route
	roads         []sketch.Road
	credit        string
	zone          *time.Location // nil where only UTC is known
	notice        string
}

func (r *Report) view() *view {
	v := &view{Collision: &r.Collision, route: r.Route, roads: r.Roads, credit: r.Credit, notice: r.Notice}
	if zone, err := time.LoadLocation(r.Zone); err == nil && r.Zone != "" {
		v.zone = zone
	}
	for _, a := range r.added() {
		switch a.Kind {
		case outcome.AdditionAnswer:
			v.answer = &a
		case outcome.AdditionNote:
			v.notes = append(v.notes, a)
		case outcome.AdditionPhoto:
			v.photos = append(v.photos, a)
		}
	}
	return v
}

// added gives the additions that count, the oldest first.
func (r *Report) added() []outcome.Addition {
	var out []outcome.Addition
	for _, a := range r.Additions {
		if a.CollisionID == r.Collision.ID && a.State != outcome.Withdrawn {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b outcome.Addition) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// local is the time in the report's zone, or in UTC.
func (v *view) local(t outcome.Time) time.Time {
	if v.zone == nil {
		return t.Std()
	}
	return t.Std().In(v.zone)
}

// lowerBound says that delta-V is at least the figure given.
func (v *view) lowerBound() bool {
	return v.SensorSaturated || slices.Contains(v.Flags, "samples_missing")
}

// seconds gives how long after time zero something was.
func (v *view) seconds(t outcome.Time) float64 { return float64(t-v.At) / 1e6 }

// Weaknesses says in sentences what weakens the record.
func (r *Report) Weaknesses() []string { return r.view().weakness() }

// Evidence lists what speaks for a collision and against it: when, after time zero, and
// what.
func (r *Report) Evidence() []Fact {
	v := r.view()
	var out []Fact
	for i := range r.Collision.Evidence {
		e := &r.Collision.Evidence[i]
		out = append(out, Fact{sign(v.seconds(e.At)) + ", " + side(e), sentence(e)})
	}
	return out
}

// side says whether a piece of evidence is for or against.
func side(e *outcome.Evidence) string {
	if e.For {
		return "for"
	}
	return "against"
}
