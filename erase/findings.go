package erase

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"time"

	"milepost/fleet"
	"milepost/ingest/cars"
	"milepost/ingest/snapshot"
	"milepost/sinks"
	"milepost/state"
)

// findings is what the files of a partition hold of someone.
type findings struct {
	whose   sinks.Subject
	mark    []byte                     // an account's name as a vehicle's own state has it
	held    map[string][]fleet.History // of vehicles that the account held, as files tell
	drove   map[sinks.DrivenMonth]bool // what stores have of the account; nil where there is no store
	since   int64                      // what the state may still know of, Unix µs
	entries int
	bytes   int64
	epoch   uint64 // the highest of a file with an entry
}

func (f *findings) any() bool { return f.entries > 0 }

// find looks through all files of a partition.
func find(ctx context.Context, store snapshot.Reader, k snapshot.Key, whose sinks.Subject, meta *snapshot.Meta) (*findings, snapshot.Scanned, error) {
	f := &findings{whose: whose, mark: markOf(whose.Account), held: map[string][]fleet.History{}, since: math.MinInt64}
	if meta != nil {
		f.since = meta.Watermark - recent.Microseconds()
	}
	scanned, err := snapshot.Scan(ctx, store, k, func(e snapshot.Stored) error {
		if f.takes(e.Vehicle, e.State) {
			f.entries++
			f.bytes += int64(len(e.State))
			f.epoch = max(f.epoch, e.Epoch)
		}
		return ctx.Err()
	})
	return f, scanned, err
}

// markOf is an account's name as it is written into state.
func markOf(account string) []byte {
	w := state.NewWriter(nil)
	w.String(&account)
	mark, _ := w.Done() // of a string in memory there is no error
	return mark
}

// takes reports whether an entry names whom it is about: a vehicle by its key, an
// account within what is known of a vehicle, or within a trip under way.
func (f *findings) takes(key string, entry []byte) bool {
	vehicle := cars.VehicleOf(key)
	if f.whose.Vehicle != "" {
		return vehicle == f.whose.Vehicle && (key != cars.ProfileKey(vehicle) || !onlyUnshared(entry))
	}
	if key == cars.Key(vehicle) {
		return f.marked(entry)
	}
	if key != cars.ProfileKey(vehicle) || entry == nil {
		return false
	}
	var h fleet.History
	if json.Unmarshal(entry, &h) != nil || !holds(h, f.whose.Account) {
		return false
	}
	f.held[vehicle] = append(f.held[vehicle], h)
	return true
}

// marked reports whether a vehicle's own state names the account. What is known of the
// vehicle may name it no more: the trip under way keeps what was known when it began.
func (f *findings) marked(entry []byte) bool {
	return f.whose.Account != "" && bytes.Contains(entry, f.mark)
}

func holds(h fleet.History, account string) bool {
	for _, p := range h.Profiles {
		if p.Account == account {
			return true
		}
	}
	return false
}

// recent is how far back from its watermark a partition's state may know of drives: a
// trip under way, summaries of a week, and the sums of this month and the one before.
const recent = 62 * 24 * time.Hour

// edit says what becomes of an entry. A vehicle's go, but for what unshared keeps. An account goes out of what is
// known of the vehicles that it held; where it held one lately, so does that vehicle's
// own state but for the months in which the account did not drive: others go on there. So
// does the state of a vehicle that names the account itself.
func (f *findings) edit(key string, entry []byte) (next []byte, keep bool) {
	vehicle := cars.VehicleOf(key)
	switch histories := f.held[vehicle]; {
	case f.whose.Vehicle != "" && vehicle != f.whose.Vehicle:
		return entry, true
	case f.whose.Vehicle != "" && key != cars.ProfileKey(vehicle):
		return nil, false
	case f.whose.Vehicle != "":
		next := unshared(entry)
		return next, next != nil
	case key == cars.Key(vehicle):
		if !f.marked(entry) && !heldSince(histories, f.whose.Account, f.since) {
			return entry, true
		}
		next := f.others(vehicle, entry)
		return next, next != nil
	case len(histories) == 0:
		return entry, true
	}
	next, err := withoutAccount(entry, f.whose.Account)
	return next, err == nil
}

// others is what a vehicle's own state holds of others than the account, nil for nothing.
// A state that cannot be read goes as a whole.
func (f *findings) others(vehicle string, entry []byte) []byte {
	mine, theirs := linked(f.held[vehicle], f.whose.Account)
	next, err := cars.Forget(vehicle, entry, f.whose.Account, func(month, driver string) bool {
		switch {
		case f.drove[sinks.DrivenMonth{Vehicle: vehicle, Month: month, Driver: driver}]:
			return true
		case theirs[driver]:
			return false
		}
		// A store may have lost by now what it knew: a run that was cut off has erased there.
		return mine[driver] || f.drove == nil
	})
	if err != nil || f.marked(next) {
		return nil
	}
	return next
}

// linked are the drivers that profiles link with a vehicle: those of an account, and
// those of others.
func linked(histories []fleet.History, account string) (mine, theirs map[string]bool) {
	mine, theirs = map[string]bool{}, map[string]bool{}
	for _, h := range histories {
		for _, p := range h.Profiles {
			switch {
			case p.Driver == "":
			case p.Account == account:
				mine[p.Driver] = true
			default:
				theirs[p.Driver] = true
			}
		}
	}
	return mine, theirs
}

// heldSince reports whether an account held a vehicle at a time or later.
func heldSince(histories []fleet.History, account string, since int64) bool {
	for _, h := range histories {
		for i, p := range h.Profiles {
			last := i == len(h.Profiles)-1
			if p.Account == account && (last || int64(h.Profiles[i+1].From) > since) {
				return true
			}
		}
	}
	return false
}

// withoutAccount takes an account, and who drove and what was agreed to while it held
// the vehicle, out of a history as JSON; fields that are not known here stay.
func withoutAccount(history []byte, account string) ([]byte, error) {
	var whole map[string]json.RawMessage
	var entries []map[string]json.RawMessage
	if err := json.Unmarshal(history, &whole); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(whole["history"], &entries); err != nil {
		return nil, err
	}
	for _, e := range entries {
		var held string
		if json.Unmarshal(e["account_id"], &held) != nil || held != account {
			continue
		}
		for _, personal := range []string{"account_id", "driver_id", "services", "consents"} {
			delete(e, personal)
		}
	}
	body, err := json.Marshal(entries)
	if err != nil {
		return nil, err
	}
	whole["history"] = body
	return json.Marshal(whole)
}

// survey notes what the entries that stay refer to outside of them.
type survey struct {
	found *findings
	keep  snapshot.Pieces
	live  map[uint64]int64 // bytes, by file
}

func newSurvey(f *findings) *survey {
	return &survey{found: f, keep: snapshot.Pieces{}, live: map[uint64]int64{}}
}

func (s *survey) entry(key string, entry []byte) error {
	next, stays := s.found.edit(key, entry)
	if !stays {
		return nil
	}
	refs, err := cars.Refs(key, next)
	for _, r := range refs {
		s.keep.Add(r.File, r.Offset)
		s.live[r.File] += int64(r.Length)
	}
	return err
}
