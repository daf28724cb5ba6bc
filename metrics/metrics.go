package metrics

import (
	"errors"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics is every number of `milepost run`. What is per partition is in
// Partition.
type Metrics struct {
	Records         *prometheus.CounterVec // topic
	Samples         prometheus.Counter
	CarSeconds      prometheus.Counter
	DecodeErrors    *prometheus.CounterVec // class
	ValuesDropped   *prometheus.CounterVec // reason
	LateFrames      *prometheus.CounterVec // fate: Amended or DeadLettered
	Duplicates      prometheus.Counter
	MissingFrames   prometheus.Counter
	PositionsHidden prometheus.Counter
	TripsWithheld   prometheus.Counter
	AlarmsIgnored   prometheus.Counter
	TablesUnknown   prometheus.Counter
	PiecesLost      prometheus.Counter
	DeadLetters     *prometheus.CounterVec // class

	OffsetGaps       prometheus.Counter
	OffsetGapRecords prometheus.Counter

	CheckpointDuration prometheus.Histogram // s
	CheckpointBytes    prometheus.Histogram
	CheckpointFailures prometheus.Counter

	FollowDuration prometheus.Histogram // s
	RoadsFailures  prometheus.Counter
	TripsOnRoads   *prometheus.CounterVec // answer: OnMap, NotReached or NoMap
	RouteMetres    *prometheus.CounterVec // source: matched, estimated or raw
	BlankStretches prometheus.Counter

	Vehicles         *prometheus.GaugeVec   // kind: Live or Packed
	Outcomes         *prometheus.CounterVec // type
	Collisions       *prometheus.CounterVec // confidence, stage: First or Last
	Advice           *prometheus.CounterVec // cause
	FactorsIssued    *prometheus.CounterVec // product
	AlertsSent       *prometheus.CounterVec // receiver
	AlertsWithheld   *prometheus.CounterVec // receiver, reason
	AlertLatency     *prometheus.HistogramVec
	SinkBatches      *prometheus.CounterVec // sink
	SinkRetries      *prometheus.CounterVec // sink
	SinkQueue        *prometheus.GaugeVec   // sink
	Rebalances       prometheus.Counter
	WatchdogRestarts prometheus.Counter

	lagRecords, lagSeconds, state *prometheus.GaugeVec
	ages                          *ages
}

// Values of the label fate.
const (
	Amended      = "amended"
	DeadLettered = "dead_lettered"
)

// Values of the label answer.
const (
	OnMap      = "map"
	NotReached = "not_reached" // a map is set, and did not answer
	NoMap      = "no_map"      // none is set, or the trip's seconds were not kept
)

// Answers are the values of the label answer.
func Answers() []string { return []string{OnMap, NotReached, NoMap} }

// Values of the label kind.
const (
	Live   = "live"
	Packed = "packed"
)

// Values of the label stage.
const (
	First = "first" // as it was told first
	Last  = "final" // as it is when no more evidence is awaited
)

// Stages are the values of the label stage.
func Stages() []string { return []string{First, Last} }

// New makes the metrics and registers them; version is what build_info says. Its
// error says which names were taken.
func New(reg prometheus.Registerer, version string) (*Metrics, error) {
	b := &builder{reg: reg}
	m := &Metrics{}
	b.input(m)
	b.partitions(m)
	b.checkpoints(m)
	b.roads(m)
	b.output(m)
	build := b.gauges("build_info", "Is 1; the labels say which build of milepost this is.", "version", "go_version")
	build.WithLabelValues(version, runtime.Version()).Set(1)
	for _, fate := range []string{Amended, DeadLettered} {
		m.LateFrames.WithLabelValues(fate)
	}
	for _, kind := range []string{Live, Packed} {
		m.Vehicles.WithLabelValues(kind)
	}
	return m, errors.Join(b.errs...)
}

func (b *builder) input(m *Metrics) {
	m.Records = b.counters("records_total", "Records read from the topics of telemetry and profiles.", "topic")
	m.Samples = b.counter("samples_total", "Sample instants in the frames that were taken in, over all tracks.")
	m.CarSeconds = b.counter("car_seconds_total", "Seconds of driving that the frames cover: the measure of load.")
	m.DecodeErrors = b.counters("decode_errors_total", "Records that could not be read as their format, by class of error; each is a dead letter.", "class")
	m.ValuesDropped = b.counters("values_dropped_total", "Values left out of records that were otherwise used, by reason.", "reason")
	m.LateFrames = b.counters("late_frames_total", "Frames that came after their place was given up: used to amend a closed trip, or too late for anything.", "fate")
	m.Duplicates = b.counter("duplicates_total", "Frames that had come before and were dropped.")
	m.MissingFrames = b.counter("missing_frames_total", "Frames that never came, as far as gaps in the sequence show.")
	m.AlarmsIgnored = b.counter("collision_alarms_ignored_total", "Impacts and airbags not believed, of vehicles whose sensor tells of too many.")
	m.TablesUnknown = b.counter("insurance_tables_unknown_total", "Insurance factors not computed, as their policy names a table that is not known.")
	m.PositionsHidden = b.counter("positions_hidden_total", "Positions dropped on arrival because location was not shared.")
	m.TripsWithheld = b.counter("trips_withheld_total", "Trips that ended while location was not shared: their months count them, and nothing else tells of them.")
	m.PiecesLost = b.counter("pieces_lost_total", "Summaries of trips that were damaged or gone from the store: late data cannot amend those trips. Above 0 the store lost data.")
	m.DeadLetters = b.counters("dead_letters_total", "Records written to the topic of dead letters, by class of error.", "class")
	m.OffsetGaps = b.counter("offset_gaps_total", "Times that the broker had deleted records which were not read yet. Above 0 means data was lost: raise the retention.")
	m.OffsetGapRecords = b.counter("offset_gap_records_total", "Offsets lost in those gaps, at most so many records.")
	m.Rebalances = b.counter("rebalances_total", "Times that the consumer group gave this process a new set of partitions.")
	m.WatchdogRestarts = b.counter("watchdog_restarts_total", "Fetches that were given up and begun anew because no answer came.")
	m.Vehicles = b.gauges("vehicles", "Vehicles in memory: live ones are driving or have just parked, packed ones are parked and kept as bytes.", "kind")
}

func (b *builder) partitions(m *Metrics) {
	m.lagRecords = b.gauges("lag_records", "Records in the partition that were not processed yet.", "topic", "partition")
	m.lagSeconds = b.gauges("lag_seconds", "How long ago the record processed last had arrived; 0 when none is waiting.", "topic", "partition")
	m.state = b.gauges("partition_state", "Is 1 for the state that the partition is in and 0 for the others: assigned, restoring, running, draining, gone.",
		"topic", "partition", "state")
	m.ages = newAges()
	b.register(m.ages)
}

func (b *builder) checkpoints(m *Metrics) {
	m.CheckpointDuration = b.histogram("checkpoint_duration_seconds", "How long a partition's checkpoint took, from the cut to its manifest.",
		prometheus.ExponentialBuckets(0.01, 2, 14)) // 10 ms to 82 s
	m.CheckpointBytes = b.histogram("checkpoint_bytes", "What a partition's checkpoint wrote.",
		prometheus.ExponentialBuckets(1<<10, 4, 11)) // 1 KiB to 1 GiB
	m.CheckpointFailures = b.counter("checkpoint_failures_total", "Checkpoints that could not be written; the one before stays in force.")
}

func (b *builder) roads(m *Metrics) {
	m.FollowDuration = b.histogram("roads_follow_seconds", "How long it took to put a closed trip onto the roads of the map, or to be refused.",
		prometheus.ExponentialBuckets(0.00025, 2, 17)) // 0.25 ms to 16 s
	m.RoadsFailures = b.counter("roads_failures_total", "Trips for which the map could not be asked: they keep the line of their fixes. Only a map's service can fail so.")
	m.TripsOnRoads = b.counters("trips_on_roads_total", "Trips that closed or were amended, by what answered: map; not_reached, where a map is set and did not answer; no_map.", "answer")
	m.RouteMetres = b.counters("route_metres_total", "Metres of those trips, by source: matched to roads, estimated through stretches that were not shared, or raw.", "source")
	m.BlankStretches = b.counter("route_blank_stretches_total", "Stretches of those trips that were not shared and left blank.")
}

func (b *builder) output(m *Metrics) {
	m.Outcomes = b.counters("outcomes_total", "Outcomes handed to the sinks, by type; an amendment counts again.", "type")
	m.Collisions = b.counters("collisions_total", "Collisions, by confidence: as they were told first, and as they are when no more evidence is awaited.", "confidence", "stage")
	m.Advice = b.counters("advice_total", "Tips that trips came with, by what they are about; a trip that is amended counts once.", "cause")
	m.FactorsIssued = b.counters("factors_issued_total", "Insurance factors that were issued, by product; for each, milepost_outcomes_total counts its previews too.", "product")
	m.AlertsSent = b.counters("alerts_sent_total", "Messages about collisions that the brokers have, by receiver: vehicle, app or care. One that is sent again after a crash counts again.", "receiver")
	m.AlertsWithheld = b.counters("alerts_withheld_total", "Revisions of collisions that a receiver was not told of, by reason: below_threshold and unchanged are ordinary; no_consent; late, stale and old came too late to tell.",
		"receiver", "reason")
	m.AlertLatency = b.histograms("alert_latency_seconds", "From the arrival of the record behind a message about a collision until the brokers have the message, by receiver.",
		[]float64{0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 5, 10, 30, 60, 300}, "receiver")
	m.SinkBatches = b.counters("sink_batches_total", "Batches that a sink has acknowledged.", "sink")
	m.SinkRetries = b.counters("sink_retries_total", "Batches that had to be written to a sink again.", "sink")
	m.SinkQueue = b.gauges("sink_queue_outcomes", "Outcomes that wait for a sink; while the queue is full, reading pauses.", "sink")
}
