package check

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"milepost/ingest/raw"
	"milepost/outcome"
)

// Erasure is an erasure that was done: what the topic told of them before its end may be
// missing from the store.
type Erasure struct {
	// Of whom it was: an account, or one collision; else a vehicle.
	Account, Collision bool
	SHA256             [32]byte // of the id
	Until              time.Time
}

// erasures tell which facts were erased. An account's events, months and factors do not say
// so: they are known by the account's trips, for which the topic is read once before.
type erasures struct {
	vehicles, accounts, collisions map[[sha256.Size]byte]int64 // until, Unix µs

	mu     sync.Mutex          // over what follows, while the trips are looked for
	trips  map[identity]theirs // and charging sessions and collisions
	months map[[sha256.Size]byte]int64
	days   map[[sha256.Size]byte]map[string]int64 // by vehicle and date
}

// theirs is what the newest version of a trip that ever was an account's says.
type theirs struct {
	version
	until int64 // 0: it turned out to be another's
}

func newErasures(all []Erasure) *erasures {
	e := &erasures{vehicles: map[[sha256.Size]byte]int64{}, accounts: map[[sha256.Size]byte]int64{}, collisions: map[[sha256.Size]byte]int64{},
		trips: map[identity]theirs{}, months: map[[sha256.Size]byte]int64{}, days: map[[sha256.Size]byte]map[string]int64{}}
	for _, x := range all {
		of := e.vehicles
		switch {
		case x.Account:
			of = e.accounts
		case x.Collision:
			of = e.collisions
		}
		of[x.SHA256] = max(of[x.SHA256], x.Until.UnixMicro())
	}
	return e
}

// learn finds the trips, charging sessions and collisions of the accounts, where there are any.
func (e *erasures) learn(ctx context.Context, c *Check, ends []span) error {
	if len(e.accounts) == 0 {
		return nil
	}
	err := c.Topic.read(ctx, ends, func(r *raw.Record) error {
		l, ours, err := open(r)
		switch {
		case err != nil || !ours:
		case l.kind == outcome.TypeTrip:
			e.trip(l, r)
		case l.kind == outcome.TypeCollision, l.kind == outcome.TypeCharge:
			e.carrier(l, r)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for the trips of erased accounts: %w", err)
	}
	return nil
}

func (e *erasures) trip(l letter, r *raw.Record) {
	said := gjson.GetManyBytes(r.Value, "account_id", "revision", "receipt.method", "local_date", "driver_id")
	v, err := versionOf(said[1].Uint(), said[2].String())
	if err != nil {
		return // the pass counts it
	}
	until := e.until(said[0].String())
	e.mu.Lock()
	defer e.mu.Unlock()
	if until > 0 {
		at := monthOf(r.Key, said[3].String(), said[4].String())
		e.months[at] = max(e.months[at], until)
		vehicle := sha256.Sum256(r.Key)
		if e.days[vehicle] == nil {
			e.days[vehicle] = map[string]int64{}
		}
		e.days[vehicle][said[3].String()] = max(e.days[vehicle][said[3].String()], until)
	}
	e.note(l, v, until)
}

// carrier takes in a fact that names its account and has a method of its own.
func (e *erasures) carrier(l letter, r *raw.Record) {
	said := gjson.GetManyBytes(r.Value, "account_id", "revision", "method")
	v, err := versionOf(said[1].Uint(), said[2].String())
	if err != nil {
		return // the pass counts it
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.note(l, v, e.until(said[0].String()))
}

// until is when an account was erased; 0: it was not.
func (e *erasures) until(account string) int64 {
	if account == "" {
		return 0
	}
	return e.accounts[sha256.Sum256([]byte(account))]
}

// note keeps what the newest version says of a fact that ever was an account's.
func (e *erasures) note(l letter, v version, until int64) {
	known, was := e.trips[l.id]
	if until > 0 && !was || was && v.compare(known.version) >= 0 {
		e.trips[l.id] = theirs{v, until}
	}
}

// driven is when the last erasure was done of an account that drove the vehicle on a day
// from <= day < to; 0: there was none.
func (e *erasures) driven(vehicle []byte, from, to string) (until int64) {
	for day, erased := range e.days[sha256.Sum256(vehicle)] {
		if day >= from && day < to {
			until = max(until, erased)
		}
	}
	return until
}

// monthOf names a month of a vehicle and a driver, by any date in it.
func monthOf(vehicle []byte, date, driver string) [sha256.Size]byte {
	const month = len("2026-09")
	var b []byte
	for _, part := range []string{string(vehicle), date[:min(len(date), month)], driver} {
		b = binary.AppendUvarint(b, uint64(len(part)))
		b = append(b, part...)
	}
	return sha256.Sum256(b)
}

// cover reports whether what a record tells of was erased after it arrived.
func (e *erasures) cover(l letter, r *raw.Record) bool {
	if len(e.vehicles) > 0 && before(r, e.vehicles[sha256.Sum256(r.Key)]) {
		return true
	}
	if l.kind == outcome.TypeCollision && len(e.collisions) > 0 && before(r, e.collisions[sha256.Sum256([]byte(hex.EncodeToString(l.id[:])))]) {
		return true
	}
	if len(e.accounts) == 0 {
		return false
	}
	switch l.kind {
	case outcome.TypeTrip, outcome.TypeCollision, outcome.TypeCharge:
		return before(r, e.trips[l.id].until)
	case outcome.TypeFactor:
		said := gjson.GetManyBytes(r.Value, "from", "to")
		return before(r, e.driven(r.Key, said[0].String(), said[1].String()))
	case outcome.TypeMonth:
		said := gjson.GetManyBytes(r.Value, "month", "driver_id")
		return before(r, e.months[monthOf(r.Key, said[0].String(), said[1].String())])
	}
	trip, err := identityOf(gjson.GetBytes(r.Value, "trip_id").String())
	return err == nil && before(r, e.trips[trip].until)
}

// before reports whether a record arrived before a time; 0 is none.
func before(r *raw.Record, until int64) bool {
	return until != 0 && r.Arrived <= until // raw.NoTime is before all
}
