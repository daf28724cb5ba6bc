package partition

import (
	"errors"
	"slices"
	"time"

	"milepost/fleet"
	"milepost/ingest/deadletter"
	"milepost/ingest/raw"
)

// profile is one record of the profiles' topic, not yet in force.
type profile struct {
	offset  int64
	arrived int64 // µs
	history fleet.History
	gone    bool               // a tombstone: nothing is known of the history's vehicle any more
	refused *deadletter.Letter // in place of the history
	// compacted says that older ones may have been there: no telemetry need wait for it.
	compacted bool
}

func (r *reader) profile(rec *raw.Record) profile {
	p := profile{offset: rec.Offset, arrived: rec.Arrived}
	if !credible(rec, r.to.Now()) {
		p.arrived = 0 // it holds from its turn on, and keeps none behind it waiting
	}
	id, err := r.identity.VehicleID(rec.Key)
	if err == nil {
		p.history, err = historyOf(rec, id)
		p.gone = rec.Value == nil
	}
	if err != nil {
		l := deadletter.New(deadletter.Refused{
			Origin: deadletter.Origin{Topic: r.cfg.Profiles, Partition: r.cfg.Partition, Offset: rec.Offset},
			Key:    []byte(id), Value: rec.Value, ArrivedAt: time.UnixMicro(p.arrived), Format: "profile",
		}, deadletter.Malformed, err.Error(), r.to.Now())
		p.refused = &l
	}
	return p
}

// historyOf is what a record says, under the id by which its vehicle's telemetry goes:
// a VIN goes no further.
func historyOf(rec *raw.Record, id string) (fleet.History, error) {
	if rec.Value == nil {
		// A tombstone: nothing is known of the vehicle any more.
		return fleet.Always(fleet.Profile{VehicleID: id}), nil
	}
	h, err := fleet.DecodeHistory(rec.Value)
	if err != nil {
		return fleet.History{}, err
	}
	if h.VehicleID != string(rec.Key) {
		return fleet.History{}, errNotItsKey
	}
	h.VehicleID = id
	for i := range h.Profiles {
		h.Profiles[i].VehicleID = id
	}
	return h, nil
}

var errNotItsKey = errors.New("the profile is of another vehicle than the record's key")

// pending is the profiles that were read and are not in force yet: each comes into
// force before the first telemetry record that arrived no earlier. Only the first
// that is known of a vehicle does so at once where compaction may have left nothing
// older, or where there is no checkpoint yet; its entries are dated, so a drive of
// last week gets last week's. Else a profile that came just before a crash would hold,
// after it, for records that were used without it before.
type pending struct {
	next int64 // offset to read from after a restart
	list []profile
}

// add takes what was read; first puts a vehicle's first into force, if it is that.
func (p *pending) add(list []profile, first func(*profile) (bool, error)) error {
	for i := range list {
		done, err := first(&list[i])
		switch {
		case err != nil:
			return err
		case !done:
			p.list = append(p.list, list[i])
		case len(p.list) == 0:
			p.next = list[i].offset + 1
		}
	}
	return nil
}

// upTo takes those that arrived by a time.
func (p *pending) upTo(arrived int64, apply func(*profile)) {
	n := 0
	for ; n < len(p.list) && p.list[n].arrived <= arrived; n++ {
		apply(&p.list[n])
		p.next = p.list[n].offset + 1
	}
	if n > 0 {
		p.list = slices.Delete(p.list, 0, n)
	}
}
