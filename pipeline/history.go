package pipeline

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"

	"milepost/fleet"
	"milepost/outcome"
	"milepost/scoring/advice"
	"milepost/scoring/coaching"
	"milepost/state"
)

// A trip is compared with its driver's earlier trips when it first comes out, and then joins
// them. An amended trip keeps what it was compared with, and puts its new numbers in place
// of its old ones; only where it turns out to be of another kind is it compared anew. What
// it is compared with is earlier by the time of its identity, which never moves: where any
// that is later has joined already, it keeps what it was compared with if that is of its
// length and temperature, and else is compared with nothing.

// learnt is what a trip was compared with, and what it put into the vehicle's history. It
// is never changed.
type learnt struct {
	put  advice.Contribution
	with advice.Comparison
}

// lesson is what a trip that is written brings to its comparison.
type lesson struct {
	kind       advice.Kind
	ok         bool // it can be compared
	costs      []coaching.Cost
	powertrain fleet.Powertrain
}

// lesson takes what the last trip written, by a driver, is compared by. Its costs are the
// scratch's own.
func (v *Vehicle) lesson(o *outcome.Trip, driver int64, s *Scratch) (l lesson) {
	if o.Coaching == nil {
		return l
	}
	ambient, known := o.Coaching.Inputs["ambient_c"]
	if !known {
		ambient = math.NaN()
	}
	way := uint32(0)
	if from, to, ok := v.trip.trace.Ends(); ok {
		way = advice.WayOf(v.id, advice.Place{Lat: from.Lat(), Lon: from.Lon()}, advice.Place{Lat: to.Lat(), Lon: to.Lon()})
	}
	if driver == 0 {
		driver = nobodyOf(o.AccountID)
	}
	l.kind, l.ok = advice.KindOf(o, driver, ambient, way)
	l.costs, l.powertrain = s.paving.coach.Costs, v.trip.terms.powertrain
	return l
}

// nobodyOf stands for the unknown driver of an account: who holds a vehicle next is not
// compared with who held it before. Below 0 is no driver.
func nobodyOf(account string) int64 {
	if account == "" {
		return 0
	}
	sum := sha256.Sum256([]byte(account))
	return -1 - int64(binary.BigEndian.Uint32(sum[:]))
}

// learn compares a trip that is given out and puts it into the history, in place of what
// it was.
func (v *Vehicle) learn(t *standing, o *outcome.Trip, l lesson) {
	was := t.learnt
	v.unlearn(t)
	if o.Coaching == nil {
		return
	}
	if !l.ok {
		advice.Advise(o, advice.Comparison{}, l.costs, l.powertrain)
		return
	}
	with := v.comparison(was, l.kind, t.named)
	advice.Advise(o, with, l.costs, l.powertrain)
	t.learnt = &learnt{with: with, put: v.history.Add(l.kind, t.named, advice.ValuesOf(o, l.costs, l.powertrain))}
	t.joined = true
}

// comparison is what a trip of a kind is compared with, which was compared before where
// was is not nil.
func (v *Vehicle) comparison(was *learnt, k advice.Kind, named int64) advice.Comparison {
	if was != nil && was.put.Kind == k {
		return was.with
	}
	with, ok := v.history.Compare(k, named)
	if !ok && was != nil && was.put.Like(k) {
		return was.with
	}
	return with
}

// unlearn takes a trip out of the history.
func (v *Vehicle) unlearn(t *standing) {
	v.setAside(t)
	t.learnt = nil
}

// setAside takes a trip out of the history for as long as the trips around it are computed
// again: they are not compared with what it was.
func (v *Vehicle) setAside(t *standing) {
	if t.joined {
		v.history.Remove(t.learnt.put)
		t.joined = false
	}
}

// putBack puts a trip that was set aside, and stands as it did, back into the history.
func (v *Vehicle) putBack(t *standing) {
	if t.learnt != nil && !t.joined {
		v.history.Add(t.learnt.put.Kind, t.named, t.learnt.put.Values)
		t.joined = true
	}
}

// forgetWays takes out of the history where trips went that reach into a stretch of which
// it came out late that it was not shared: their values stay, with those of their distance.
func (v *Vehicle) forgetWays(in extent) {
	all := []*standing{&v.trip.standing}
	if e := v.past.reach(&v.trip); v.trip.id == "" || e.from > in.to || e.to < in.from {
		all = nil
	}
	for _, k := range v.past.kept {
		if from, to := k.span(); from <= in.to && to >= in.from {
			all = append(all, &k.standing)
		}
	}
	for _, t := range slices.DeleteFunc(all, func(t *standing) bool { return !t.joined }) {
		v.setAside(t)
		l := *t.learnt
		l.put.Way, t.learnt = 0, &l
		v.putBack(t)
	}
}

// learntState visits what trips were compared with, those that late data may still amend.
func (v *Vehicle) learntState(c *state.Codec) {
	v.history.State(c)
	v.trip.learntState(c)
	for _, k := range v.past.kept {
		k.learntState(c)
	}
}

func (t *standing) learntState(c *state.Codec) {
	t.joined = begun(c, t.learnt != nil) // between calls whatever was compared is there
	if !t.joined {
		return
	}
	l := learnt{}
	if !c.Reading() {
		l = *t.learnt
	}
	l.put.State(c)
	l.with.State(c)
	t.learnt = &l
}
