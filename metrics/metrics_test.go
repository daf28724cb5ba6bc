package metrics

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"
)

var update = flag.Bool("update", false, "write the table of docs/operations.md anew")

// touched gives metrics of which each has at least one value.
func touched(t *testing.T) (*Metrics, *prometheus.Registry) {
	t.Helper()
	reg := prometheus.NewRegistry()
	m, err := New(reg, "v1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []*prometheus.CounterVec{m.Records, m.DecodeErrors, m.ValuesDropped, m.DeadLetters, m.Outcomes, m.SinkBatches, m.SinkRetries} {
		v.WithLabelValues("any").Inc()
	}
	m.SinkQueue.WithLabelValues("any").Set(1)
	m.TripsOnRoads.WithLabelValues("any").Inc()
	m.RouteMetres.WithLabelValues("any").Inc()
	m.Collisions.WithLabelValues("any", First).Inc()
	m.Advice.WithLabelValues("any").Inc()
	m.FactorsIssued.WithLabelValues("any").Inc()
	m.AlertsSent.WithLabelValues("any").Inc()
	m.AlertsWithheld.WithLabelValues("any", "any").Inc()
	m.AlertLatency.WithLabelValues("any").Observe(1)
	p := m.Partition("cars", 0)
	p.State(StateRunning)
	p.Checkpointed(time.Now())
	return m, reg
}

func gather(t *testing.T, g prometheus.Gatherer) []*dto.MetricFamily {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// Every metric that the struct holds is registered, and no other.
func TestMetricsAreAllRegistered(t *testing.T) {
	m, reg := touched(t)
	described := map[string]bool{}
	v := reflect.ValueOf(m).Elem()
	for i := range v.NumField() {
		if !v.Type().Field(i).IsExported() {
			continue
		}
		c, ok := v.Field(i).Interface().(prometheus.Collector)
		if !ok || c == nil {
			t.Fatalf("field %s is no metric", v.Type().Field(i).Name)
		}
		ch := make(chan *prometheus.Desc, 1)
		c.Describe(ch)
		described[(<-ch).String()] = true
	}
	const apart = 5 // lag_records, lag_seconds, partition_state, checkpoint_age_seconds, build_info
	if families := gather(t, reg); len(families) != len(described)+apart {
		t.Errorf("%d metrics have values, the struct has %d and %d apart", len(families), len(described), apart)
	}
}

func TestMetricsFollowTheRules(t *testing.T) {
	_, reg := touched(t)
	problems, err := testutil.GatherAndLint(reg)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	bounded := map[string]bool{"topic": true, "partition": true, "class": true, "reason": true, "fate": true, "kind": true,
		"type": true, "sink": true, "state": true, "confidence": true, "stage": true, "receiver": true, "answer": true, "source": true, "cause": true, "product": true, "version": true, "go_version": true}
	for _, f := range gather(t, reg) {
		if !strings.HasPrefix(f.GetName(), "milepost_") || !strings.HasSuffix(f.GetHelp(), ".") {
			t.Errorf("%s: %q", f.GetName(), f.GetHelp())
		}
		for _, l := range f.GetMetric()[0].GetLabel() {
			if !bounded[l.GetName()] {
				t.Errorf("%s has the label %s", f.GetName(), l.GetName())
			}
		}
	}
}

// docs/operations.md says what each metric means.
func TestMetricsAreDocumented(t *testing.T) {
	const path, begin, end = "../docs/operations.md", "<!-- metrics: written by go test ./metrics -update -->\n", "<!-- end of metrics -->\n"
	_, reg := touched(t)
	table := strings.Builder{}
	table.WriteString("| Metric | Labels | Means |\n|---|---|---|\n")
	for _, f := range gather(t, reg) {
		var labels []string
		for _, l := range f.GetMetric()[0].GetLabel() {
			labels = append(labels, "`"+l.GetName()+"`")
		}
		fmt.Fprintf(&table, "| `%s` (%s) | %s | %s |\n", f.GetName(), strings.ToLower(f.GetType().String()), strings.Join(labels, " "), f.GetHelp())
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, opened := strings.Cut(string(page), begin)
	old, after, closed := strings.Cut(rest, end)
	if !opened || !closed {
		t.Fatalf("%s has no place for the table", path)
	}
	if *update {
		if err := os.WriteFile(path, []byte(before+begin+table.String()+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(table.String(), old); diff != "" {
		t.Errorf("%s is not up to date; -update writes it anew (-metrics +page):\n%s", path, diff)
	}
}

func TestPartitionMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reg := prometheus.NewRegistry()
		m, err := New(reg, "v1")
		if err != nil {
			t.Fatal(err)
		}
		one, two := m.Partition("cars", 1), m.Partition("cars", 2)
		one.State(StateRestoring)
		one.State(StateRunning)
		one.LagRecords.Set(7)
		one.Checkpointed(time.Now())
		two.Checkpointed(time.Now())
		time.Sleep(time.Minute) // of the bubble's own clock
		two.Checkpointed(time.Now())
		want := `
# HELP milepost_checkpoint_age_seconds Time since the partition's newest checkpoint: what a restart would read again.
# TYPE milepost_checkpoint_age_seconds gauge
milepost_checkpoint_age_seconds{partition="1",topic="cars"} 60
milepost_checkpoint_age_seconds{partition="2",topic="cars"} 0
# HELP milepost_partition_state Is 1 for the state that the partition is in and 0 for the others: assigned, restoring, running, draining, gone.
# TYPE milepost_partition_state gauge
milepost_partition_state{partition="1",state="assigned",topic="cars"} 0
milepost_partition_state{partition="1",state="draining",topic="cars"} 0
milepost_partition_state{partition="1",state="gone",topic="cars"} 0
milepost_partition_state{partition="1",state="restoring",topic="cars"} 0
milepost_partition_state{partition="1",state="running",topic="cars"} 1
`
		names := []string{"milepost_checkpoint_age_seconds", "milepost_partition_state"}
		if err := testutil.GatherAndCompare(reg, strings.NewReader(want), names...); err != nil {
			t.Error(err)
		}
		one.Forget()
		for _, f := range gather(t, reg) {
			for _, value := range f.GetMetric() {
				for _, l := range value.GetLabel() {
					if l.GetName() == "partition" && l.GetValue() == "1" {
						t.Errorf("%s still tells of a partition that went away", f.GetName())
					}
				}
			}
		}
	})
}

func TestMetricsTwiceInARegistry(t *testing.T) {
	_, reg := touched(t)
	if _, err := New(reg, "v2"); err == nil || !strings.Contains(err.Error(), "register metrics") {
		t.Errorf("error %v", err)
	}
}
