package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"milepost/ingest/broker"
	"milepost/ingest/raw"
	"milepost/ingest/uplink"
)

// settings writes a file of settings with topics, group and files of their own.
func settings(t *testing.T, addr string) (file, prefix string) {
	t.Helper()
	dir := t.TempDir()
	prefix = fmt.Sprintf("run-%d-%d", os.Getpid(), time.Now().UnixNano())
	file = filepath.Join(dir, "milepost.yaml")
	text := strings.NewReplacer("ADDR", addr, "PREFIX", prefix, "DIR", dir).Replace(`
kafka: {brokers: ["ADDR"], group: PREFIX}
telemetry: [{topic: PREFIX.telemetry}]
profiles: {topic: PREFIX.profiles}
dead_letters: {topic: PREFIX.dead-letters}
outcomes: {topic: PREFIX.outcomes}
alerts: {vehicle_topic: PREFIX.vehicle, notifications_topic: PREFIX.app, care_topic: PREFIX.care}
state: {dir: DIR/state}
store: {sqlite: DIR/store.db}
http: {listen: ""}
`)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, prefix
}

// The quick start: a fleet is simulated, read to its end, and shown.
func TestRunUntilIdleReadsWhatThereIs(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		file, prefix := settings(t, addr)
		for _, args := range [][]string{
			{"simulate", "--config", file, "--create-topic", "--partitions", "3", "--vehicles", "4", "--frame-seconds", "20", "--rate", "1", "--motion-hz", "0"},
			{"run", "--config", file, "--until-idle", "1s"},
		} {
			if code, _, complaints := command(t, args...); code != exitOK {
				t.Fatalf("%v: exit code %d\n%s", args, code, complaints)
			}
		}
		stored := inStore(t, filepath.Join(filepath.Dir(file), "store.db"))
		if len(stored) == 0 {
			t.Fatal("nothing is stored")
		}
		code, shown, complaints := command(t, "state", "inspect", "--config", file)
		if code != exitOK || strings.Count(shown, "\n") != 6 {
			t.Errorf("state: exit code %d\n%s%s", code, shown, complaints)
		}
		// The topics that milepost writes have been made, as many partitions each.
		rt := &kafka.Transport{}
		defer rt.CloseIdleConnections()
		client := &kafka.Client{Addr: kafka.TCP(addr), Transport: rt}
		made, err := raw.Partitions(t.Context(), client, prefix+".dead-letters", prefix+".outcomes")
		if err != nil || made[prefix+".dead-letters"] != 3 || made[prefix+".outcomes"] != 3 {
			t.Errorf("topics %v, %v", made, err)
		}
		if code, _, complaints := command(t, "dead-letters", "list", "--config", file); code != exitOK {
			t.Errorf("dead letters: exit code %d, %s", code, complaints)
		}
	})
}

// Where there is no topic of profiles it is made, with as many partitions as telemetry.
func TestRunMakesTheTopicOfProfiles(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		file, prefix := settings(t, addr)
		client := &kafka.Client{Addr: kafka.TCP(addr)}
		if _, err := uplink.Create(t.Context(), client, prefix+".telemetry", 2); err != nil {
			t.Fatal(err)
		}
		if code, _, complaints := command(t, "run", "--config", file, "--until-idle", "1s"); code != exitOK {
			t.Fatalf("exit code %d\n%s", code, complaints)
		}
		fresh := &kafka.Client{Addr: client.Addr, Transport: &kafka.Transport{}} // the other's view is some seconds old
		if made, err := uplink.Describe(t.Context(), fresh, prefix+".profiles"); err != nil || made.Partitions != 2 || made.AppendTime {
			t.Errorf("profiles: %+v, %v", made, err)
		}
	})
}

func TestRunSaysWhyItCannotBegin(t *testing.T) {
	addr := fakeBroker(t)
	file, prefix := settings(t, addr)
	fails := func(name, want string, args ...string) {
		t.Helper()
		code, _, complaints := command(t, append([]string{"run", "--config", file}, args...)...)
		complaints = complaints[strings.Index(complaints, "milepost: "):] // behind the log
		if code == exitOK || !strings.Contains(complaints, want) || strings.Count(complaints, "\n") != 1 {
			t.Errorf("%s: exit code %d, %q, want one line with %q", name, code, complaints, want)
		}
	}
	fails("no telemetry", "there is no topic "+prefix+".telemetry")
	fails("no telemetry, what to do", "kafka-topics.sh --bootstrap-server "+addr+" --create --topic "+prefix+".telemetry --partitions 8")
	fails("no time to be idle", "--until-idle is 1ms", "--until-idle", "1ms")
	client := &kafka.Client{Addr: kafka.TCP(addr)}
	for name, n := range map[string]int{".telemetry": 2, ".profiles": 3} {
		if _, err := uplink.Create(t.Context(), client, prefix+name, n); err != nil {
			t.Fatal(err)
		}
	}
	fails("unequal topics", ".profiles has 3 partitions and topic "+prefix+".telemetry has 2: they must have the same number")
	t.Setenv("MILEPOST_STATE_DIR", file)
	t.Setenv("MILEPOST_PROFILES_TOPIC", prefix+".telemetry2")
	fails("state in a file", "open the state: ")
	t.Setenv("MILEPOST_KAFKA_BROKERS", "127.0.0.1:1")
	fails("brokers away", "start: ask the brokers at 127.0.0.1:1: dial tcp 127.0.0.1:1: ")
}

// What to look at is said with what the brokers said, and the cause stays to be told by.
func TestUnreachableNamesTheSetting(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  broker.Config
		err  error
		want string
	}{
		"password":    {broker.Config{}, kafka.SASLAuthenticationFailed, "check kafka.sasl: "},
		"mechanism":   {broker.Config{SASL: broker.SASL{Mechanism: "plain"}}, kafka.UnsupportedSASLMechanism, "kafka.sasl.mechanism plain: "},
		"without TLS": {broker.Config{TLS: broker.TLS{Enabled: true}}, io.EOF, "is this a port with TLS? EOF"},
		"other":       {broker.Config{}, io.EOF, "ask the brokers at b:1: EOF"},
	} {
		c.cfg.Brokers = []string{"b:1"}
		err := unreachable(c.cfg, fmt.Errorf("partitions of [x]: %w", fmt.Errorf("kafka.(*Client).Metadata: %w", c.err)))
		if !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "Client") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
