package partition

import (
	"bytes"
	"encoding/json"
	"slices"

	"milepost/fleet"
	"milepost/ingest/raw"
)

// profile is one record of the profiles' topic, not yet in force.
type profile struct {
	offset  int64
	arrived int64
	history fleet.History
	bad     error
}

func newProfile(r *raw.Record) profile {
	p := profile{offset: r.Offset, arrived: r.Arrived}
	if r.Value == nil {
		// A tombstone: nothing is known of the vehicle any more.
		p.history = fleet.Unknown(string(bytes.Clone(r.Key)))
		return p
	}
	p.bad = json.Unmarshal(r.Value, &p.history)
	return p
}

// pending is the profiles that were read and are not in force yet: each comes into
// force before the first telemetry record that arrived no earlier. Only the first
// that is known of a vehicle does so at once, as compaction may have left nothing
// older; its entries are dated, so a drive of last week gets last week's.
type pending struct {
	next int64 // offset to read from after a restart
	list []profile
}

// add takes what was read; apply puts a vehicle's first into force, if it is that.
func (p *pending) add(list []profile, first func(*profile) bool) {
	for i := range list {
		if !first(&list[i]) {
			p.list = append(p.list, list[i])
		} else if len(p.list) == 0 {
			p.next = list[i].offset + 1
		}
	}
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
