package metrics

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// States are the names of a partition's states, in the order of its life, as
// metrics and health show them.
func States() []string {
	return []string{StateAssigned, StateRestoring, StateRunning, StateDraining, StateGone}
}

// The names of the states.
const (
	StateAssigned  = "assigned"  // by the group, and nothing done yet
	StateRestoring = "restoring" // its vehicles are being read from the snapshot
	StateRunning   = "running"
	StateDraining  = "draining" // finishing what was read; then the checkpoint
	StateGone      = "gone"     // no longer this process's
)

// Partition is the metrics of one partition. Its methods may be called from any
// goroutine.
type Partition struct {
	LagRecords prometheus.Gauge
	LagSeconds prometheus.Gauge

	m         *Metrics
	topic     string
	partition string
}

// Partition gives the metrics of a partition, made where they are not there yet.
func (m *Metrics) Partition(topic string, partition int) *Partition {
	p := strconv.Itoa(partition)
	return &Partition{
		LagRecords: m.lagRecords.WithLabelValues(topic, p), LagSeconds: m.lagSeconds.WithLabelValues(topic, p),
		m: m, topic: topic, partition: p,
	}
}

// State tells which of States the partition is in.
func (p *Partition) State(state string) {
	for _, s := range States() {
		on := 0.0
		if s == state {
			on = 1
		}
		p.m.state.WithLabelValues(p.topic, p.partition, s).Set(on)
	}
}

// Checkpointed tells when the partition's newest checkpoint was written; its age
// grows from there.
func (p *Partition) Checkpointed(at time.Time) { p.m.ages.set(p.topic, p.partition, at) }

// Forget removes the partition's metrics: another process tells of it now.
func (p *Partition) Forget() {
	p.m.lagRecords.DeleteLabelValues(p.topic, p.partition)
	p.m.lagSeconds.DeleteLabelValues(p.topic, p.partition)
	p.m.state.DeletePartialMatch(prometheus.Labels{"topic": p.topic, "partition": p.partition})
	p.m.ages.remove(p.topic, p.partition)
}

// ages are the checkpoints' ages, computed when they are asked for: a partition
// that has stopped looks old, not merely unchanged.
type ages struct {
	desc *prometheus.Desc

	mu      sync.Mutex
	written []stamp
}

type stamp struct {
	topic, partition string
	at               time.Time
}

func newAges() *ages {
	return &ages{desc: prometheus.NewDesc(namespace+"_checkpoint_age_seconds",
		"Time since the partition's newest checkpoint: what a restart would read again.", []string{"topic", "partition"}, nil)}
}

// Describe implements prometheus.Collector.
func (a *ages) Describe(ch chan<- *prometheus.Desc) { ch <- a.desc }

// Collect implements prometheus.Collector.
func (a *ages) Collect(ch chan<- prometheus.Metric) {
	a.mu.Lock()
	written := slices.Clone(a.written)
	a.mu.Unlock()
	now := time.Now()
	for _, s := range written {
		ch <- prometheus.MustNewConstMetric(a.desc, prometheus.GaugeValue, now.Sub(s.at).Seconds(), s.topic, s.partition)
	}
}

func (a *ages) set(topic, partition string, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range a.written {
		if s := &a.written[i]; s.topic == topic && s.partition == partition {
			s.at = at
			return
		}
	}
	a.written = append(a.written, stamp{topic, partition, at})
}

func (a *ages) remove(topic, partition string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.written = slices.DeleteFunc(a.written, func(s stamp) bool { return s.topic == topic && s.partition == partition })
}
