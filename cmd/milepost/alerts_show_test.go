package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"

	kafkago "github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"milepost/outcome"
	"milepost/sinks/alerts"
	"milepost/sinks/kafka"
)

// alertTopicsOf starts a broker with the topics of alerts, and gives what writes to them.
func alertTopicsOf(t *testing.T) (broker string, write func(topic string, value []byte)) {
	t.Helper()
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "vehicle.alerts", "app.notifications", "care.collisions"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	rt := &kafkago.Transport{}
	t.Cleanup(rt.CloseIdleConnections)
	return c.ListenAddrs()[0], func(topic string, value []byte) {
		t.Helper()
		to := kafka.NewProducer(rt, kafkago.TCP(c.ListenAddrs()...), kafka.ProducerConfig{Topic: topic})
		if _, err := to.Produce(t.Context(), []kafka.Record{{Partition: 1, Key: []byte("car"), Value: value}}); err != nil {
			t.Fatal(err)
		}
	}
}

// shownAlerts runs the command, and gives what it prints, line by line, and what ends it.
func shownAlerts(t *testing.T, args ...string) (next func() string, end func() (code int, stderr string)) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	in, to := io.Pipe()
	var stderr bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"alerts"}, args...), &terminal{Stdout: to, Stderr: &stderr})
		to.Close()
	}()
	lines := bufio.NewScanner(in)
	next = func() string {
		if !lines.Scan() {
			t.Errorf("it ended: %v", lines.Err())
		}
		return lines.Text()
	}
	return next, func() (int, string) {
		stop()
		return <-ended, stderr.String()
	}
}

func messageOf(t *testing.T, to alerts.Receiver, vehicle string) []byte {
	t.Helper()
	c := crashedNow(vehicle, false)[1].(*outcome.Collision)
	c.Position = &outcome.Fix{At: c.At, Lat: 48.137, Lon: 11.575}
	message, err := alerts.Message(to, c)
	if err != nil {
		t.Fatal(err)
	}
	value, err := json.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// Whoever is told, a line says what, without the place, and nothing in it steers a terminal.
func TestAlertsAreShownAsTheyCome(t *testing.T) {
	broker, write := alertTopicsOf(t)
	write("vehicle.alerts", messageOf(t, alerts.Vehicle, "car-before"))
	next, end := shownAlerts(t, "--kafka", broker)
	if head := next(); !strings.HasPrefix(head, "Told (UTC)") {
		t.Errorf("begins with %q", head)
	}
	write("vehicle.alerts", []byte("no message"))
	for _, to := range []struct {
		topic string
		alerts.Receiver
	}{{"vehicle.alerts", alerts.Vehicle}, {"app.notifications", alerts.App}, {"care.collisions", alerts.Care}} {
		write(to.topic, messageOf(t, to.Receiver, "\x1b[31mcar\n7\u202e"))
		want := regexp.MustCompile(`^\d\d-\d\d \d\d:\d\d:\d\d  ` + to.topic + ` +\[31mcar 7 +active +probable +minor +\d\d-\d\d \d\d:\d\d:\d\d  [0-9a-f]{32}/2$`)
		if line := next(); !want.MatchString(line) {
			t.Errorf("%q, want %s", line, want)
		}
	}
	code, stderr := end()
	if code != exitOK || !strings.Contains(stderr, "passed over a record of vehicle.alerts at offset 1: it is no message") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
}

func TestAlertsAreShownWholeAndFromTheStart(t *testing.T) {
	broker, write := alertTopicsOf(t)
	value := messageOf(t, alerts.Care, "car-1")
	write("care.collisions", value)
	next, end := shownAlerts(t, "--kafka", broker, "--from-start", "--json")
	if line := next(); line != string(value) || !strings.Contains(line, `"lat":48.137`) {
		t.Errorf("%s, want %s", line, value)
	}
	if code, stderr := end(); code != exitOK {
		t.Errorf("exit code %d, %q", code, stderr)
	}
}

func TestAlertsNeedTheirTopics(t *testing.T) {
	broker := fakeBroker(t)
	if code, _, stderr := invoke(t.Context(), "alerts", "--kafka", broker); code != exitFailed ||
		!strings.Contains(stderr, "there is no topic vehicle.alerts at "+broker+": milepost run makes it") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
}
