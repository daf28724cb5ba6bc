package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"milepost/ingest/deadletter"
	"milepost/sinks"
	"milepost/sinks/kafka"
)

// mail starts a broker in this process with three refused records and their letters.
func mail(t *testing.T) (brokers string) {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "vehicle.telemetry", "milepost.dead-letters"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	rt, addr := &kafkago.Transport{}, kafkago.TCP(c.ListenAddrs()...)
	defer rt.CloseIdleConnections()
	input := kafka.NewProducer(rt, addr, kafka.ProducerConfig{Topic: "vehicle.telemetry"})
	letters := deadletter.NewWriter(kafka.NewProducer(rt, addr, kafka.ProducerConfig{Topic: "milepost.dead-letters"}), sinks.Backoff{}, nil)
	at := time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC)
	for i, reason := range []string{"decode frame: field 12: varint is cut off", "no decoder of this name", "3 days behind the watermark"} {
		r := deadletter.Refused{Origin: deadletter.Origin{Topic: "vehicle.telemetry", Partition: 1, Offset: int64(i)},
			Key: fmt.Append(nil, "car-with-a-long-name-", i), Value: fmt.Append(nil, "value ", i), ArrivedAt: at, Format: "milepost"}
		if _, err := input.Produce(t.Context(), []kafka.Record{{Partition: 1, Key: r.Key, Value: r.Value}}); err != nil {
			t.Fatal(err)
		}
		class := []deadletter.Class{deadletter.Malformed, deadletter.UnknownFormat, deadletter.Late}[i]
		if err := letters.Submit(t.Context(), deadletter.New(r, class, reason, at.Add(time.Duration(i)*time.Minute))); err != nil {
			t.Fatal(err)
		}
	}
	return c.ListenAddrs()[0]
}

// command runs milepost and gives its exit code and both outputs.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	code = run(t.Context(), args, &terminal{Stdout: &out, Stderr: &err})
	return code, out.String(), err.String()
}

func TestDeadLettersAreListedReplayedAndMarked(t *testing.T) {
	brokers := mail(t)
	_, listed, _ := command(t, "dead-letters", "list", "--kafka", brokers)
	golden(t, "dead_letters", listed)

	_, dry, told := command(t, "dead-letters", "replay", "--kafka", brokers, "--dry-run", "--class", "malformed")
	if !strings.Contains(dry, "would be replayed") || told != "vehicle.telemetry/1/0: would be replayed\n" {
		t.Errorf("dry run: %q, %q", dry, told)
	}
	code, replayed, _ := command(t, "dead-letters", "replay", "--kafka", brokers, "--since", "2026-09-01T12:01:00Z")
	if code != exitOK {
		t.Errorf("exit code %d", code)
	}
	golden(t, "dead_letters_replay", replayed)
	_, again, _ := command(t, "dead-letters", "replay", "--kafka", brokers)
	golden(t, "dead_letters_again", again)
	_, after, _ := command(t, "dead-letters", "list", "--kafka", brokers, "--limit", "2")
	golden(t, "dead_letters_after", after)
	_, lines, _ := command(t, "dead-letters", "list", "--kafka", brokers, "--json", "--class", "late")
	if strings.Count(lines, "\n") != 1 || !strings.Contains(lines, `"class":"late"`) {
		t.Errorf("JSON: %s", lines)
	}
}

func TestDeadLettersRefusesWrongUse(t *testing.T) {
	brokers := mail(t)
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"list"}, exitUsage, "missing flags: --kafka"},
		{[]string{"list", "--kafka", brokers, "--class", "sad"}, exitUsage, `--class is "sad": must be one of malformed, unknown_format, no_key, identity, too_large, empty, clock, late`},
		{[]string{"replay", "--kafka", brokers, "--since", "yesterday"}, exitUsage, `--since is "yesterday": must be a duration`},
		{[]string{"list", "--kafka", brokers, "--limit", "0"}, exitUsage, "--limit is 0"},
		{[]string{"list", "--kafka", brokers, "--topic", "nowhere"}, exitFailed, "there is no topic nowhere at " + brokers},
	} {
		code, _, stderr := command(t, append([]string{"dead-letters"}, c.args...)...)
		if code != c.code || !strings.Contains(stderr, c.want) {
			t.Errorf("%v: code %d, %q, want %d with %q", c.args, code, stderr, c.code, c.want)
		}
	}
}
