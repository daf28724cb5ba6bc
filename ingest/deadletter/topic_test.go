package deadletter

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"milepost/sinks"
	"milepost/sinks/kafka"
)

// world is a broker with a topic of telemetry and one of dead letters.
type world struct {
	rt             *kafkago.Transport
	addr           net.Addr
	input, letters string
	log            *Log
	writer         *Writer
}

func newWorld(t *testing.T, addr net.Addr, input, letters string) *world {
	t.Helper()
	rt := &kafkago.Transport{}
	t.Cleanup(rt.CloseIdleConnections)
	w := &world{rt: rt, addr: addr, input: input, letters: letters, log: NewLog(rt, addr)}
	w.writer = NewWriter(w.producer(letters), sinks.Backoff{Min: time.Millisecond}, nil)
	return w
}

func (w *world) producer(topic string) *kafka.Producer {
	return kafka.NewProducer(w.rt, w.addr, kafka.ProducerConfig{Topic: topic})
}

func fakeWorld(t *testing.T) *world {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "vehicle.telemetry", "milepost.dead-letters"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return newWorld(t, kafkago.TCP(c.ListenAddrs()...), "vehicle.telemetry", "milepost.dead-letters")
}

func realWorld(t *testing.T) *world {
	t.Helper()
	brokers := os.Getenv("MILEPOST_KAFKA")
	if brokers == "" {
		const what = "MILEPOST_KAFKA names no broker: nothing was tried on a real Kafka"
		if os.Getenv("MILEPOST_REQUIRE_SERVICES") == "1" {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(brokers, ",")...))
	if err != nil {
		t.Fatal(err)
	}
	admin := kadm.NewClient(client)
	names := []string{fmt.Sprintf("telemetry-%d", os.Getpid()), fmt.Sprintf("dead-letters-%d", os.Getpid())}
	t.Cleanup(func() {
		if _, err := admin.DeleteTopics(context.Background(), names...); err != nil {
			t.Error(err)
		}
		client.Close()
	})
	if _, err := admin.CreateTopics(t.Context(), 2, 1, nil, names...); err != nil {
		t.Fatal(err)
	}
	// A client that once hears that a topic is not there remembers that for seconds.
	for led := 0; led < 2*len(names); {
		there, err := admin.ListTopics(t.Context(), names...)
		if err != nil {
			t.Fatal(err)
		}
		led = 0
		there.EachPartition(func(p kadm.PartitionDetail) {
			if p.Err == nil && p.Leader >= 0 {
				led++
			}
		})
	}
	return newWorld(t, kafkago.TCP(strings.Split(brokers, ",")...), names[0], names[1])
}

// poison puts records into partition 1 of the input.
func (w *world) poison(t *testing.T, values ...string) {
	t.Helper()
	var records []kafka.Record
	for _, v := range values {
		records = append(records, kafka.Record{Partition: 1, Key: []byte("car-7"), Value: []byte(v),
			Headers: []kafkago.Header{{Key: "content-type", Value: []byte("milepost")}}})
	}
	// A topic made a moment ago has no leader yet.
	if err := newWriter(w.producer(w.input), sinks.Backoff{Min: time.Millisecond}, nil).write(t.Context(), records); err != nil {
		t.Fatal(err)
	}
}

// refuse is a pipeline that reads the whole input and refuses what it has not
// refused before and fails to like.
func (w *world) refuse(t *testing.T, from int64, likes func(value string) bool) (next int64) {
	t.Helper()
	next = from
	err := w.log.Scan(t.Context(), w.input, func(partition int, r *Record) error {
		if r.Offset < from || likes(string(r.Value)) {
			return nil
		}
		next = r.Offset + 1
		return w.writer.Submit(t.Context(), New(Refused{
			Origin: Origin{w.input, partition, r.Offset}, Key: r.Key, Value: r.Value, ArrivedAt: noon, Format: "milepost", ReplayOf: r.header(ReplayHeader),
		}, Malformed, "varint is cut off", noon.Add(time.Duration(r.Offset)*time.Second)))
	})
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func (w *world) read(t *testing.T, f Filter, limit int) *Mailbox {
	t.Helper()
	box, err := Read(t.Context(), w.log, w.letters, f, limit)
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func (w *world) replay(t *testing.T, again, dry bool) map[Fate]int {
	t.Helper()
	fates := map[Fate]int{}
	r := Replay{From: w.log, To: w.producer, Notes: w.writer, Again: again, DryRun: dry, Now: func() time.Time { return noon.Add(time.Hour) }}
	if err := r.Run(t.Context(), w.read(t, Filter{}, 0), func(_ *Letter, fate Fate) { fates[fate]++ }); err != nil {
		t.Fatal(err)
	}
	return fates
}

func (w *world) input1(t *testing.T) (lines []string) {
	t.Helper()
	err := w.log.Scan(t.Context(), w.input, func(partition int, r *Record) error {
		lines = append(lines, fmt.Sprintf("%d/%d %s %s %s", partition, r.Offset, r.Key, r.Value, r.header(ReplayHeader)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func never(string) bool { return false }

func TestReplay(t *testing.T)              { testReplay(t, fakeWorld(t)) }
func TestReplayOnARealBroker(t *testing.T) { testReplay(t, realWorld(t)) }

// A record is refused, fed in again, refused again, and fed in a last time only
// where that is asked for; at last it is liked.
func testReplay(t *testing.T, w *world) {
	w.poison(t, "bad-a", "bad-b")
	next := w.refuse(t, 0, never)
	check := func(step string, got, want map[Fate]int) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
	}
	check("dry run", w.replay(t, false, true), map[Fate]int{FedIn: 2})
	check("first", w.replay(t, false, false), map[Fate]int{FedIn: 2})
	check("at once again", w.replay(t, false, false), map[Fate]int{Before: 2})
	w.refuse(t, next, never)
	check("refused again", w.replay(t, false, false), map[Fate]int{Before: 4})
	check("asked for", w.replay(t, true, false), map[Fate]int{FedIn: 2, Twice: 2})
	origin := func(offset int) string { return fmt.Sprintf("%s/1/%d", w.input, offset) }
	want := []string{
		"1/0 car-7 bad-a ", "1/1 car-7 bad-b ",
		"1/2 car-7 bad-a " + origin(0), "1/3 car-7 bad-b " + origin(1),
		"1/4 car-7 bad-a " + origin(0), "1/5 car-7 bad-b " + origin(1),
	}
	if diff := cmp.Diff(want, w.input1(t)); diff != "" {
		t.Errorf("input (-want +got):\n%s", diff)
	}
	box := w.read(t, Filter{}, 0)
	if len(box.Letters) != 4 || len(box.Replayed) != 2 || box.Unreadable != 0 || box.ByClass[Malformed] != 4 {
		t.Errorf("%d letters, %d replayed, %d unreadable", len(box.Letters), len(box.Replayed), box.Unreadable)
	}
	if got := box.Letters[3]; got.Offset != 3 || got.ReplayOf == nil || got.ReplayOf.String() != origin(1) {
		t.Errorf("the last letter is of %s, replay of %v", got.Origin, got.ReplayOf)
	}
}

func TestRecordsThatAreGoneOrOthers(t *testing.T) {
	w := fakeWorld(t)
	w.poison(t, "bad-a")
	gone := New(Refused{Origin: Origin{w.input, 1, 99}, Value: []byte("x")}, Malformed, "", noon)
	other := New(Refused{Origin: Origin{w.input, 1, 0}, Value: []byte("not what is there")}, Malformed, "", noon)
	if err := w.writer.Submit(t.Context(), gone, other); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[Fate]int{Gone: 1, Different: 1}, w.replay(t, false, false)); diff != "" {
		t.Error(diff)
	}
	if lines := w.input1(t); len(lines) != 1 {
		t.Errorf("something was fed in: %q", lines)
	}
}

func TestReadFiltersAndLimits(t *testing.T) {
	w := fakeWorld(t)
	for i := range 40 {
		r := refusedRecord(fmt.Sprint("value ", i))
		r.Offset, r.Key = int64(i), fmt.Append(nil, "car-", i%7)
		if err := w.writer.Submit(t.Context(), New(r, Classes[i%2], "reason", noon.Add(time.Duration(i)*time.Minute))); err != nil {
			t.Fatal(err)
		}
	}
	strange := []kafka.Record{{Partition: 0, Value: []byte("{}")}, {Partition: 0, Value: []byte("not JSON")}}
	if _, err := w.producer(w.letters).Produce(t.Context(), strange); err != nil {
		t.Fatal(err)
	}
	box := w.read(t, Filter{Class: Classes[1], Since: noon.Add(20 * time.Minute)}, 3)
	if box.Matching != 10 || box.ByClass[Classes[1]] != 10 || len(box.ByClass) != 1 || box.Unreadable != 2 {
		t.Errorf("%d matching, by class %v, %d unreadable", box.Matching, box.ByClass, box.Unreadable)
	}
	var offsets []int64
	for _, l := range box.Letters {
		offsets = append(offsets, l.Offset)
	}
	if diff := cmp.Diff([]int64{35, 37, 39}, offsets); diff != "" {
		t.Errorf("the latest (-want +got):\n%s", diff)
	}
}

// flaky refuses with an error for a while, and takes what it is given one by one.
type flaky struct {
	failures int
	err      error
	took     []string
}

func (f *flaky) Produce(_ context.Context, records []kafka.Record) ([]int, error) {
	if f.failures > 0 {
		f.failures--
		if len(records) > 1 { // the first was taken
			f.took = append(f.took, string(records[0].Value))
			records = records[1:]
			left := make([]int, len(records))
			for i := range left {
				left[i] = i + 1
			}
			return left, f.err
		}
		return []int{0}, f.err
	}
	for _, r := range records {
		f.took = append(f.took, string(r.Value))
	}
	return nil, nil
}

func TestSubmitBlocksUntilTheLettersAreSafe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := &flaky{failures: 20, err: &sinks.RetryableError{Err: errors.New("no leader")}}
		retries := 0
		w := newWriter(down, sinks.Backoff{}, func(int, error) { retries++ })
		result := make(chan error, 1)
		go func() {
			result <- w.Submit(t.Context(), New(refusedRecord("a"), Malformed, "", noon), New(refusedRecord("b"), Late, "", noon))
		}()
		time.Sleep(2 * time.Minute)
		select {
		case err := <-result:
			t.Fatalf("Submit returned %v while nothing was safe", err)
		default:
		}
		time.Sleep(10 * time.Minute)
		if err := <-result; err != nil || retries != 20 {
			t.Errorf("%v after %d retries", err, retries)
		}
		for i, value := range []string{"a", "b"} {
			sum := sha256.Sum256([]byte(value))
			if len(down.took) != 2 || !strings.Contains(down.took[i], hex.EncodeToString(sum[:])) {
				t.Errorf("took %q", down.took)
			}
		}
	})
}

func TestSubmitEndsWithItsContextOrARefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		letter := New(refusedRecord("a"), Malformed, "", noon)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		down := &flaky{failures: 1000, err: &sinks.RetryableError{Err: errors.New("no leader")}}
		if err := newWriter(down, sinks.Backoff{}, nil).Submit(ctx, letter); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after a minute: %v", err)
		}
		refused := errors.New("not authorised")
		if err := newWriter(&flaky{failures: 1, err: refused}, sinks.Backoff{}, nil).Submit(t.Context(), letter); !errors.Is(err, refused) {
			t.Errorf("refused for good: %v", err)
		}
		letter.Class = "mood"
		if err := newWriter(&flaky{}, sinks.Backoff{}, nil).Submit(t.Context(), letter); err == nil || !strings.Contains(err.Error(), `class "mood"`) {
			t.Errorf("unknown class: %v", err)
		}
	})
}
