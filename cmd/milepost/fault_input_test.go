package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"milepost/ingest/deadletter"
	"milepost/ingest/decode"
	"milepost/ingest/uplink"
	"milepost/telemetry"
	pb "milepost/telemetry/milepost/telemetry/v1"
)

// rawWriter writes what no uplink of ours would.
func (w *world) rawWriter(t *testing.T) *kafka.Writer {
	to := &kafka.Writer{Addr: kafka.TCP(w.addr), Topic: w.topic("telemetry"), RequiredAcks: kafka.RequireAll,
		Balancer: kafka.Murmur2Balancer{Consistent: true}, BatchTimeout: time.Millisecond,
		WriteTimeout: time.Minute, ReadTimeout: time.Minute} // what is acknowledged late is written again
	t.Cleanup(func() { to.Close() })
	return to
}

// message is a frame as a record, for a test to spoil.
func message(t *testing.T, f *telemetry.Frame, spoil func(*pb.Telemetry)) kafka.Message {
	t.Helper()
	var coder decode.Milepost
	value, err := coder.Encode(nil, f)
	if err != nil {
		t.Fatal(err)
	}
	if spoil != nil {
		var m pb.Telemetry
		if err := m.UnmarshalVT(value); err != nil {
			t.Fatal(err)
		}
		spoil(&m)
		if value, err = m.MarshalVT(); err != nil {
			t.Fatal(err)
		}
	}
	return kafka.Message{Key: []byte(f.VehicleID), Value: value, Time: time.UnixMicro(f.Arrived),
		Headers: []kafka.Header{{Key: uplink.ContentType, Value: []byte(uplink.TelemetryContentType)}}}
}

// write replaces the uplink's writing: spoil says what becomes of each frame.
func (w *world) write(t *testing.T, all []kafka.Message) {
	t.Helper()
	to := w.rawWriter(t)
	for some := range slices.Chunk(all, 500) {
		if err := to.WriteMessages(t.Context(), some...); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) log() *deadletter.Log {
	return deadletter.NewLog(kafka.DefaultTransport, kafka.TCP(w.addr))
}

// letters reads the dead letters by the place of their records; a letter may stand
// twice where a run was killed, and never otherwise.
func (w *world) letters(t *testing.T) map[deadletter.Origin]deadletter.Letter {
	t.Helper()
	box, err := deadletter.Read(t.Context(), w.log(), w.topic("dead-letters"), deadletter.Filter{}, 0)
	if err != nil {
		t.Fatal(err)
	}
	all := map[deadletter.Origin]deadletter.Letter{}
	for _, l := range box.Letters {
		if _, twice := all[l.Origin]; twice {
			t.Errorf("two letters of %s", l.Origin)
		}
		all[l.Origin] = l
	}
	return all
}

// poisoned adds one per cent of garbage to a world's records and gives its places.
func poisoned(t *testing.T, w *world) map[deadletter.Origin]string {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 100))
	var all []kafka.Message
	var garbage [][]byte
	for _, f := range w.frames {
		if rng.IntN(100) == 0 {
			junk := make([]byte, 16+rng.IntN(200))
			for i := range junk {
				junk[i] = byte(rng.Uint32())
			}
			junk[0] = 0xff // no field begins like this: what came of chance alone might be a record
			garbage = append(garbage, junk)
			all = append(all, kafka.Message{Key: []byte(f.VehicleID), Value: junk, Time: time.UnixMicro(f.Arrived)})
		}
		all = append(all, message(t, f, nil))
	}
	w.write(t, all)
	places := map[deadletter.Origin]string{}
	topic := w.topic("telemetry")
	err := w.log().Scan(t.Context(), topic, func(partition int, r *deadletter.Record) error {
		if slices.ContainsFunc(garbage, func(g []byte) bool { return bytes.Equal(g, r.Value) }) {
			places[deadletter.Origin{Topic: topic, Partition: partition, Offset: r.Offset}] = string(r.Key)
		}
		return nil
	})
	if err != nil || len(places) != len(garbage) || len(places) < 10 {
		t.Fatalf("%d places of %d pieces of garbage, %v", len(places), len(garbage), err)
	}
	return places
}

func checkLetters(t *testing.T, w *world, want map[deadletter.Origin]string) {
	t.Helper()
	got := w.letters(t)
	for place, vehicle := range want {
		l, ok := got[place]
		if !ok || l.Class != deadletter.Malformed || l.Key != vehicle {
			t.Errorf("letter of %s: %+v", place, l)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d letters of %d pieces of garbage", len(got), len(want))
	}
}

// Garbage among the records: each piece leaves one letter, and nothing else changes.
func TestFaultPoisonRecords(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newSilentWorld(t, addr, town(20), 3)
		garbage := poisoned(t, w)
		m := w.start(t, w.config(), wrappers{})
		settled(t, w.config().Store.SQLite, w.oracle(t))
		m.end(t)
		checkLetters(t, w, garbage)
		if n := m.number(t, "milepost_dead_letters_total"); int(n) != len(garbage) {
			t.Errorf("%v letters counted", n)
		}
	})
}

// While letters cannot be written no record is passed over; once they can, nothing
// is missing.
func TestFaultDeadLettersCannotBeWritten(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newSilentWorld(t, addr, town(21), 1)
		garbage := poisoned(t, w)
		first := int64(1 << 62)
		for place := range garbage {
			first = min(first, place.Offset)
		}
		cfg := inSmallSteps(w.config())
		cfg.DeadLetters.Topic = w.topic("narrow")
		if _, err := uplink.Create(t.Context(), w.client(), cfg.DeadLetters.Topic, 1, "max.message.bytes", "100"); err != nil {
			t.Fatal(err)
		}
		m := w.start(t, cfg, wrappers{backoff: time.Millisecond})
		until(t, "run gives up", func() bool { return len(m.ended) > 0 })
		if err := <-m.ended; err == nil {
			t.Fatal("run ended without an error, and letters were not written")
		}
		if at := w.committed(t, cfg.Kafka.Group)[0]; at > first {
			t.Fatalf("offset %d was committed, behind a record at %d whose letter is not written", at, first)
		}
		m = w.start(t, w.config(), wrappers{})
		settled(t, cfg.Store.SQLite, w.oracle(t))
		m.end(t)
		checkLetters(t, w, garbage)
	})
}

// Values that cannot be, in records that are otherwise good, cost themselves alone.
func TestFaultBadValuesInGoodRecords(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newSilentWorld(t, addr, town(22), 3)
		spoilt := w.frames[0].VehicleID
		others := of(w.oracle(t), func(vehicle string) bool { return vehicle != spoilt })
		var all []kafka.Message
		for i, f := range w.frames {
			if f.VehicleID != spoilt {
				all = append(all, message(t, f, nil))
				continue
			}
			m := message(t, f, func(m *pb.Telemetry) { spoilValues(i, m) })
			var coder decode.Milepost
			if err := coder.Decode(m.Value, f); err != nil { // what is left is what the oracle plays
				t.Fatal(err)
			}
			all = append(all, m)
		}
		w.write(t, all)
		m := w.start(t, w.config(), wrappers{})
		settled(t, w.config().Store.SQLite, w.oracle(t))
		m.end(t)
		got := inStore(t, w.config().Store.SQLite)
		if !maps.Equal(of(got, func(vehicle string) bool { return vehicle != spoilt }), others) {
			t.Error("other vehicles' outcomes changed")
		}
		if len(of(got, func(vehicle string) bool { return vehicle == spoilt })) == 0 {
			t.Error("nothing is left of the vehicle with bad values")
		}
		if n := m.number(t, "milepost_values_dropped_total"); n < 10 {
			t.Errorf("%v values dropped", n)
		}
		if n := len(w.letters(t)); n != 0 {
			t.Errorf("%d letters", n)
		}
	})
}

func spoilValues(i int, m *pb.Telemetry) {
	if s := m.Speed; s != nil && len(s.Speed) > 1 {
		switch i % 4 {
		case 0:
			s.Speed[1] = 1 << 30 // huge
		case 1:
			s.Accelerator = append(s.Accelerator, 1) // not as long as its track
		}
	}
	if p := m.Position; p != nil && len(p.Latitude) > 1 && i%4 == 2 {
		p.Latitude[1] = 1 << 30
		p.Heading = p.Heading[:len(p.Heading)/2]
	}
	if e := m.Energy; e != nil && len(e.Soc) > 0 && i%4 == 3 {
		e.Soc[0] = -1 << 30
	}
}

// of picks the outcomes of some vehicles.
func of(all map[string]string, which func(vehicle string) bool) map[string]string {
	some := map[string]string{}
	for id, body := range all {
		var head struct {
			VehicleID string `json:"vehicle_id"`
		}
		if err := json.Unmarshal([]byte(body), &head); err != nil {
			panic(err)
		}
		if which(head.VehicleID) {
			some[id] = body
		}
	}
	return some
}
