package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"

	"milepost/config"
	"milepost/ingest/blob"
	"milepost/ingest/broker"
	"milepost/ingest/decode"
	"milepost/ingest/group"
	"milepost/ingest/partition"
	"milepost/ingest/raw"
	"milepost/ingest/snapshot"
	"milepost/metrics"
	"milepost/sinks"
)

func brokerConfig(k config.Kafka) broker.Config {
	return broker.Config{
		Brokers: k.Brokers, ClientID: k.ClientID,
		TLS:  broker.TLS(k.TLS),
		SASL: broker.SASL{Mechanism: k.SASL.Mechanism, Username: k.SASL.Username, Password: broker.Secret(k.SASL.Password)},
	}
}

func (s *service) client() *kafka.Client {
	return &kafka.Client{Addr: s.brokers.Addr(), Transport: s.transport}
}

func openState(cfg config.State) (snapshot.Store, error) {
	if cfg.S3.Bucket == "" {
		return blob.OpenDir(cfg.Dir)
	}
	return blob.OpenS3(blob.S3Config{
		Endpoint: cfg.S3.Endpoint, Bucket: cfg.S3.Bucket, Prefix: cfg.S3.Prefix, Region: cfg.S3.Region,
		AccessKey: cfg.S3.AccessKey, SecretKey: string(cfg.S3.SecretKey), Insecure: !cfg.S3.Secure,
	})
}

func (s *service) group() group.Config {
	return group.Config{ID: s.cfg.Kafka.Group, Brokers: s.cfg.Kafka.Brokers, Dialer: s.dialer, Topics: s.inputs(), Session: cmp.Or(s.wrap.session, s.cfg.Kafka.Session),
		Watch: s.assigned, Log: s.log}
}

// inputs are the topics of telemetry.
func (s *service) inputs() []string {
	names := make([]string, 0, len(s.cfg.Telemetry))
	for _, in := range s.cfg.Telemetry {
		names = append(names, in.Topic)
	}
	return names
}

// assigned takes the partitions of a new generation.
func (s *service) assigned(parts []group.Assignment) {
	s.metrics.Rebalances.Inc()
	keys := make([]metrics.Key, 0, len(parts))
	for _, p := range parts {
		keys = append(keys, metrics.Key(p))
	}
	s.health.Assign(keys)
	s.quiet.assign(keys)
}

// open makes the partition that a generation of the group gave to this process.
func (s *service) open(ctx context.Context, topic string, number int, commit group.Commit) (group.Partition, error) {
	log := s.log.With("topic", topic, "partition", number)
	partitions, err := s.countAgain(ctx, log, topic)
	if err != nil {
		return nil, err
	}
	in := s.input(topic)
	format, err := formatOf(in.Format)
	if err != nil {
		return nil, err
	}
	identity := decode.Identity{Key: []byte(s.cfg.Identity.VINKey)}
	decoder, err := decode.NewDecoder(decode.Config{MaxBytes: int(in.MaxRecordBytes), Identity: identity})
	if err != nil {
		return nil, err
	}
	claim, err := s.claim(ctx, log, topic, number)
	if err != nil {
		return nil, err
	}
	if s.wrap.commit != nil {
		commit = s.wrap.commit(commit)
	}
	ports := partition.Ports{
		Records: s.fetcher(topic, number, fetchWait), Format: format, Decoder: decoder, Identity: identity, State: claim, Outcomes: s.fanout, Letters: s.letters,
		First:  func(ctx context.Context) (int64, error) { return s.first(ctx, topic, number) },
		Commit: commit, Watch: s.watch(topic, number), Roads: s.measuredRoads(ctx), Events: s.events, Tables: s.tables, Log: log, Now: time.Now,
		Quiet: func() { s.quiet.tell(metrics.Key{Topic: topic, Partition: number}) },
	}
	if s.cfg.Profiles.Topic != "" {
		ports.Profiles = s.fetcher(s.cfg.Profiles.Topic, number, profilesWait)
	}
	return partition.New(partition.Config{
		Topic: topic, Partition: number, Partitions: partitions, Cluster: s.cluster, Profiles: s.cfg.Profiles.Topic,
		Every: s.cfg.State.Every, MaxBytes: int64(s.cfg.State.MaxBytes), Continue: s.cfg.OnGap == "continue", Drain: drainFor(s.cfg.Shutdown), Idle: s.idle,
		Ahead: s.cfg.Limits.FetchQueue, Watchdog: s.cfg.Watchdog,
	}, ports), nil
}

func (s *service) watch(topic string, number int) *partition.Watch {
	return &partition.Watch{All: s.metrics, Own: s.metrics.Partition(topic, number), Health: s.health,
		Key: metrics.Key{Topic: topic, Partition: number}}
}

// formatOf is the decoders' name of a format in the configuration.
func formatOf(name string) (decode.Format, error) {
	if name == "by-header" {
		return decode.Unset, nil
	}
	return decode.ParseFormat(name)
}

// owner names this process in its claims.
func owner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return fmt.Sprintf("%s/%d", strings.ReplaceAll(host, "/", "-"), os.Getpid())
}

func (s *service) input(topic string) config.Input {
	for _, in := range s.cfg.Telemetry {
		if in.Topic == topic {
			return in
		}
	}
	return config.Input{}
}

// claim takes a partition's state, for as long as the generation lasts if need be.
func (s *service) claim(ctx context.Context, log *slog.Logger, topic string, number int) (claim *snapshot.Log, err error) {
	err = insist(ctx, log, "the state could not be claimed", blob.Retryable, func() error {
		claim, err = snapshot.Claim(ctx, s.state, snapshot.Key{Topic: topic, Partition: number}, owner())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim partition %d of topic %s: %w", number, topic, err)
	}
	return claim, nil
}

// countAgain gives the number of a topic's partitions now, not as it was at the start
// or is remembered: where the topic has grown, vehicles are no longer where their state is.
func (s *service) countAgain(ctx context.Context, log *slog.Logger, topic string) (n int, err error) {
	transport, err := s.brokers.Transport()
	if err != nil {
		return 0, err
	}
	defer transport.CloseIdleConnections()
	client := &kafka.Client{Addr: s.brokers.Addr(), Transport: transport}
	err = insist(ctx, log, "the partitions could not be counted", raw.Retryable, func() error {
		found, err := raw.Partitions(ctx, client, topic)
		n = found[topic]
		return err
	})
	return n, err
}

// insist tries again what may pass, until ctx is done.
func insist(ctx context.Context, log *slog.Logger, failed string, retryable func(error) bool, try func() error) error {
	backoff := sinks.Backoff{Jitter: rand.Float64}
	for failures := 1; ; failures++ {
		err := try()
		if err == nil || ctx.Err() != nil || !retryable(err) {
			return err
		}
		log.Warn(failed+", trying again", "failures", failures, "error", err.Error())
		if err := backoff.Wait(ctx, failures); err != nil {
			return err
		}
	}
}

// fetcher reads one partition; a fetch for which there is nothing takes as long as wait.
// Profiles are asked for before every batch of telemetry, so theirs is short.
func (s *service) fetcher(topic string, number int, wait time.Duration) *raw.Fetcher {
	return raw.NewFetcher(s.transport, s.brokers.Addr(), raw.Config{
		Topic: topic, Partition: number, MaxBytes: int(s.cfg.Limits.FetchBytes), MaxWait: wait, ClientID: s.cfg.Kafka.ClientID,
	})
}

// fetchWait is how long a broker may hold a fetch for which it has nothing. Records
// wait for the profiles before them, of which there mostly are none: those not at all.
const (
	fetchWait    = 500 * time.Millisecond
	profilesWait = time.Millisecond
)

// first is where a partition without a checkpoint begins.
func (s *service) first(ctx context.Context, topic string, number int) (first int64, err error) {
	var last int64
	err = insist(ctx, s.log, "the partition's offsets could not be read", raw.Retryable, func() error {
		first, last, err = raw.Offsets(ctx, s.client(), topic, number)
		return err
	})
	if s.cfg.Start == "latest" {
		return last, err
	}
	return first, err
}
