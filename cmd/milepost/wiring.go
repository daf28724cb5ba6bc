package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
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

// topics is what the cluster says of the topics that are read.
type topics struct {
	partitions map[string]int // by topic
}

// findTopics refuses topics that are not there, and profiles that are not partitioned
// as telemetry is: a vehicle's profile would be read beside another's telemetry.
func (s *service) findTopics(ctx context.Context) (topics, error) {
	names := make([]string, 0, len(s.cfg.Telemetry)+1)
	for _, in := range s.cfg.Telemetry {
		names = append(names, in.Topic)
	}
	if s.cfg.Profiles.Topic != "" {
		names = append(names, s.cfg.Profiles.Topic)
	}
	found, err := s.countPartitions(ctx, names)
	if err != nil {
		return topics{}, err
	}
	for _, name := range names[1:] {
		if found[name] != found[names[0]] {
			return topics{}, fmt.Errorf("topic %s has %d partitions and topic %s has %d: they must have the same number",
				name, found[name], names[0], found[names[0]])
		}
	}
	return topics{partitions: found}, nil
}

// countPartitions asks a broker anew: what the transport remembers may be from before
// a topic grew.
func (s *service) countPartitions(ctx context.Context, names []string) (map[string]int, error) {
	fresh, err := s.brokers.Transport()
	if err != nil {
		return nil, err
	}
	defer fresh.CloseIdleConnections()
	return raw.Partitions(ctx, &kafka.Client{Addr: s.brokers.Addr(), Transport: fresh}, names...)
}

// patiently asks a broker again while it may still answer, as after its restart.
func (s *service) patiently(ctx context.Context, ask func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := ask(ctx)
		if err == nil || !raw.Retryable(err) {
			return err
		}
		s.log.Warn("a broker did not answer, asking again", "error", err.Error())
		select {
		case <-time.After(askAgain):
		case <-ctx.Done():
			return err
		}
	}
}

// patience is how long a broker may be away while a partition begins.
const patience, askAgain = time.Minute, 500 * time.Millisecond

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
	names := make([]string, 0, len(s.cfg.Telemetry))
	for _, in := range s.cfg.Telemetry {
		names = append(names, in.Topic)
	}
	return group.Config{ID: s.cfg.Kafka.Group, Brokers: s.cfg.Kafka.Brokers, Dialer: s.dialer, Topics: names,
		Session: s.wrap.session, Watch: s.assigned, Log: s.log}
}

// assigned takes the partitions of a new generation.
func (s *service) assigned(parts []group.Assignment) {
	s.metrics.Rebalances.Inc()
	s.topics = sync.OnceValues(func() (found topics, err error) {
		err = s.patiently(context.Background(), func(ctx context.Context) error {
			found, err = s.findTopics(ctx)
			return err
		})
		return found, err
	})
	keys := make([]metrics.Key, 0, len(parts))
	for _, p := range parts {
		keys = append(keys, metrics.Key(p))
	}
	s.health.Assign(keys)
}

// open makes the partition that a generation of the group gave to this process.
func (s *service) open(topic string, number int, commit group.Commit) (group.Partition, error) {
	ctx := context.Background() // claiming is short, and the generation's end comes to Run
	log := s.log.With("topic", topic, "partition", number)
	found, err := s.topics()
	if err != nil {
		return nil, err
	}
	claim, err := snapshot.Claim(ctx, s.state, snapshot.Key{Topic: topic, Partition: number}, owner())
	if err != nil {
		return nil, fmt.Errorf("claim partition %d of topic %s: %w", number, topic, err)
	}
	in := s.input(topic)
	format, err := formatOf(in.Format)
	if err != nil {
		return nil, err
	}
	decoder, err := decode.NewDecoder(decode.Config{MaxBytes: int(in.MaxRecordBytes), Identity: decode.Identity{Key: []byte(s.cfg.Identity.VINKey)}})
	if err != nil {
		return nil, err
	}
	if s.wrap.commit != nil {
		commit = s.wrap.commit(commit)
	}
	ports := partition.Ports{
		Records: s.fetcher(topic, number, fetchWait), Format: format, Decoder: decoder, State: claim, Outcomes: s.fanout, Letters: s.letters,
		First:  func(ctx context.Context) (int64, error) { return s.first(ctx, topic, number) },
		Commit: commit, Watch: s.watch(topic, number), Log: log, Now: time.Now,
	}
	if s.cfg.Profiles.Topic != "" {
		ports.Profiles = s.fetcher(s.cfg.Profiles.Topic, number, time.Millisecond)
	}
	return partition.New(partition.Config{
		Topic: topic, Partition: number, Partitions: found.partitions[topic], Profiles: s.cfg.Profiles.Topic,
		Every: s.cfg.State.Every, MaxBytes: int64(s.cfg.State.MaxBytes), Continue: s.cfg.OnGap == "continue", Drain: drainFor(s.cfg.Shutdown), Idle: s.idle,
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

// fetcher reads one partition; a fetch for which there is nothing takes as long as wait.
// Profiles are asked for before every batch of telemetry, so theirs is short.
func (s *service) fetcher(topic string, number int, wait time.Duration) *raw.Fetcher {
	return raw.NewFetcher(s.transport, s.brokers.Addr(), raw.Config{
		Topic: topic, Partition: number, MaxBytes: int(s.cfg.Limits.FetchBytes), MaxWait: wait, ClientID: s.cfg.Kafka.ClientID,
	})
}

// fetchWait is how long a broker may hold a fetch for which it has nothing.
const fetchWait = 500 * time.Millisecond

// first is where a partition without a checkpoint begins.
func (s *service) first(ctx context.Context, topic string, number int) (first int64, err error) {
	var last int64
	err = s.patiently(ctx, func(ctx context.Context) error {
		first, last, err = raw.Offsets(ctx, s.client(), topic, number)
		return err
	})
	if s.cfg.Start == "latest" {
		return last, err
	}
	return first, err
}
