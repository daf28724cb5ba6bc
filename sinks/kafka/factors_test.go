package kafka_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/sinks/kafka"
	"milepost/sinks/read/readtest"
)

// Insurers are told of what is issued and of nothing else, by a message that says neither
// where nor at what time of day anybody drove.
func TestInsurersAreToldOfIssuedFactorsAlone(t *testing.T) {
	_, addr := cluster(t, 1)
	w := kafka.NewFactorWriter(transport(t, nil), addr, kafka.Config{Topic: topic})
	issued := readtest.NewFactor("car-1", "P-1", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	open, gone := *issued, *issued
	open.Stage, open.Revision = outcome.FactorOpen, 1
	gone.State, gone.Revision = outcome.Withdrawn, 3
	if err := w.Write(t.Context(), []outcome.Outcome{trip("car-1", 0, 1), &open}); err != nil {
		t.Fatal(err)
	}
	if err := w.Write(t.Context(), []outcome.Outcome{trip("car-1", 1, 1), &open, issued, readtest.NewCharge("car-1", "account", issued.At), &gone}); err != nil {
		t.Fatal(err)
	}
	valid, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range read(t, addr, topic)[0] {
		h := map[string]string{}
		for _, one := range r.Headers {
			h[one.Key] = string(one.Value)
		}
		got = append(got, h["ce_source"]+" "+h["ce_type"]+" "+h["ce_revision"]+" "+h["ce_time"]+" "+string(r.Key))
		o, err := outcome.Decode(r.Value)
		if err != nil {
			t.Fatal(err)
		}
		if h["ce_subject"] != issued.ID || o.Head().Revision == 2 && !cmp.Equal(outcome.Outcome(issued), o) {
			t.Errorf("subject %s, sent and read differ: %s", h["ce_subject"], cmp.Diff(outcome.Outcome(issued), o))
		}
		if err := valid.ValidateJSON(r.Value); err != nil && o.Head().Revision == 2 {
			t.Error(err)
		}
		for _, secret := range []string{"started_at", "polyline", "lat\"", "trip_id", "driver_id", "account"} {
			if strings.Contains(string(r.Value), secret) {
				t.Errorf("an insurer reads %s: %s", secret, r.Value)
			}
		}
	}
	const of = "/milepost/insurance milepost.insurance.factor.v1 "
	if diff := cmp.Diff([]string{of + "2 2026-01-01T00:00:00.000Z car-1", of + "3 2026-01-01T00:00:00.000Z car-1"}, got); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}
