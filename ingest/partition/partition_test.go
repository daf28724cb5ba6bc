package partition

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"milepost/fleet"
	"milepost/ingest/blob"
	"milepost/ingest/deadletter"
	"milepost/ingest/decode"
	"milepost/ingest/raw"
	"milepost/ingest/snapshot"
	"milepost/metrics"
	"milepost/outcome"
	"milepost/sinks"
)

// empty is a topic to which nothing comes.
type empty struct{}

func (empty) Fetch(ctx context.Context, offset int64) (*raw.Fetched, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(10 * time.Millisecond):
		return &raw.Fetched{Next: offset, HighWatermark: offset, LastStable: offset}, nil
	}
}

// away is where outcomes and letters go that never answers.
type away struct{}

func (away) Submit(ctx context.Context, _ ...deadletter.Letter) error {
	<-ctx.Done()
	return ctx.Err()
}

type none struct{}

func (none) Submit(context.Context, []outcome.Outcome) (*sinks.Ticket, error) {
	return nil, errors.New("no outcome was to be expected")
}

// generation ends as a generation of a Kafka group does: with an error of its own.
type generation struct{ context.Context }

var errGenerationEnded = errors.New("the generation has ended")

func (g generation) Err() error {
	if g.Context.Err() != nil {
		return errGenerationEnded
	}
	return nil
}

// newPorts are those of a partition whose state is in a store that a test may watch.
func newPorts(t *testing.T, store snapshot.Store) Ports {
	t.Helper()
	all, err := metrics.New(prometheus.NewRegistry(), "test")
	if err != nil {
		t.Fatal(err)
	}
	claim, err := snapshot.Claim(t.Context(), store, snapshot.Key{Topic: "telemetry"}, "test")
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := decode.NewDecoder(decode.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return Ports{
		Records: empty{}, First: func(context.Context) (int64, error) { return 0, nil }, Decoder: decoder,
		State: claim, Outcomes: none{}, Letters: away{}, Commit: func(int64) error { return nil },
		Watch: &Watch{All: all, Own: all.Partition("telemetry", 0), Health: metrics.NewHealth(time.Minute), Key: metrics.Key{Topic: "telemetry"}},
		Log:   slog.New(slog.DiscardHandler), Now: time.Now,
	}
}

func dir(t *testing.T) *blob.Dir {
	t.Helper()
	d, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A sink that is away must not end the process when the group rebalances: the next
// owner does again what was not handed on.
func TestAGenerationThatEndsWhileASinkIsAwayIsNoFailure(t *testing.T) {
	store := dir(t)
	synctest.Test(t, func(t *testing.T) {
		p := New(Config{Topic: "telemetry", Partitions: 1, Every: time.Hour, Drain: time.Second}, newPorts(t, store))
		p.letters = []deadletter.Letter{{}}
		ctx, end := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, end)
		if err := p.Run(generation{ctx}); err != nil {
			t.Errorf("the partition ended with: %v", err)
		}
	})
}

// flaky fails a number of listings as a store does that is away for a moment.
type flaky struct {
	snapshot.Store
	failures atomic.Int32
}

func (f *flaky) List(ctx context.Context, prefix string) ([]string, error) {
	if f.failures.Add(-1) >= 0 {
		return nil, &blob.RetryableError{Err: errors.New("away")}
	}
	return f.Store.List(ctx, prefix)
}

func TestAStoreThatIsAwayForAMomentIsReadAgain(t *testing.T) {
	store := &flaky{Store: dir(t)}
	synctest.Test(t, func(t *testing.T) {
		p := New(Config{Topic: "telemetry", Partitions: 1, Every: time.Hour, Drain: time.Minute}, newPorts(t, store))
		store.failures.Store(3)
		ctx, end := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, end)
		if err := p.Run(ctx); err != nil {
			t.Fatalf("the partition ended with: %v", err)
		}
		if p.cutNext != 0 {
			t.Errorf("the last checkpoint is at %d", p.cutNext)
		}
	})
}

func TestProfileOfARecord(t *testing.T) {
	const vin = "WBA00000000000017"
	identity := decode.Identity{Key: []byte("0123456789abcdef")}
	r := &reader{cfg: Config{Profiles: "profiles"}, to: Ports{Now: time.Now}, identity: identity}
	for name, test := range map[string]struct {
		key, value string
		tombstone  bool
		vehicle    string // empty: a dead letter
	}{
		"its vehicle's":            {key: "car", value: `{"vehicle_id":"car","history":[{"zone":"Europe/Berlin"}]}`, vehicle: "car"},
		"another's":                {key: "car", value: `{"vehicle_id":"bus","history":[]}`},
		"tombstone":                {key: "car", tombstone: true, vehicle: "car"},
		"tombstone without a key":  {tombstone: true},
		"tombstone of a long key":  {key: strings.Repeat("x", 2000), tombstone: true},
		"a VIN":                    {key: vin, value: `{"vehicle_id":"` + vin + `","history":[{"zone":"Europe/Berlin"}]}`, vehicle: identity.Pseudonym([]byte(vin))},
		"tombstone of a VIN":       {key: vin, tombstone: true, vehicle: identity.Pseudonym([]byte(vin))},
		"no profile":               {key: "car", value: `{`},
		"an id that is no text":    {key: "\x00", value: `{"vehicle_id":"\u0000","history":[]}`},
		"a VIN with a bad profile": {key: vin, value: `{"vehicle_id":"` + vin + `","history":[{"zone":"Nowhere"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			rec := &raw.Record{Key: []byte(test.key), Value: []byte(test.value)}
			if test.tombstone {
				rec.Value = nil
			}
			got := r.profile(rec)
			if (got.refused != nil) != (test.vehicle == "") || got.history.VehicleID != test.vehicle {
				t.Fatalf("vehicle %q, refused: %v", got.history.VehicleID, got.refused)
			}
			if got.refused != nil {
				if strings.Contains(got.refused.Key+got.refused.Reason, vin) {
					t.Errorf("a letter with the VIN: %+v", got.refused)
				}
				return
			}
			if err := got.history.Validate(); err != nil {
				t.Errorf("a profile that stops the partition: %v", err)
			}
		})
	}
}

// What came just before a crash must not hold, after it, for records that were used
// without it before: only where older ones may be gone is there no telling.
func TestWhenAProfileComesIntoForce(t *testing.T) {
	for name, test := range map[string]struct {
		compacted, at bool // at: at once
	}{
		"all before it are there": {},
		"older ones may be gone":  {compacted: true, at: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := New(Config{}, Ports{Now: time.Now})
			list := []profile{{offset: 7, arrived: 100, compacted: test.compacted, history: fleet.Always(fleet.Profile{VehicleID: "car"})}}
			if err := p.profiles.add(list, p.knowFirst); err != nil {
				t.Fatal(err)
			}
			for _, step := range []struct {
				arrived int64
				known   bool
			}{{99, test.at}, {100, true}} {
				if err := p.know(step.arrived); err != nil {
					t.Fatal(err)
				}
				if got := p.cars.Knows("car"); got != step.known {
					t.Errorf("known at %d: %t", step.arrived, got)
				}
			}
		})
	}
}

// One record without a time, or with one that cannot be, must neither end the trips of
// others nor stop the partition with a letter that cannot be written.
func TestAnArrivalTimeThatCannotBeIsNone(t *testing.T) {
	now := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	for name, arrived := range map[string]int64{
		"none":             raw.NoTime,
		"of 1970":          1_000_000,
		"of next year":     now.AddDate(1, 0, 0).UnixMicro(),
		"of no year known": 1 << 62,
	} {
		t.Run(name, func(t *testing.T) {
			ports := newPorts(t, dir(t))
			ports.Now = func() time.Time { return now }
			p := New(Config{Topic: "telemetry"}, ports)
			for offset, at := range []int64{now.UnixMicro(), arrived} {
				if err := p.record(&raw.Record{Offset: int64(offset), Arrived: at, Key: []byte("car"), Value: []byte("?")}); err != nil {
					t.Fatal(err)
				}
			}
			if got := p.letters[1].ArrivedAt; got.Sub(now).Abs() > time.Hour && got.Unix() != 0 {
				t.Errorf("a letter of a record that arrived at %v", got)
			}
			if got := p.newest; got > now.Add(ahead).UnixMicro() || got < 0 {
				t.Errorf("time has moved on to %d", got)
			}
			r := &reader{to: ports}
			one := r.profile(&raw.Record{Arrived: arrived, Key: []byte("car")})
			if one.arrived > now.UnixMicro() {
				t.Error("a profile keeps all behind it waiting")
			}
		})
	}
}

// stuck is a store whose files of entries are never written and never refused.
type stuck struct{ snapshot.Store }

func (s stuck) Put(ctx context.Context, _ string, _ []byte) error {
	<-ctx.Done()
	return ctx.Err()
}

// compressed writes a checkpoint, so that what compresses, which all share, is made
// outside of any bubble of time.
func compressed(t *testing.T) {
	t.Helper()
	state := newPorts(t, dir(t)).State
	if _, _, err := state.Restore(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	c := state.Begin()
	c.Put("car", []byte("state"))
	if err := errors.Join(c.Commit(t.Context(), snapshot.Meta{}, nil), state.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestAStoreThatHangsDoesNotKeepAPartition(t *testing.T) {
	compressed(t)
	store := stuck{dir(t)}
	synctest.Test(t, func(t *testing.T) {
		ports := newPorts(t, store)
		p := New(Config{Topic: "telemetry", Partitions: 1, Every: time.Hour, Drain: time.Second}, ports)
		p.to.First = func(context.Context) (int64, error) {
			// More than may wait to be written, so that the cut itself waits.
			for i := range 200 {
				if err := p.cars.Know(many(fmt.Sprintf("car-%d", i))); err != nil {
					return 0, err
				}
			}
			return 0, nil
		}
		ctx, end := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, end)
		if err := p.Run(ctx); err != nil {
			t.Errorf("the partition ended with: %v", err)
		}
	})
}

// A checkpoint may fail in the very moment in which the time for it is over: whichever
// of the two is heard, the partition ends.
func TestACheckpointThatFailsAsItsTimeEndsDoesNotKeepAPartition(t *testing.T) {
	store := dir(t)
	synctest.Test(t, func(t *testing.T) {
		for range 64 { // the select takes either
			p := New(Config{Topic: "telemetry", Partitions: 1, Every: time.Hour, Drain: time.Second}, newPorts(t, store))
			over, end := context.WithCancel(t.Context())
			end()
			failed := make(chan written, 1)
			failed <- written{err: over.Err()}
			p.writing = failed
			if err := p.drain(over); !errors.Is(err, context.Canceled) {
				t.Fatalf("draining ended with: %v", err)
			}
			p.leave()
		}
	})
}

// many is a long history of a vehicle.
func many(id string) fleet.History {
	h := fleet.History{VehicleID: id}
	for i := range 4000 {
		h.Profiles = append(h.Profiles, fleet.Profile{VehicleID: id, From: fleet.Instant(1_000_000 * i), Account: strings.Repeat("a", 60)})
	}
	return h
}
