package kafka_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/sinks"
	"milepost/sinks/alerts"
	"milepost/sinks/kafka"
)

var crash = time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)

// life is a collision's revisions as they come about: possible, probable, with a pulse,
// final.
func life(vehicle string) (all []outcome.Outcome) {
	at := outcome.Time(crash.UnixMicro())
	c := outcome.Collision{
		Header: outcome.Header{Type: outcome.TypeCollision, ID: outcome.ID(vehicle, "collision", at), VehicleID: vehicle, At: at},
		State:  outcome.Open, Confidence: outcome.Possible, Severity: outcome.SeverityMinor, Side: outcome.SideFront, ReportedAt: at + 500_000,
		Method: "collision/1", Consents: []string{outcome.ConsentAssistance}, Thresholds: outcome.Thresholds{},
		Position: &outcome.Fix{At: at, Lat: 40.41, Lon: -3.7},
	}
	var said outcome.Said
	for _, change := range []func(){func() {}, func() { c.Confidence = outcome.Probable },
		func() { c.Pulse = &outcome.Pulse{From: at, StepMS: 10} }, func() { c.State = outcome.Final }} {
		change()
		c.Revision++
		said = c.Follow(said)
		one := c
		all = append(all, &one)
	}
	return all
}

// judged counts what became of revisions.
type judged map[string]int

func (j judged) note(c *outcome.Collision, v alerts.Verdict) {
	j[fmt.Sprintf("%d %s", c.Revision, v)]++
}

func alertWriter(t *testing.T, to alerts.Receiver, now time.Time, j judged) *kafka.AlertWriter {
	t.Helper()
	_, addr := cluster(t, 1)
	return kafka.NewAlertWriter(transport(t, nil), addr, kafka.AlertConfig{To: to, Topic: topic, Rule: alerts.Rule{Within: time.Hour},
		Now: func() time.Time { return now }, Judged: j.note})
}

func TestAnAlertIsACloudEvent(t *testing.T) {
	valid, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	for to, want := range map[alerts.Receiver]struct{ event, ids string }{
		alerts.Vehicle: {"milepost.alert.collision.v1", "/1 /2"},
		alerts.App:     {"milepost.notification.collision.v1", "/2"},
		alerts.Care:    {"milepost.care.collision.v1", "/2 /4"},
	} {
		_, addr := cluster(t, 1)
		w := kafka.NewAlertWriter(transport(t, nil), addr, kafka.AlertConfig{To: to, Topic: topic, Rule: alerts.Rule{Within: time.Hour},
			Now: func() time.Time { return crash.Add(time.Second) }})
		batch := append([]outcome.Outcome{trip("car-1", 0, 1)}, life("car-1")...)
		if err := w.Write(t.Context(), batch); err != nil {
			t.Fatal(err)
		}
		id := batch[1].Head().ID
		var ids []string
		for _, r := range read(t, addr, topic)[0] {
			h := map[string]string{}
			for _, one := range r.Headers {
				h[one.Key] = string(one.Value)
			}
			ids = append(ids, strings.TrimPrefix(h["ce_id"], id))
			delete(h, "ce_id")
			delete(h, "ce_revision")
			if diff := cmp.Diff(map[string]string{"ce_specversion": "1.0", "ce_source": "/milepost/" + string(to), "ce_type": want.event,
				"ce_time": "2026-09-01T08:00:00.000Z", "ce_subject": id, "content-type": "application/json"}, h); diff != "" || string(r.Key) != "car-1" {
				t.Errorf("%s: key %q, headers (-want +got):\n%s", to, r.Key, diff)
			}
			if err := valid.ValidateJSON(r.Value); err != nil {
				t.Errorf("%s: %v", to, err)
			}
		}
		if got := strings.Join(ids, " "); got != want.ids {
			t.Errorf("%s is told of %q, want %q", to, got, want.ids)
		}
	}
}

func TestEachRevisionIsCountedOnce(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		want  judged
	}{
		{time.Second, judged{"1 told": 1, "2 told": 1, "3 unchanged": 1, "4 unchanged": 1}},
		{6 * time.Minute, judged{"1 stale": 1, "2 stale": 1, "3 unchanged": 1, "4 unchanged": 1}},
		{2 * time.Hour, judged{"1 old": 1, "2 old": 1, "3 unchanged": 1, "4 unchanged": 1}},
	} {
		got := judged{}
		if err := alertWriter(t, alerts.Vehicle, crash.Add(c.after), got).Write(t.Context(), life("car-1")); err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(c.want, got) {
			t.Errorf("after %s: %v, want %v", c.after, got, c.want)
		}
	}
}

// What waits for the broker until it is stale is not told any more.
func TestAnAlertThatWaitedTooLongIsNotTold(t *testing.T) {
	c, addr := cluster(t, 1)
	c.ControlKey(int16(kmsg.Produce), func(req kmsg.Request) (kmsg.Response, error, bool) { //nolint:revive,staticcheck // kfake's order
		return refusal(req.(*kmsg.ProduceRequest), kerr.NotLeaderForPartition.Code), nil, true // once
	})
	now, got := crash.Add(time.Second), judged{}
	w := kafka.NewAlertWriter(transport(t, nil), addr, kafka.AlertConfig{To: alerts.Vehicle, Topic: topic, Rule: alerts.Rule{Within: time.Hour},
		Now: func() time.Time { return now }, Judged: got.note})
	err := w.Write(t.Context(), life("car-1"))
	var again *sinks.RetryableError
	if !errors.As(err, &again) || len(again.Left) != 2 {
		t.Fatalf("got %v", err)
	}
	now = crash.Add(time.Hour)
	if err := w.Write(t.Context(), again.Left); err != nil {
		t.Fatal(err)
	}
	if want := (judged{"1 stale": 1, "2 stale": 1, "3 unchanged": 1, "4 unchanged": 1}); !maps.Equal(want, got) || len(read(t, addr, topic)) != 0 {
		t.Errorf("%v, want %v", got, want)
	}
}

// A right that is missing at one topic must not end what others are told, nor the
// stores: nobody hears of it before the first collision.
func TestARefusedTopicOfAlertsIsTriedAgain(t *testing.T) {
	for _, c := range []struct {
		code  *kerr.Error
		again bool
	}{{kerr.TopicAuthorizationFailed, true}, {kerr.ClusterAuthorizationFailed, true}, {kerr.PolicyViolation, true}, {kerr.MessageTooLarge, false}} {
		cl, addr := cluster(t, 1)
		cl.ControlKey(int16(kmsg.Produce), func(req kmsg.Request) (kmsg.Response, error, bool) { //nolint:revive,staticcheck // kfake's order
			return refusal(req.(*kmsg.ProduceRequest), c.code.Code), nil, true // once
		})
		w := kafka.NewAlertWriter(transport(t, nil), addr, kafka.AlertConfig{To: alerts.Care, Topic: topic, Rule: alerts.Rule{Within: time.Hour},
			Now: func() time.Time { return crash.Add(time.Second) }})
		err := w.Write(t.Context(), life("car-1")[1:2])
		var again *sinks.RetryableError
		if errors.As(err, &again) != c.again {
			t.Fatalf("%s: %v", c.code.Message, err)
		}
		if !c.again {
			continue
		}
		if err := w.Write(t.Context(), again.Left); err != nil || len(read(t, addr, topic)[0]) != 1 {
			t.Errorf("%s: once it is mended: %v", c.code.Message, err)
		}
	}
}

func TestAWriterOfAlertsTakesCollisionsAlone(t *testing.T) {
	w := alertWriter(t, alerts.App, crash, judged{})
	if w.Takes(trip("car-1", 0, 1)) || !w.Takes(&outcome.Collision{}) {
		t.Error("it takes a trip, or no collision")
	}
	headless := life("car-1")[1]
	headless.Head().VehicleID = ""
	if err := w.Write(t.Context(), []outcome.Outcome{headless}); err == nil || sinks.Retryable(err) || !strings.Contains(err.Error(), "vehicle_id is empty") {
		t.Errorf("got %v", err)
	}
}

func TestAWithdrawnCollisionCarriesNoPlace(t *testing.T) {
	_, addr := cluster(t, 1)
	w := kafka.NewWriter(transport(t, nil), addr, kafka.Config{Topic: topic})
	c := life("car-1")[3].(*outcome.Collision)
	c.State = outcome.Withdrawn
	if err := w.Write(t.Context(), []outcome.Outcome{c}); err != nil {
		t.Fatal(err)
	}
	value := read(t, addr, topic)[0][0].Value
	valid, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	if err := valid.ValidateJSON(value); err != nil || strings.Contains(string(value), "40.41") || !json.Valid(value) {
		t.Errorf("%s: %v", value, err)
	}
	if c.Position == nil {
		t.Error("the batch was changed")
	}
}
