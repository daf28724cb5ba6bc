package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/segmentio/kafka-go"

	"milepost/ingest/broker"
	"milepost/ingest/raw"
	"milepost/ingest/uplink"
)

// findTopics gives the number of partitions that all topics have. It refuses to begin
// without telemetry, and with topics whose partitions do not lie side by side: a
// vehicle's profile would be read beside another's telemetry. It makes nothing.
func (s *service) findTopics(ctx context.Context) (partitions int, err error) {
	for _, name := range s.inputs() {
		n, err := s.partitionsOf(ctx, name)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			const trial = 8
			return 0, fmt.Errorf("there is no topic %s of telemetry at %s: correct its name, or create it: %s",
				name, s.servers(), s.creation(name, trial, "message.timestamp.type", "LogAppendTime"))
		}
		partitions = cmp.Or(partitions, n)
		if err := s.sideBySide(name, n, partitions); err != nil {
			return 0, err
		}
	}
	if s.cfg.Profiles.Topic == "" {
		return partitions, nil
	}
	n, err := s.partitionsOf(ctx, s.cfg.Profiles.Topic)
	if n == 0 || err != nil {
		return partitions, err
	}
	return partitions, s.sideBySide(s.cfg.Profiles.Topic, n, partitions)
}

func (s *service) sideBySide(name string, n, partitions int) error {
	if n == partitions {
		return nil
	}
	return fmt.Errorf("topic %s has %d partitions and topic %s has %d: they must have the same number",
		name, n, s.inputs()[0], partitions)
}

// month is how long dead letters are kept in a topic made here: longer than
// telemetry usually is, so that the letters outlive what they are about.
const month = "2592000000" // ms

// quarter is how long an insurer has to read a factor, which the stores keep for longer.
const quarter = "7776000000" // ms

// makeTopics makes those of milepost's own that are missing.
func (s *service) makeTopics(ctx context.Context, partitions int) error {
	if name := s.cfg.Profiles.Topic; name != "" {
		n, err := s.own(ctx, name, partitions, uplink.Compacted()...)
		if err != nil {
			return err
		}
		if err := s.sideBySide(name, n, partitions); err != nil {
			return err
		}
	}
	if _, err := s.own(ctx, s.cfg.DeadLetters.Topic, partitions, "retention.ms", month); err != nil {
		return err
	}
	if err := s.makeAlertTopics(ctx, partitions); err != nil {
		return err
	}
	if name := s.cfg.Factors.Topic; name != "" {
		if _, err := s.own(ctx, name, partitions, "retention.ms", quarter); err != nil {
			return err
		}
	}
	if s.cfg.Outcomes.Topic == "" {
		return nil
	}
	_, err := s.own(ctx, s.cfg.Outcomes.Topic, partitions)
	return err
}

// Alerts are messages, which their receivers have soon; the record is in the store.
const (
	day  = "86400000" // ms
	week = "604800000"
)

func (s *service) makeAlertTopics(ctx context.Context, partitions int) error {
	for _, t := range s.cfg.Alerts.Topics() {
		keep := week
		if t.Topic == s.cfg.Alerts.Vehicle {
			keep = day // they expire after minutes
		}
		if _, err := s.own(ctx, t.Topic, partitions, "retention.ms", keep); err != nil {
			return err
		}
	}
	return nil
}

// own gives the partitions of a topic that is made where it is missing.
func (s *service) own(ctx context.Context, name string, partitions int, settings ...string) (int, error) {
	n, err := s.partitionsOf(ctx, name)
	if n > 0 || err != nil {
		return n, err
	}
	made, err := uplink.Create(ctx, s.client(), name, partitions, settings...)
	if err != nil {
		return 0, fmt.Errorf("%w: let someone create it who may: %s", err, s.creation(name, partitions, settings...))
	}
	if !made { // another process was faster, and may have chosen otherwise
		return s.partitionsOf(ctx, name)
	}
	s.log.Info("topic created", "name", name, "partitions", partitions, "settings", pairs(settings))
	return partitions, nil
}

// partitionsOf is 0 where there is no such topic.
func (s *service) partitionsOf(ctx context.Context, name string) (int, error) {
	found, err := raw.Partitions(ctx, s.client(), name)
	switch {
	case errors.Is(err, kafka.UnknownTopicOrPartition):
		return 0, nil
	case err != nil:
		return 0, unreachable(s.brokers, err)
	}
	return found[name], nil
}

// creation is the command by which a topic is made with Kafka's own tools.
func (s *service) creation(name string, partitions int, settings ...string) string {
	text := fmt.Sprintf("kafka-topics.sh --bootstrap-server %s --create --topic %s --partitions %d", s.servers(), name, partitions)
	for i := 0; i+1 < len(settings); i += 2 {
		text += " --config " + settings[i] + "=" + settings[i+1]
	}
	return text
}

func (s *service) servers() string { return strings.Join(s.brokers.Brokers, ",") }

// unreachable says what to look at where the cluster could not be asked.
func unreachable(b broker.Config, err error) error {
	var certificate *tls.CertificateVerificationError
	hint := ""
	switch {
	case errors.Is(err, kafka.SASLAuthenticationFailed):
		hint = "check kafka.sasl: "
	case errors.Is(err, kafka.UnsupportedSASLMechanism):
		hint = "the brokers do not offer kafka.sasl.mechanism " + b.SASL.Mechanism + ": "
	case errors.As(err, &certificate):
		hint = "check kafka.tls.ca_file and kafka.tls.server_name: "
	case b.TLS.Enabled && errors.Is(err, io.EOF):
		hint = "is this a port with TLS? "
	case !b.TLS.Enabled && errors.Is(err, io.ErrUnexpectedEOF):
		hint = "is kafka.tls.enabled missing? "
	}
	return fmt.Errorf("ask the brokers at %s: %s%w", strings.Join(b.Brokers, ","), hint, cause(err))
}

// cause drops what an error says of requests and functions, which tells its reader nothing.
func cause(err error) error {
	for strings.HasPrefix(err.Error(), "partitions of ") || strings.HasPrefix(err.Error(), "kafka.(*Client)") {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		err = inner
	}
	return err
}
