package check_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"milepost/ingest/check"
	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/kafka"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

const topic = "outcomes"

// bench is a topic and a store that outcomes are written to.
type bench struct {
	testing.TB
	topic  check.Topic
	record *kafka.Producer
	stream *kafka.Writer
	store  sinks.Writer
	check  check.Check
}

func newBench(t testing.TB) *bench {
	t.Helper()
	fake, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, topic))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fake.Close)
	rt := &kafkago.Transport{ClientID: "test"}
	t.Cleanup(rt.CloseIdleConnections)
	brokers := kafkago.TCP(fake.ListenAddrs()...)
	b := &bench{TB: t, topic: check.Topic{Name: topic, Brokers: brokers, Via: rt, ClientID: "test"},
		record: kafka.NewProducer(rt, brokers, kafka.ProducerConfig{Topic: topic}),
		stream: kafka.NewWriter(rt, brokers, kafka.Config{Topic: topic, Compression: kafkago.Lz4})}
	b.check = check.Check{Topic: &b.topic, Examples: 100, Settle: time.Nanosecond}
	return b
}

// embedded is a bench with a store in a file.
func embedded(t testing.TB) (*bench, *sqlite.Store) {
	t.Helper()
	b := newBench(t)
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "store.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	b.store, b.check.Store = store, store
	return b, store
}

func (b *bench) tell(all ...outcome.Outcome) {
	b.Helper()
	if err := b.stream.Write(b.Context(), all); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) keep(all ...outcome.Outcome) {
	b.Helper()
	if err := b.store.Write(b.Context(), all); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) both(all ...outcome.Outcome) {
	b.Helper()
	b.tell(all...)
	b.keep(all...)
}

func (b *bench) run() *check.Result {
	b.Helper()
	r, err := b.check.Run(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return r
}

// found lists the examples: finding, type, id, reason and fields, in order.
func found(r *check.Result) []string {
	var out []string
	for _, x := range r.Examples {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s: %s %s", x.Finding, x.ID, x.Reason, strings.Join(x.Fields, " "))))
	}
	slices.Sort(out)
	return out
}

func (b *bench) want(r *check.Result, lines ...string) {
	b.Helper()
	slices.Sort(lines)
	if got := found(r); !slices.Equal(got, lines) {
		b.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(lines, "\n"))
	}
	if r.Wrong() != int64(len(lines)) {
		b.Errorf("%d are wrong, want %d: %+v", r.Wrong(), len(lines), r.Types)
	}
}

var start = time.Date(2026, 9, 1, 8, 0, 0, 123_000, time.UTC)

func trip(vehicle string, number int, revision uint32) *outcome.Trip {
	at := outcome.Time(start.Add(time.Duration(number) * time.Hour).UnixMicro())
	ev := 120.5
	return &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID(vehicle, "trip", at), VehicleID: vehicle, At: at, Revision: revision},
		State:  outcome.Final, StartedAt: at, EndedAt: at + 600_000_000, Zone: "Europe/Madrid", LocalDate: "2026-09-01",
		DistanceM: 5000.25 + float64(revision), DistanceSource: "speed", DurationS: 600, EVDistanceM: &ev,
		Route:  &outcome.Route{Polyline: "_p~iF~ps|U_ulLnnqC", Parts: []outcome.RoutePart{{To: 1, Source: "raw"}}},
		Scores: outcome.Scores{Performance: &outcome.Performance{Score: 71.5, Acceleration: 70, Braking: 73}},
		Receipt: outcome.Receipt{Method: "performance/1", Inputs: map[string]float64{"a": 0.1}, Thresholds: map[string]float64{"b": 2},
			Tracks: []outcome.TrackSpan{{Track: "speed", From: at, To: at + 1, Samples: 2}}, Distances: map[string]float64{"speed": 5000}},
	}
}

func event(of *outcome.Trip, number int) *outcome.Event {
	at := of.At + outcome.Time(number)*1_000_000
	lat, lon := 40.41, -3.7
	return &outcome.Event{
		Header: outcome.Header{Type: outcome.TypeEvent, ID: outcome.ID(of.VehicleID, "harsh_braking", at), VehicleID: of.VehicleID, At: at},
		State:  outcome.Final, Kind: outcome.HarshBraking, Level: 1, StartedAt: at, DurationS: 1, PeakMS2: -3.5, Estimator: "speed",
		RateHz: 10, Lat: &lat, Lon: &lon, TripID: of.ID, Method: "performance/1",
	}
}

func month(vehicle string) *outcome.Month {
	at := outcome.Time(time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC).UnixMicro())
	return &outcome.Month{
		Header: outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID(vehicle, "month", at), VehicleID: vehicle, At: at},
		State:  outcome.Final, Month: "2026-09", Trips: 3, DistanceM: 12, DurationS: 9,
		Days: []outcome.Day{{Date: "2026-09-01", Trips: 3, DistanceM: 12, DurationS: 9}}, Method: "performance/1",
	}
}

// fleet is a fact of every type for each of n vehicles.
func fleet(n int) (all []outcome.Outcome) {
	for i := range n {
		t := trip(fmt.Sprintf("car-%d", i), i%20, 1)
		all = append(all, t, event(t, 3), month(t.VehicleID))
	}
	return all
}

func withdrawn(t *outcome.Trip, revision uint32) *outcome.Trip {
	c := *t
	c.State, c.Revision = outcome.Withdrawn, revision
	return &c
}

func TestNothingIsWrong(t *testing.T) {
	b, _ := embedded(t)
	b.both(fleet(50)...)
	b.both(trip("car-1", 1, 2)) // amended
	b.both(withdrawn(trip("car-2", 2, 1), 2))
	r := b.run()
	b.want(r)
	trips, events := r.Types[outcome.TypeTrip], r.Types[outcome.TypeEvent]
	if trips.InTopic != 49 || trips.Rows != 49 || events.InTopic != 50 || r.Records != 152 || r.Passes != 1 {
		t.Errorf("got %+v", r)
	}
	if trips.Unknown+events.Unknown+trips.Superseded+events.Superseded+r.Unreadable != 0 {
		t.Errorf("got %+v", r)
	}
}

func TestDamageIsFound(t *testing.T) {
	b, store := embedded(t)
	b.both(fleet(200)...)
	lost, lost2 := trip("car-3", 3, 1), event(trip("car-4", 4, 1), 3)
	changed, late, gone := trip("car-5", 5, 1), trip("car-6", 6, 1), trip("car-7", 7, 1)
	ahead := trip("car-8", 8, 1)
	b.tell(trip("car-6", 6, 2), withdrawn(gone, 2), trip("car-new", 9, 1))
	b.keep(trip("car-8", 8, 2), trip("car-unknown", 1, 1))
	damage(t, store, func(tx *sql.Tx) {
		execute(t, tx, "DELETE FROM trips WHERE id = ?", lost.ID)
		execute(t, tx, "DELETE FROM events WHERE id = ?", lost2.ID)
		execute(t, tx, "UPDATE trips SET body = json_set(body, '$.distance_m', 1, '$.route.polyline', 'x') WHERE id = ?", changed.ID)
	})
	r := b.run()
	b.want(r,
		"missing "+lost.ID+": not in the store",
		"missing "+lost2.ID+": not in the store",
		"missing "+trip("car-new", 9, 1).ID+": not in the store",
		"differing "+changed.ID+": the same version says something else distance_m route",
		"differing "+late.ID+": the store has an older version",
		"differing "+gone.ID+": withdrawn in the topic, and not in the store",
		"differing "+ahead.ID+": the store has a newer version",
	)
	if got := r.Types[outcome.TypeTrip].Unknown; got != 1 {
		t.Errorf("%d unknown, want 1", got)
	}
}

func damage(t *testing.T, store *sqlite.Store, do func(*sql.Tx)) {
	t.Helper()
	if err := store.Maintain(t.Context(), func(tx *sql.Tx) error {
		do(tx)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func execute(t *testing.T, tx *sql.Tx, text string, args ...any) {
	t.Helper()
	done, err := tx.ExecContext(t.Context(), text, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		t.Fatalf("%s changes %d rows (%v)", text, n, err)
	}
}

// Several passes find what one finds.
func TestLittleMemoryTakesMorePasses(t *testing.T) {
	b, store := embedded(t)
	all := fleet(1500)
	b.both(all...)
	b.keep(trip("car-unknown", 1, 1), trip("car-unknown", 2, 1))
	var want []string
	damage(t, store, func(tx *sql.Tx) {
		for i := 0; i < 1500; i += 100 {
			id := all[3*i].Head().ID
			execute(t, tx, "DELETE FROM trips WHERE id = ?", id)
			want = append(want, "missing "+id+": not in the store")
		}
	})
	once := b.run()
	b.want(once, want...)
	b.check.Memory = 1
	more := b.run()
	b.want(more, want...)
	if once.Passes != 1 || more.Passes < 2 {
		t.Errorf("%d and %d passes", once.Passes, more.Passes)
	}
	if one, several := once.Types, more.Types; fmt.Sprint(one) != fmt.Sprint(several) || once.Records != more.Records {
		t.Errorf("in one pass %+v, in several %+v", once, more)
	}
}

// What is under way to the store is not missing from it.
func TestWhatIsUnderWayIsWaitedFor(t *testing.T) {
	b, _ := embedded(t)
	b.both(fleet(20)...)
	slow, lost := trip("car-slow", 1, 1), trip("car-lost", 1, 1)
	b.tell(slow, lost)
	slept := time.Duration(0)
	b.check.Settle, b.check.Now = time.Minute, time.Now
	b.check.Sleep = func(_ context.Context, d time.Duration) error {
		slept += d
		b.keep(slow)
		b.both(trip("car-1", 1, 2)) // live all the while
		return nil
	}
	r := b.run()
	b.want(r, "missing "+lost.ID+": not in the store")
	if slept < 50*time.Second || slept > time.Minute {
		t.Errorf("waited %v", slept)
	}
}

// moving writes to both places while the store is read.
type moving struct {
	check.Store
	write func()
}

func (m *moving) Rows(ctx context.Context, of outcome.Type, r read.Range, do func(read.Version) error) error {
	if of == outcome.TypeTrip && m.write != nil {
		m.write()
	}
	return m.Store.Rows(ctx, of, r, do)
}

func TestWhatChangesMeanwhileIsNotJudged(t *testing.T) {
	b, store := embedded(t)
	b.both(fleet(20)...)
	lost := trip("car-lost", 1, 1)
	b.tell(lost)
	revision := uint32(1)
	b.check.Store = &moving{store, func() {
		revision++
		b.both(trip("car-1", 1, revision))
	}}
	r := b.run()
	b.want(r, "missing "+lost.ID+": not in the store")
	if got := r.Types[outcome.TypeTrip].Moving; got != 1 {
		t.Errorf("%d moving, want 1", got)
	}
}

// A record says the same in another form, with fields of a later milepost.
func TestFormMakesNoDifference(t *testing.T) {
	b, _ := embedded(t)
	good, bad := trip("car-1", 1, 1), trip("car-2", 1, 1)
	b.keep(good, bad)
	bad.DistanceM++
	for _, o := range []*outcome.Trip{good, bad} {
		text, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		var value bytes.Buffer
		if err := json.Indent(&value, bytes.Replace(text, []byte("{"), []byte(`{"more":{"a":[1]},`), 1), "", "\t"); err != nil {
			t.Fatal(err)
		}
		b.put(o.VehicleID, value.String(), "ce_type", "milepost.trip.v1", "ce_subject", o.ID, "ce_time", o.At.String())
	}
	b.want(b.run(), "differing "+bad.ID+": the same version says something else distance_m")
}

func (b *bench) put(key, value string, headers ...string) {
	b.Helper()
	r := kafka.Record{Partition: kafka.ByKey, Key: []byte(key), Value: []byte(value)}
	for i := 0; i < len(headers); i += 2 {
		r.Headers = append(r.Headers, kafkago.Header{Key: headers[i], Value: []byte(headers[i+1])})
	}
	if _, err := b.record.Produce(b.Context(), []kafka.Record{r}); err != nil {
		b.Fatal(err)
	}
}

func TestWhatIsNoOutcomeIsCounted(t *testing.T) {
	b, _ := embedded(t)
	b.both(fleet(3)...)
	id := trip("car-9", 1, 1).ID
	for name, headers := range map[string][]string{
		`{}`:                        {},
		`{"type":"x"}`:              {"ce_type", "milepost.charge.v1", "ce_subject", id, "ce_time", "2026-09-01T08:00:00.000Z"},
		`{"id":1}`:                  {"ce_type", "milepost.trip.v1", "ce_subject", "zz", "ce_time", "2026-09-01T08:00:00.000Z"},
		`{"id":2}`:                  {"ce_type", "milepost.trip.v1", "ce_subject", id, "ce_time", "noon"},
		`{"revision":1,"state":"f`:  {"ce_type", "milepost.trip.v1", "ce_subject", id, "ce_time", "2026-09-01T08:00:00.000Z"},
		`{"receipt":{"method":"a"}`: {"ce_type", "milepost.trip.v1", "ce_subject", id, "ce_time", "2026-09-01T08:00:00.000Z"},
		``:                          {"ce_type", "milepost.trip.v1", "ce_subject", id, "ce_time", "2026-09-01T08:00:00.000Z"},
	} {
		b.put("car-9", name, headers...)
	}
	r := b.run()
	b.want(r)
	if r.Unreadable != 7 || r.Records != 16 {
		t.Errorf("got %+v", r)
	}
}

func TestOnlyTheTimeAskedForCounts(t *testing.T) {
	b, _ := embedded(t)
	for i := range 10 {
		b.tell(trip("car-1", i, 1))
		b.keep(trip("car-2", i, 1))
	}
	b.check.From, b.check.To = trip("", 2, 0).At-123, trip("", 6, 0).At-123
	b.check.Kept = map[outcome.Type]outcome.Time{outcome.TypeTrip: trip("", 4, 0).At - 123}
	r := b.run()
	if got := r.Types[outcome.TypeTrip]; got.Missing != 2 || got.Unknown != 2 || got.InTopic != 2 || got.Rows != 2 {
		t.Errorf("got %+v, want the facts of hours 4 and 5", got)
	}
}
