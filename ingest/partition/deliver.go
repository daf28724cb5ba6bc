package partition

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"milepost/ingest/cars"
	"milepost/ingest/deadletter"
	"milepost/ingest/decode"
	"milepost/ingest/raw"
	"milepost/outcome"
)

// deliver works on what one fetch brought and hands on what came out.
func (p *Partition) deliver(work context.Context, d delivery) error {
	defer d.release()
	if d.err != nil {
		return d.err
	}
	if err := p.profiles.add(d.profiles, p.knowFirst); err != nil {
		return err
	}
	if d.skipped > 0 {
		p.to.Watch.gap(d.skipped)
		p.to.Log.Error("records were deleted before they were read: going on behind the gap", "records", d.skipped, "offset", p.next)
		p.next += d.skipped
	}
	if d.records == nil {
		return p.opened(work, d.opening)
	}
	if err := p.work(work, d.records); err != nil {
		return err
	}
	if err := p.handOn(work); err != nil {
		return err
	}
	p.to.Watch.fetched(d.records, p, p.newest)
	if p.quiet && p.to.Quiet != nil {
		p.to.Quiet()
	}
	return p.checkpointIfDue(work)
}

// opened hands on what came of a delivery without records. What is known before the
// very first record is written down before it is used: a restart would know more.
func (p *Partition) opened(work context.Context, opening bool) error {
	if err := p.handOn(work); err != nil || !opening || !p.fresh {
		return err
	}
	if err := p.cut(work); err != nil {
		return err
	}
	return p.await(work)
}

// work gives every record to its vehicle.
func (p *Partition) work(work context.Context, x *raw.Fetched) error {
	err := x.Each(func(r *raw.Record) error {
		if err := p.record(r); err != nil {
			return err
		}
		p.to.Watch.reading(p.records)
		return p.handOnUrgent(work)
	})
	if err != nil {
		return err
	}
	silent := p.next == x.Next && x.Next >= x.HighWatermark
	p.next = x.Next
	p.quiet = false
	if !silent {
		p.silentSince = time.Time{}
		return nil
	}
	return p.silence(p.to.Now())
}

// silence lets the wall clock stand in for arrival times where none come: behind it,
// as a record may be on its way, and only once nothing has come for a while, as a
// log of the past is read faster than it is written.
func (p *Partition) silence(now time.Time) error {
	if p.silentSince.IsZero() {
		p.silentSince = now
	}
	if now.Sub(p.silentSince) < p.cfg.Idle {
		return nil
	}
	upTo := now.Add(-p.cfg.Idle).UnixMicro()
	if err := p.know(upTo); err != nil {
		return err
	}
	p.quiet = true
	return p.cars.Advance(upTo)
}

// record decodes one record and gives it to its vehicle. What cannot be used becomes
// a dead letter.
func (p *Partition) record(r *raw.Record) error {
	p.records++
	p.bytes += int64(len(r.Value))
	arrived := p.arrival(r)
	p.newest = arrived
	if err := p.know(arrived); err != nil {
		return err
	}
	p.raw = decode.Record{Key: r.Key, Value: r.Value, Headers: r, Arrived: arrived}
	if err := p.to.Decoder.Decode(p.to.Format, &p.raw, &p.frame); err != nil {
		p.refuse(r, classOf(err), err)
		return nil
	}
	fate, err := p.cars.Record(&p.frame)
	if err != nil {
		return fmt.Errorf("record at offset %d: %w", r.Offset, err)
	}
	if fate == cars.TooLate {
		p.refuse(r, string(deadletter.Late), errTooLate)
	}
	return nil
}

// classOf is the class of a record that could not be read.
func classOf(err error) string {
	var refused *decode.Error
	if errors.As(err, &refused) {
		return refused.Class.String()
	}
	return decode.ClassMalformed.String()
}

var errTooLate = errors.New("it came after its place was given up, and no trip is left that it could amend")

// know puts the profiles that arrived by a time into force.
func (p *Partition) know(arrived int64) error {
	var err error
	p.profiles.upTo(arrived, func(pr *profile) { err = errors.Join(err, p.apply(pr)) })
	return err
}

// knowFirst puts a profile into force if nothing is known of its vehicle yet, and
// nothing older need have been.
func (p *Partition) knowFirst(pr *profile) (done bool, err error) {
	if pr.refused == nil && (!pr.compacted || p.cars.Knows(pr.history.VehicleID)) {
		return false, nil
	}
	return true, p.apply(pr)
}

func (p *Partition) apply(pr *profile) error {
	if pr.refused != nil {
		p.letters = append(p.letters, *pr.refused)
		p.to.Watch.refused(string(pr.refused.Class), true)
		return nil
	}
	if pr.gone {
		return p.cars.Forget(pr.history.VehicleID)
	}
	if err := p.cars.Know(pr.history); err != nil {
		return fmt.Errorf("profile at offset %d: %w", pr.offset, err)
	}
	return nil
}

// refuse writes a dead letter. Its vehicle is named by what the decoder made of the
// key, never by the key itself.
func (p *Partition) refuse(r *raw.Record, class string, reason error) {
	replay, _ := r.Header(deadletter.ReplayHeader)
	if of := (*decode.Error)(nil); errors.As(reason, &of) {
		reason = of.Unwrap() // the class stands beside it
	}
	p.letters = append(p.letters, deadletter.New(deadletter.Refused{
		Origin: deadletter.Origin{Topic: p.cfg.Topic, Partition: p.cfg.Partition, Offset: r.Offset},
		Key:    []byte(p.frame.VehicleID), Value: r.Value, ArrivedAt: time.UnixMicro(p.frame.Arrived),
		Format: p.to.Format.String(), ReplayOf: replay,
	}, deadletter.Class(class), reason.Error(), p.to.Now()))
	p.to.Watch.refused(class, class != string(deadletter.Late))
}

// handOnUrgent does not let a collision wait for the records behind it.
func (p *Partition) handOnUrgent(work context.Context) error {
	out := p.cars.Scratch.Out
	fresh := out[min(p.looked, len(out)):]
	if p.looked = len(out); len(fresh) == 0 || !slices.ContainsFunc(fresh, isCollision) {
		return nil
	}
	return p.waitingFor(func() error { return p.handOnOutcomes(work) })
}

func isCollision(o outcome.Outcome) bool {
	_, is := o.(*outcome.Collision)
	return is
}

// waitingFor tells while something waits for its taker, which is no standstill.
func (p *Partition) waitingFor(taker func() error) error {
	p.to.Watch.Health.Waits(p.to.Watch.Key, true)
	defer p.to.Watch.Health.Waits(p.to.Watch.Key, false)
	return taker()
}

// handOn passes dead letters and outcomes on; it blocks while their takers do.
func (p *Partition) handOn(work context.Context) error {
	if len(p.letters) == 0 && len(p.cars.Scratch.Out) == 0 {
		return nil
	}
	return p.waitingFor(func() error {
		// Outcomes go first: an alert among them does not wait for dead letters.
		if err := p.handOnOutcomes(work); err != nil {
			return err
		}
		return p.handOnLetters(work)
	})
}

func (p *Partition) handOnLetters(work context.Context) error {
	if len(p.letters) == 0 {
		return nil
	}
	if err := p.to.Letters.Submit(work, p.letters...); err != nil {
		return fmt.Errorf("write %d dead letters: %w", len(p.letters), err)
	}
	p.letters = p.letters[:0]
	return nil
}

func (p *Partition) handOnOutcomes(work context.Context) error {
	out := p.cars.Scratch.Out
	if len(out) == 0 {
		return nil
	}
	p.cars.Scratch.Out, p.looked = nil, 0 // the sinks keep the batch
	p.to.Watch.outcomes(out)
	ticket, err := p.to.Outcomes.Submit(work, out)
	if err != nil {
		return fmt.Errorf("hand on %d outcomes: %w", len(out), err)
	}
	p.tickets.add(ticket)
	return nil
}
