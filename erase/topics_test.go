package erase

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/segmentio/kafka-go"

	"milepost/ingest/decode"
	"milepost/ingest/raw"
	"milepost/sinks"
	sinkskafka "milepost/sinks/kafka"
)

const vin = "WVWZZZ1JZXW000001"

var identity = decode.Identity{Key: []byte("a key of more than thirty-two characters")}

// now is when the erasures of these tests happen.
func now() time.Time { return time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC) }

// topic makes a topic of three partitions with settings, on a broker of its own.
func topic(t *testing.T, settings ...string) *Cluster {
	t.Helper()
	_, c := topicOn(t, settings...)
	return c
}

func write(t *testing.T, c *Cluster, partition int, key, value string) {
	t.Helper()
	if err := c.write(t.Context(), "topic", []sinkskafka.Record{{Partition: partition, Key: []byte(key), Value: []byte(value)}}); err != nil {
		t.Fatal(err)
	}
}

// records are what a topic holds, as partition, key and value.
func records(t *testing.T, c *Cluster) (all []string) {
	t.Helper()
	for number := range 3 {
		_, err := c.scan(t.Context(), "topic", number, 0, 0, func(r *raw.Record) error {
			value := string(r.Value)
			if r.Value == nil {
				value = "tombstone"
			}
			all = append(all, string(rune('0'+number))+" "+string(r.Key)+" "+value)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func erased(t *testing.T, step Step, whose sinks.Subject) *Place {
	t.Helper()
	places := step.Erase(t.Context(), whose, false)
	step.Verify(t.Context(), whose, places)
	if p := places[0]; !p.Verified {
		t.Errorf("not verified: %s", p.Error)
	}
	return places[0]
}

// A tombstone goes where the records lie, wherever a partitioner would have put them, and
// under the key that they have; and only once.
func TestTombstonesLieBehindTheirRecords(t *testing.T) {
	c := topic(t, "cleanup.policy", "compact", "max.compaction.lag.ms", "3600000", "delete.retention.ms", "7200000")
	for partition, key := range map[int]string{0: "car-7", 1: vin, 2: "car-70"} {
		write(t, c, partition, key, "old")
		write(t, c, partition, key, "new")
	}
	step := &Topic{Kind: KindOutcomes, Name: "topic", Cluster: c, Identity: identity, Now: now}
	p := erased(t, step, sinks.Subject{Vehicle: "car-7"})
	if want := (Counts{"records": 2}); !cmp.Equal(p.Found, want) {
		t.Errorf("found %v, want %v", p.Found, want)
	}
	// Twice an hour until it is cleaned, two hours as a tombstone, and the brokers' own pace.
	if want := now().Add(4*time.Hour + 10*time.Minute); p.GoneBy == nil || !p.GoneBy.Equal(want) || p.Never {
		t.Errorf("gone by %v, want %v", p.GoneBy, want)
	}
	erased(t, step, sinks.Subject{Vehicle: identity.Pseudonym([]byte(vin))})
	again := erased(t, step, sinks.Subject{Vehicle: "car-7"})
	if len(again.Deleted) > 0 || again.GoneBy == nil {
		t.Errorf("again: deleted %v, gone by %v", again.Deleted, again.GoneBy)
	}
	want := []string{"0 car-7 old", "0 car-7 new", "0 car-7 tombstone", "1 " + vin + " old", "1 " + vin + " new", "1 " + vin + " tombstone", "2 car-70 old", "2 car-70 new"}
	if diff := cmp.Diff(want, records(t, c)); diff != "" {
		t.Errorf("topic (-want +got):\n%s", diff)
	}
}

// What the brokers keep for a time is named with it, and nothing is written.
func TestRetentionIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		settings []string
		gone     time.Duration
		never    bool
	}{
		"for a week":  {[]string{"cleanup.policy", "delete", "retention.ms", "604800000", "segment.ms", "86400000"}, 8*24*time.Hour + 10*time.Minute, false},
		"for ever":    {[]string{"cleanup.policy", "delete", "retention.ms", "-1"}, 0, true},
		"both":        {[]string{"cleanup.policy", "compact,delete", "retention.ms", "3600000", "segment.ms", "3600000"}, 2*time.Hour + 10*time.Minute, false},
		"only by lag": {[]string{"cleanup.policy", "compact"}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := topic(t, c.settings...)
			write(t, cluster, 1, "car-7", "letter")
			p := erased(t, &Topic{Kind: KindDeadLetters, Name: "topic", Cluster: cluster, Now: now}, sinks.Subject{Vehicle: "car-7"})
			if p.Never != c.never || !c.never && (p.GoneBy == nil || p.GoneBy.Sub(now()) != c.gone) || c.never == (len(p.Warnings) == 0) {
				t.Errorf("never %t, gone by %v, warnings %q", p.Never, p.GoneBy, p.Warnings)
			}
		})
	}
}

// One collision shares its key with the vehicle's other facts: nothing is written, and
// compaction does not count.
func TestOneCollisionInATopic(t *testing.T) {
	id := strings.Repeat("0a", 16)
	for name, c := range map[string]struct {
		settings []string
		gone     time.Duration
		never    bool
	}{
		"for a week": {[]string{"cleanup.policy", "delete", "retention.ms", "604800000", "segment.ms", "86400000"}, 8*24*time.Hour + 10*time.Minute, false},
		"compacted":  {[]string{"cleanup.policy", "compact", "max.compaction.lag.ms", "3600000", "delete.retention.ms", "7200000"}, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			cluster := topic(t, c.settings...)
			write(t, cluster, 1, "car-7", `{"type":"collision","id":"`+id+`"}`)
			write(t, cluster, 1, "car-7", `{"type":"trip","id":"`+strings.Repeat("0b", 16)+`"}`)
			before := records(t, cluster)
			p := erased(t, &Topic{Kind: KindOutcomes, Name: "topic", Cluster: cluster, Now: now}, sinks.Subject{Collision: id})
			if p.Found["records"] != 1 || len(p.Deleted) > 0 || p.Never != c.never || !c.never && (p.GoneBy == nil || p.GoneBy.Sub(now()) != c.gone) {
				t.Errorf("%+v", p)
			}
			if diff := cmp.Diff(before, records(t, cluster)); diff != "" {
				t.Errorf("topic (-before +after):\n%s", diff)
			}
			if p := erased(t, &Topic{Kind: KindOutcomes, Name: "topic", Cluster: cluster, Now: now}, sinks.Subject{Collision: strings.Repeat("0c", 16)}); len(p.Found) > 0 || p.Never {
				t.Errorf("of another %+v", p)
			}
		})
	}
}

// An account goes out of the history of a vehicle; all else of it stays, what this
// milepost does not know too.
func TestProfilesAreWrittenWithoutAnAccount(t *testing.T) {
	c := topic(t, "cleanup.policy", "compact")
	write(t, c, 2, "car-7", `{"vehicle_id":"car-7","new":1,"history":[{"zone":"UTC","account_id":"kept","driver_id":"a1"},`+
		`{"from":"2026-01-01T00:00:00Z","colour":"red","account_id":"gone","driver_id":"b2","consents":["insurance"]}]}`)
	write(t, c, 2, "car-8", `{"vehicle_id":"car-8","history":[{"account_id":"kept"}]}`)
	step := &Topic{Kind: KindProfiles, Name: "topic", Cluster: c, Now: now}
	erased(t, step, sinks.Subject{Account: "gone"})
	got := records(t, c)
	var last, want any
	if err := json.Unmarshal([]byte(strings.TrimPrefix(got[len(got)-1], "2 car-7 ")), &last); err != nil {
		t.Fatalf("%q: %v", got, err)
	}
	const text = `{"vehicle_id":"car-7","new":1,"history":[{"zone":"UTC","account_id":"kept","driver_id":"a1"},{"from":"2026-01-01T00:00:00Z","colour":"red"}]}`
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, last); diff != "" || len(got) != 3 {
		t.Errorf("%d records, the last (-want +got):\n%s", len(got), diff)
	}
	if p := erased(t, step, sinks.Subject{Account: "gone"}); len(p.Deleted) > 0 {
		t.Errorf("again: %v", p.Deleted)
	}
}

// A producer that writes the profile again meanwhile is told of, not passed over.
func TestAProfileThatComesBackIsTold(t *testing.T) {
	c := topic(t, "cleanup.policy", "compact")
	write(t, c, 0, "car-7", "profile")
	step, whose := &Topic{Kind: KindProfiles, Name: "topic", Cluster: c, Now: now}, sinks.Subject{Vehicle: "car-7"}
	places := step.Erase(t.Context(), whose, false)
	write(t, c, 0, "car-7", "profile")
	if step.Verify(t.Context(), whose, places); places[0].Verified {
		t.Error("it is called verified")
	}
}

// Telemetry behind a snapshot makes new state: nothing is verified until it is read.
func TestTelemetryStillToBeReadIsCounted(t *testing.T) {
	c := topic(t, "retention.ms", "3600000")
	for range 5 {
		write(t, c, 1, "car-7", "frame")
		write(t, c, 1, "car-8", "frame")
	}
	for name, test := range map[string]struct {
		next     int64
		verified bool
	}{"behind": {4, false}, "all read": {10, true}} {
		t.Run(name, func(t *testing.T) {
			step := &Telemetry{Name: "topic", Cluster: c, Now: now, Offsets: func(string, int) (int64, bool) { return test.next, true }}
			places := step.Erase(t.Context(), sinks.Subject{Vehicle: "car-7"}, false)
			step.Verify(t.Context(), sinks.Subject{Vehicle: "car-7"}, places)
			p := places[0]
			if p.Verified != test.verified || !test.verified && p.Found["records to be read"] != 3 || p.GoneBy == nil {
				t.Errorf("%+v", p)
			}
		})
	}
}

// A partition of which there is no snapshot was never read, or its state is elsewhere.
func TestAPartitionWithoutSnapshotIsNotPassedOver(t *testing.T) {
	c := topic(t, "retention.ms", "3600000")
	write(t, c, 1, "car-7", "frame")
	nothing := func(string, int) (int64, bool) { return 0, false }
	for name, test := range map[string]struct {
		whose  sinks.Subject
		commit bool
		want   string
	}{
		"it holds the vehicle":      {sinks.Subject{Vehicle: "car-7"}, false, "1 records of the vehicle lie behind"},
		"it holds others":           {sinks.Subject{Vehicle: "car-8"}, false, ""},
		"its state is elsewhere":    {sinks.Subject{Vehicle: "car-8"}, true, "has read partitions [1]"},
		"an account, and elsewhere": {sinks.Subject{Account: "a"}, true, "has read partitions [1]"},
	} {
		t.Run(name, func(t *testing.T) {
			group := "none"
			if test.commit {
				group = "milepost"
				_, err := c.client.OffsetCommit(t.Context(), &kafka.OffsetCommitRequest{GroupID: group, GenerationID: -1,
					Topics: map[string][]kafka.OffsetCommit{"topic": {{Partition: 1, Offset: 1}}}})
				if err != nil {
					t.Fatal(err)
				}
			}
			step := &Telemetry{Name: "topic", Cluster: c, Now: now, Offsets: nothing, Group: group}
			places := step.Erase(t.Context(), test.whose, false)
			step.Verify(t.Context(), test.whose, places)
			if p := places[0]; p.Verified != (test.want == "") || !strings.Contains(p.Error, test.want) {
				t.Errorf("%+v", p)
			}
		})
	}
}

// Nothing was looked at: that proves nothing.
func TestAnErasureOfNoPlaceIsNotVerified(t *testing.T) {
	if p, err := Run(t.Context(), sinks.Subject{Vehicle: "car-7"}, Config{Now: now}); err != nil || p.Verified {
		t.Errorf("%+v, error %v", p, err)
	}
}

func TestTopicsThatAreNotThere(t *testing.T) {
	c := topic(t)
	for name, step := range map[string]Step{
		"profiles":  &Topic{Kind: KindProfiles, Name: "none", Cluster: c, Now: now},
		"telemetry": &Telemetry{Name: "none", Cluster: c, Now: now, Offsets: func(string, int) (int64, bool) { return 0, false }},
	} {
		if p := erased(t, step, sinks.Subject{Vehicle: "car-7"}); p.Check != errNoTopic.Error() || len(p.Found) > 0 {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

// A broker that is away is an error of the place, and of no other.
func TestAPlaceThatCannotBeReachedIsNotVerified(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	transport := &kafka.Transport{DialTimeout: time.Second}
	away := NewCluster(transport, kafka.TCP("127.0.0.1:1"))
	p, err := Run(ctx, sinks.Subject{Vehicle: "car-7"}, Config{Now: now, Steps: []Step{
		&Topic{Kind: KindProfiles, Name: "topic", Cluster: away, Now: now}, &Captures{}}})
	if err != nil || p.Verified || p.Places[0].Verified || p.Places[0].Error == "" {
		t.Errorf("%+v, error %v", p, err)
	}
}

func TestOneSubjectIsNamed(t *testing.T) {
	for _, whose := range []sinks.Subject{{}, {Vehicle: "a", Account: "b"}} {
		if _, err := Run(t.Context(), whose, Config{Now: now}); err == nil {
			t.Errorf("%+v was taken", whose)
		}
	}
}
