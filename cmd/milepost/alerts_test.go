package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"milepost/config"
	"milepost/erase"
	"milepost/fixtures"
	"milepost/ingest/deadletter"
	"milepost/ingest/uplink"
	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/sinks"
)

// withAlerts names the topics of a world's alerts.
func (w *world) withAlerts(c config.Config) config.Config {
	c.Factors.Topic = w.topic("insurance.factors")
	c.Alerts.Vehicle, c.Alerts.App, c.Alerts.Care = w.topic("vehicle.alerts"), w.topic("notifications"), w.topic("care")
	return c
}

// told is what a topic of alerts holds: ce_id and value of each message, each once, in
// order. It checks messages by their schema.
func (w *world) told(t *testing.T, topic string) (all []string) {
	t.Helper()
	valid, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	fresh := &kafka.Transport{} // the others' may not know the topic for some seconds
	defer fresh.CloseIdleConnections()
	err = deadletter.NewLog(fresh, kafka.TCP(w.addr)).Scan(t.Context(), topic, func(_ int, r *deadletter.Record) error {
		id, err := eventID(r)
		if one := id + " " + string(r.Value); !slices.Contains(all, one) {
			all = append(all, one)
		}
		return errors.Join(err, valid.ValidateJSON(r.Value))
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// crashedNow is a collision that was just now: possible, probable, final.
func crashedNow(vehicle string, late bool, consents ...string) (all []outcome.Outcome) {
	at := outcome.Time(time.Now().Add(-time.Second).UnixMicro())
	c := outcome.Collision{
		Header: outcome.Header{Type: outcome.TypeCollision, ID: outcome.ID(vehicle, "collision", at), VehicleID: vehicle, At: at},
		State:  outcome.Open, Confidence: outcome.Possible, Severity: outcome.SeverityMinor, Side: outcome.SideFront, ReportedAt: at,
		Late: late, Method: "collision/1", Consents: consents, AccountID: "account-of-" + vehicle, Thresholds: outcome.Thresholds{},
	}
	var said outcome.Said
	for _, change := range []func(){func() {}, func() { c.Confidence = outcome.Probable }, func() { c.State = outcome.Final }} {
		change()
		c.Revision++
		said = c.Follow(said)
		one := c
		all = append(all, &one)
	}
	return all
}

// The whole of the way out: what the pipeline hands on reaches the topics of those who
// are told, while a store is away, and no other.
func TestCollisionsReachThoseWhoAreTold(t *testing.T) {
	eachBroker(t, func(t *testing.T, addr string) {
		w := newSilentWorld(t, addr, fixtures.Config{Vehicles: 1, Days: 1, SpeedHz: 1}, 2)
		cfg := w.withAlerts(w.config())
		cfg.Limits.OutcomeQueue = 1
		cfg.Outcomes.Topic = w.topic("outcomes")
		v := newValve()
		wrap := v.wrap()
		wrap.sink = func(n sinks.Named) sinks.Named {
			if n.Name == "kafka" { // the topic of outcomes takes nothing for a while
				return v.wrap().sink(n)
			}
			return n
		}
		m := w.start(t, cfg, wrap)
		handed := make(chan error, 1)
		go func() {
			for _, batch := range [][]outcome.Outcome{crashedNow("car-1", false, outcome.ConsentAssistance), crashedNow("car-2", true)} {
				if _, err := m.fanout.Submit(t.Context(), batch); err != nil {
					handed <- err
					return
				}
			}
			handed <- nil
		}()
		ids := func(topic string) string {
			var got []string
			for _, one := range w.told(t, topic) {
				id, value, _ := strings.Cut(one, " ")
				_, revision, _ := strings.Cut(id, "/")
				_, car, _ := strings.Cut(value, `"vehicle_id":"`)
				got = append(got, car[:5]+"/"+revision)
			}
			slices.Sort(got)
			return strings.Join(got, " ")
		}
		// While the topic of outcomes takes nothing, both are told of: the second waits for room there alone.
		until(t, "both cars' alerts", func() bool { return ids(cfg.Alerts.App) == "car-1/2 car-2/2" })
		for topic, want := range map[string]string{cfg.Alerts.Vehicle: "car-1/1 car-1/2", cfg.Alerts.Care: "car-1/2 car-1/3"} {
			until(t, topic+" has "+want, func() bool { return ids(topic) == want })
		}
		v.open()
		if err := <-handed; err != nil {
			t.Fatal(err)
		}
		m.end(t)
		w.erasable(t, cfg.Alerts)
		for name, want := range map[string]float64{"milepost_alerts_sent_total": 6, "milepost_alerts_withheld_total": 12} {
			if got := m.number(t, name); got != want {
				t.Errorf("%s is %v, want %v", name, got, want)
			}
		}
	})
}

// erasable tells that an erasure finds what the topics hold of a vehicle and of an account.
func (w *world) erasable(t *testing.T, cfg config.Alerts) {
	t.Helper()
	for _, c := range []struct {
		topic string
		whose sinks.Subject
		want  int64
	}{
		{cfg.Vehicle, sinks.Subject{Vehicle: "car-1"}, 2}, {cfg.Vehicle, sinks.Subject{Vehicle: "car-2"}, 0},
		{cfg.App, sinks.Subject{Account: "account-of-car-2"}, 1}, {cfg.Care, sinks.Subject{Account: "account-of-car-1"}, 2},
		{cfg.Care, sinks.Subject{Account: "account-of-car-2"}, 0},
	} {
		step := &erase.Topic{Kind: erase.KindAlerts, Name: c.topic, Cluster: erase.NewCluster(&kafka.Transport{}, kafka.TCP(w.addr)), Now: time.Now}
		place := step.Erase(t.Context(), c.whose, true)[0]
		if place.Error != "" || place.Found["records"] != c.want || c.want > 0 && place.GoneBy == nil {
			t.Errorf("%+v in %s: %+v, want %d records that will be gone", c.whose, c.topic, place, c.want)
		}
	}
}

// A fleet has the topics that its settings name, and no more.
func TestTopicsOfAlertsAreMade(t *testing.T) {
	w := newSilentWorld(t, fakeBroker(t), fixtures.Config{Vehicles: 1, Days: 1, SpeedHz: 1}, 3)
	cfg := w.withAlerts(w.config())
	cfg.Alerts.Care, cfg.Factors.Topic = "", ""
	w.start(t, cfg, wrappers{}).end(t)
	fresh := &kafka.Transport{} // the others' remembers which topics there were
	defer fresh.CloseIdleConnections()
	client := &kafka.Client{Addr: kafka.TCP(w.addr), Transport: fresh}
	for _, name := range []string{cfg.Alerts.Vehicle, cfg.Alerts.App} {
		if topic, err := uplink.Describe(t.Context(), client, name); err != nil || topic.Partitions != 3 {
			t.Errorf("%+v, %v", topic, err)
		}
	}
	found, err := client.Metadata(t.Context(), &kafka.MetadataRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range found.Topics {
		if strings.Contains(topic.Name, "care") || strings.Contains(topic.Name, "insur") {
			t.Errorf("there is a topic %s", topic.Name)
		}
	}
}

func eventID(r *deadletter.Record) (string, error) {
	for _, h := range r.Headers {
		if h.Key == "ce_id" {
			return string(h.Value), nil
		}
	}
	return "", fmt.Errorf("a record at offset %d has no ce_id", r.Offset)
}
