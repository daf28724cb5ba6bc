package cars

import (
	"bytes"
	"fmt"
	"math"
	"strings"

	"milepost/fleet"
	"milepost/ingest/order"
	"milepost/pipeline"
	"milepost/state"
)

// entryVersion is of the entry around a vehicle's state: kind, due, pieces, order.
const entryVersion = 1

// Kind says what a vehicle was doing at a checkpoint.
type Kind uint8

// The kinds of entries.
const (
	Driving Kind = iota // a trip is under way, or frames wait
	Parked
	Profile
	Unreadable // damaged, or of a newer milepost
)

// String names the kind in tables.
func (k Kind) String() string {
	return [...]string{"driving", "parked", "profile", "unreadable"}[min(k, Unreadable)]
}

// Keys of entries begin with what they hold.
const (
	vehicleKey = "v/"
	profileKey = "p/"
)

// Key is the key of a vehicle's entry.
func Key(vehicle string) string { return vehicleKey + vehicle }

// ProfileKey is the key of the entry of what is known of a vehicle.
func ProfileKey(vehicle string) string { return profileKey + vehicle }

// VehicleOf is the vehicle that an entry is of; empty for a key of another form.
func VehicleOf(key string) string {
	for _, kind := range []string{vehicleKey, profileKey} {
		if vehicle, ok := strings.CutPrefix(key, kind); ok {
			return vehicle
		}
	}
	return ""
}

// Refs gives the pieces outside memory that an entry refers to.
func Refs(key string, entry []byte) ([]pipeline.Ref, error) {
	if !strings.HasPrefix(key, vehicleKey) {
		return nil, nil
	}
	r := state.NewReader(entry)
	var h header
	if h.state(r); r.Err() != nil {
		return nil, fmt.Errorf("read an entry's references: %w", r.Err())
	}
	return h.refs, nil
}

// header is what a car's owner must know of it without reading its state.
type header struct {
	kind Kind
	due  int64 // of its timer
	lag  int64
	refs []pipeline.Ref
}

func (h *header) state(c *state.Codec) {
	c.Version(entryVersion)
	c.Uint8((*uint8)(&h.kind))
	c.Int64(&h.due)
	c.Int64(&h.lag)
	state.Slice(c, &h.refs, func(c *state.Codec, r *pipeline.Ref) {
		c.Uint64(&r.File)
		c.Uint32(&r.Offset)
		c.Uint32(&r.Length)
	})
}

// pack appends a car's order and life.
func (a *awake) pack(buf []byte) ([]byte, error) {
	c := state.NewWriter(buf)
	a.queue.State(c)
	timed := a.timed != nil
	c.Bool(&timed)
	if timed {
		a.timed.State(c)
	}
	buf, err := c.Done()
	if err != nil {
		return buf, err
	}
	return a.vehicle.AppendState(buf), nil
}

// unpack reads an entry into a car just made.
func (a *awake) unpack(entry []byte) error {
	c := state.NewReader(entry)
	var h header
	h.state(c)
	a.queue.State(c)
	var timed bool
	if c.Bool(&timed); timed {
		a.timed = &order.Timed{}
		a.timed.State(c)
	}
	if err := c.Err(); err != nil {
		return err
	}
	return a.vehicle.LoadState(c.Rest())
}

// Store takes what changed between two checkpoints, and keeps pieces of state.
type Store interface {
	pipeline.Chunks
	// Entry keeps an entry under a key, in place of the one before; neither is kept
	// by reference. Where the entry is nil, there is none any more.
	Entry(key string, entry []byte)
}

// Cut gives the store everything that changed since the last cut. Vehicles at rest
// are packed.
func (c *Cars) Cut(to Store) error {
	for id := range c.known { // each entry stands alone: the order does not matter
		h, ok := c.profiles[id]
		if !ok {
			to.Entry(profileKey+id, nil)
			continue
		}
		entry, err := h.MarshalJSON()
		if err != nil {
			return fmt.Errorf("write a profile: %w", err)
		}
		to.Entry(profileKey+id, entry)
	}
	clear(c.known)
	for _, car := range c.dirty {
		if err := c.cut(car, to); err != nil {
			return err
		}
	}
	clear(c.dirty)
	c.dirty = c.dirty[:0]
	return nil
}

func (c *Cars) cut(car *car, to Store) error {
	a := car.awake
	if err := a.vehicle.Cut(to, &c.Scratch); err != nil {
		return fmt.Errorf("move pieces of a trip out of memory: %w", err)
	}
	c.account(car)
	parked := a.vehicle.Parked() && a.waits() == math.MaxInt64
	h := header{kind: Driving, due: car.due, lag: car.lag, refs: car.refs}
	if parked {
		h.kind = Parked
	}
	buf, err := packed(h, a, c.entry[:0])
	if err != nil {
		return err
	}
	c.entry, car.dirty = buf, false
	to.Entry(Key(car.id), buf)
	if parked {
		car.packed, car.awake = bytes.Clone(buf), nil
		c.awake--
	}
	return nil
}

// packed appends a car's entry.
func packed(h header, a *awake, buf []byte) ([]byte, error) {
	w := state.NewWriter(buf)
	h.state(w)
	buf, err := w.Done()
	if err == nil {
		buf, err = a.pack(buf)
	}
	if err != nil {
		return buf, fmt.Errorf("write a vehicle's state: %w", err)
	}
	return buf, nil
}

// account brings the sizes of what is still needed outside memory up to date.
func (c *Cars) account(car *car) {
	for _, r := range car.refs {
		c.need(r, -1)
	}
	car.refs = car.refs[:0]
	car.awake.vehicle.Refs(func(r pipeline.Ref) bool {
		car.refs = append(car.refs, r)
		c.need(r, 1)
		return true
	})
}

func (c *Cars) need(r pipeline.Ref, sign int64) {
	if c.live[r.File] += sign * int64(r.Length); c.live[r.File] == 0 {
		delete(c.live, r.File)
	}
}

// Live gives the bytes still needed of each file of pieces, as of the last cut. The
// map is the caller's.
func (c *Cars) Live() map[uint64]int64 {
	live := make(map[uint64]int64, len(c.live))
	for file, n := range c.live {
		live[file] = n
	}
	return live
}

// Restore takes one entry of the last checkpoint; the entries come in any order, and
// before any record.
func (c *Cars) Restore(key string, entry []byte) error {
	switch {
	case len(key) > len(vehicleKey) && key[:len(vehicleKey)] == vehicleKey:
		return c.restoreVehicle(key[len(vehicleKey):], entry)
	case len(key) > len(profileKey) && key[:len(profileKey)] == profileKey:
		var h fleet.History
		if err := h.UnmarshalJSON(entry); err != nil {
			return fmt.Errorf("restore a profile: %w", err)
		}
		c.profiles[h.VehicleID] = h
		return nil
	}
	return fmt.Errorf("restore an entry: unknown kind of key %.2q", key)
}

func (c *Cars) restoreVehicle(id string, entry []byte) error {
	r := state.NewReader(entry)
	var h header
	if h.state(r); r.Err() != nil {
		return fmt.Errorf("restore a vehicle: %w", r.Err())
	}
	car := c.car(id)
	car.packed, car.lag, car.refs = bytes.Clone(entry), h.lag, h.refs
	for _, ref := range h.refs {
		c.need(ref, 1)
	}
	if h.due != math.MaxInt64 {
		car.due = h.due
		c.timers.push(timer{due: h.due, car: car})
	}
	return nil
}

// Begin sets the watermark that a checkpoint was cut at.
func (c *Cars) Begin(watermark int64) { c.watermark = max(c.watermark, watermark) }

// Describe tells an entry's kind from its key and first bytes.
func Describe(key string, entry []byte) Kind {
	if len(key) > 1 && key[:2] == profileKey {
		return Profile
	}
	r := state.NewReader(entry)
	var h header
	if h.state(r); r.Err() != nil || h.kind > Parked {
		return Unreadable
	}
	return h.kind
}
