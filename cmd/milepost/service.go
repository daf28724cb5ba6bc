package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/segmentio/kafka-go"
	"golang.org/x/sync/errgroup"

	"milepost/config"
	"milepost/detectors"
	"milepost/ingest/broker"
	"milepost/ingest/deadletter"
	"milepost/ingest/group"
	"milepost/ingest/snapshot"
	"milepost/metrics"
	"milepost/outcome"
	"milepost/scoring/tables"
	"milepost/sinks"
	sinkskafka "milepost/sinks/kafka"
)

// service is the whole of `milepost run`: everything that is made once, from the
// connections to the sinks.
type service struct {
	cfg       config.Config
	log       *slog.Logger
	wrap      wrappers
	idle      time.Duration // of partitions; 0 for the default
	quiet     quiet
	brokers   broker.Config
	transport *kafka.Transport
	dialer    *kafka.Dialer
	cluster   string // its id
	state     snapshot.Store
	stores    []io.Closer
	roads     *roadmap
	events    *detectors.Thresholds
	tables    *tables.Set
	fanout    *sinks.Fanout
	letters   *deadletter.Writer
	registry  *prometheus.Registry
	metrics   *metrics.Metrics
	health    *metrics.Health
}

// wrappers let a test stand between the service and what it writes to.
type wrappers struct {
	state  func(snapshot.Store) snapshot.Store
	sink   func(sinks.Named) sinks.Named
	commit func(group.Commit) group.Commit

	linger  time.Duration // how long a sink waits for more to write; 0 for the default
	session time.Duration // of the group; 0 for the default
	backoff time.Duration // longest wait before what failed is written again; 0 for the default

	now func() time.Time // by which alerts are stale; nil for the wall clock
}

func newService(ctx context.Context, cfg config.Config, log *slog.Logger, wrap wrappers) (_ *service, err error) {
	s := &service{cfg: cfg, log: log, wrap: wrap, brokers: brokerConfig(cfg.Kafka)}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.roads, err = openRoadmap(cfg.Roads); err != nil {
		return nil, err
	}
	if s.events, err = readEvents(cfg.Events.File); err != nil {
		return nil, err
	}
	if s.tables, err = readTables(cfg.Insurance.Tables); err != nil {
		return nil, err
	}
	if s.transport, err = s.brokers.Transport(); err != nil {
		return nil, err
	}
	if s.dialer, err = s.brokers.Dialer(); err != nil {
		return nil, err
	}
	partitions, err := s.findTopics(ctx)
	if err != nil {
		return nil, err
	}
	if s.cluster, err = s.clusterID(ctx); err != nil {
		return nil, err
	}
	// The stores may refuse, and nothing shall be made then: the folder of the state and
	// the topics come after them.
	to, err := s.openStores(ctx)
	if err != nil {
		return nil, err
	}
	if s.state, err = openState(cfg.State); err != nil {
		return nil, fmt.Errorf("open the state: %w", err)
	}
	if s.wrap.state != nil {
		s.state = s.wrap.state(s.state)
	}
	s.registry = prometheus.NewRegistry()
	s.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if s.metrics, err = metrics.New(s.registry, version()); err != nil {
		return nil, err
	}
	s.presetMetrics()
	s.health = metrics.NewHealth(cfg.Watchdog)
	s.openSinks(to)
	return s, s.makeTopics(ctx, partitions)
}

// presetMetrics shows as 0 what has not happened yet: an alert on an increase would
// miss the first.
func (s *service) presetMetrics() {
	m := s.metrics
	for _, class := range deadletter.Classes {
		m.DeadLetters.WithLabelValues(string(class))
		if class != deadletter.Late {
			m.DecodeErrors.WithLabelValues(string(class))
		}
	}
	for _, topic := range s.inputs() {
		m.Records.WithLabelValues(topic)
	}
	for _, of := range []outcome.Type{outcome.TypeTrip, outcome.TypeEvent, outcome.TypeMonth, outcome.TypeCharge, outcome.TypeFactor, outcome.TypeCollision} {
		m.Outcomes.WithLabelValues(string(of))
	}
	for _, cause := range []outcome.Cause{outcome.CauseAcceleration, outcome.CauseBraking, outcome.CauseConstantSpeed, outcome.CauseSpeed, outcome.CauseEV, outcome.CauseCornering} {
		m.Advice.WithLabelValues(string(cause))
	}
	for _, product := range []outcome.Product{outcome.ProductUBI, outcome.ProductFHI, outcome.ProductPHI} {
		m.FactorsIssued.WithLabelValues(string(product))
	}
	for _, answer := range metrics.Answers() {
		m.TripsOnRoads.WithLabelValues(answer)
	}
	for _, source := range []outcome.PartSource{outcome.PartMatched, outcome.PartEstimated, outcome.PartRaw} {
		m.RouteMetres.WithLabelValues(string(source))
	}
	s.presetAlerts()
}

// clusterID asks the brokers which cluster they are.
func (s *service) clusterID(ctx context.Context) (string, error) {
	found, err := s.client().Metadata(ctx, &kafka.MetadataRequest{Topics: s.inputs()})
	if err != nil {
		return "", fmt.Errorf("ask for the cluster's id: %w", err)
	}
	return found.ClusterID, nil
}

// openSinks opens what outcomes and dead letters go to, beside the stores.
func (s *service) openSinks(to []sinks.Named) {
	if topic := s.cfg.Outcomes.Topic; topic != "" {
		to = append(to, sinks.Named{Name: "kafka", Writer: sinkskafka.NewWriter(s.transport, s.brokers.Addr(), sinkskafka.Config{Topic: topic})})
	}
	if topic := s.cfg.Factors.Topic; topic != "" {
		w := sinkskafka.NewFactorWriter(s.transport, s.brokers.Addr(), sinkskafka.Config{Topic: topic})
		to = append(to, sinks.Named{Name: "insurance_factors", Writer: w, Takes: w.Takes})
	}
	to = append(s.alertSinks(), to...)
	for _, sink := range to {
		s.metrics.SinkBatches.WithLabelValues(sink.Name)
		s.metrics.SinkRetries.WithLabelValues(sink.Name)
	}
	if s.wrap.sink != nil {
		for i := range to {
			to[i] = s.wrap.sink(to[i])
		}
	}
	backoff := sinks.Backoff{Jitter: rand.Float64, Max: s.wrap.backoff}
	s.fanout = sinks.NewFanout(sinks.FanoutConfig{Queue: s.cfg.Limits.OutcomeQueue, Linger: s.wrap.linger, Backoff: backoff, Hooks: s.sinkHooks()}, to...)
	letters := sinkskafka.NewProducer(s.transport, s.brokers.Addr(), sinkskafka.ProducerConfig{Topic: s.cfg.DeadLetters.Topic})
	s.letters = deadletter.NewWriter(letters, backoff, func(failures int, err error) {
		s.log.Warn("dead letters could not be written, trying again", "failures", failures, "error", err.Error())
	})
}

func (s *service) sinkHooks() sinks.Hooks {
	return sinks.Hooks{
		Waiting: func(sink string, change int) { s.metrics.SinkQueue.WithLabelValues(sink).Add(float64(change)) },
		Written: func(sink string, _ int, _ time.Duration) { s.metrics.SinkBatches.WithLabelValues(sink).Inc() },
		Retried: func(sink string, failures int, err error) {
			s.metrics.SinkRetries.WithLabelValues(sink).Inc()
			s.log.Warn("a sink failed, trying again", "sink", sink, "failures", failures, "error", err.Error())
		},
	}
}

// run works until ctx is done or something fails for good, and leaves nothing behind
// that was not acknowledged.
func (s *service) run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, s.close()) }()
	all, inner := errgroup.WithContext(ctx)
	if s.cfg.HTTP.Listen != "" {
		server, err := metrics.Listen(inner, s.cfg.HTTP.Listen, s.health.Handler(s.registry))
		if err != nil {
			return err
		}
		all.Go(func() error { return server.Serve(inner) })
	}
	writing, stopWriting := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWriting()
	all.Go(func() error { return s.fanout.Run(writing) })
	all.Go(func() error {
		err := group.Run(inner, s.group(), s.open)
		// The partitions have drained: what they handed on is written, or is read again.
		deadline, cancel := context.WithTimeout(writing, s.cfg.Shutdown-drainFor(s.cfg.Shutdown))
		defer cancel()
		return errors.Join(err, s.fanout.Close(deadline))
	})
	s.tellStart()
	err = all.Wait()
	s.tellEnd(err == nil)
	return err
}

// tellEnd logs what this process did.
func (s *service) tellEnd(inOrder bool) {
	records, refused := int64(0), int64(0)
	for _, topic := range s.inputs() {
		records += counted(s.metrics.Records.WithLabelValues(topic))
	}
	for _, class := range deadletter.Classes {
		refused += counted(s.metrics.DeadLetters.WithLabelValues(string(class)))
	}
	s.log.Info("milepost ends", "in_order", inOrder, "records", records, "dead_letters", refused,
		"trips", counted(s.metrics.Outcomes.WithLabelValues(string(outcome.TypeTrip))))
}

// tellStart logs what this process reads and where it writes.
func (s *service) tellStart() {
	s.log.Info("milepost runs", "version", version(), "brokers", s.servers(), "group", s.cfg.Kafka.Group,
		"telemetry", strings.Join(s.inputs(), ","), "profiles", s.cfg.Profiles.Topic, "state", stateLocation(s.cfg.State),
		"sqlite", s.cfg.Store.SQLite, "clickhouse", strings.Join(s.cfg.Store.ClickHouse.Addresses, ","), "outcomes", s.cfg.Outcomes.Topic, "factors", s.cfg.Factors.Topic,
		"alerts", strings.Join(alertTopics(s.cfg.Alerts), ","), "http", s.cfg.HTTP.Listen)
}

func (s *service) close() error {
	if s.transport != nil {
		s.transport.CloseIdleConnections()
	}
	var errs []error
	for _, store := range s.stores {
		errs = append(errs, store.Close())
	}
	errs = append(errs, s.roads.Close())
	return errors.Join(errs...)
}

func newLogger(to io.Writer, cfg config.Log) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Level)); err != nil {
		return nil, fmt.Errorf("log level: %w", err)
	}
	how := &slog.HandlerOptions{Level: level}
	if cfg.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, how)), nil
	}
	return slog.New(slog.NewTextHandler(to, how)), nil
}

// limitMemory sets the collector, unless GOGC and GOMEMLIMIT do.
func limitMemory(l config.Limits) {
	// What is allocated is mostly vehicles that stay, and little is thrown away: collecting
	// more often costs little time and keeps less garbage beside them.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(30)
	}
	if l.Memory > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(l.Memory))
	}
}

// drainFor is how much of the time for an orderly end the partitions get; the rest is
// for the sinks.
func drainFor(shutdown time.Duration) time.Duration { return shutdown * 2 / 3 }
