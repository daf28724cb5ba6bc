package main

import (
	"time"

	"milepost/config"
	"milepost/metrics"
	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/alerts"
	sinkskafka "milepost/sinks/kafka"
)

// Nothing that is urgent waits for more: what has come while a write was under way is
// the next one.
const (
	alertBatch  = 500
	alertLinger = time.Microsecond
)

// receiver is one who is told of collisions, by the name that its sink has.
type receiver struct {
	alerts.Receiver
	topic, sink string
}

// receivers are those of the settings.
func receivers(cfg config.Alerts) (all []receiver) {
	for _, r := range []receiver{
		{alerts.Vehicle, cfg.Vehicle, "vehicle_alerts"}, {alerts.App, cfg.App, "notifications"}, {alerts.Care, cfg.Care, "care_collisions"},
	} {
		if r.topic != "" {
			all = append(all, r)
		}
	}
	return all
}

func alertTopics(cfg config.Alerts) (names []string) {
	for _, t := range cfg.Topics() {
		names = append(names, t.Topic)
	}
	return names
}

// noAlerts are the settings by which nobody is told.
func noAlerts(a config.Alerts) config.Alerts { return config.Alerts{Within: a.Within} }

// alertSinks are the topics of those who are told of collisions. They come before the
// stores, and do not wait for them.
func (s *service) alertSinks() (to []sinks.Named) {
	for _, r := range receivers(s.cfg.Alerts) {
		w := sinkskafka.NewAlertWriter(s.transport, s.brokers.Addr(), sinkskafka.AlertConfig{
			To: r.Receiver, Topic: r.topic, Rule: alerts.Rule{Within: s.cfg.Alerts.Within}, Now: s.wrap.now, Judged: s.judged(r.Receiver),
		})
		to = append(to, sinks.Named{Name: r.sink, Writer: w, Batch: alertBatch, Linger: alertLinger, Takes: w.Takes, First: true})
	}
	return to
}

// judged counts what became of revisions for a receiver.
func (s *service) judged(to alerts.Receiver) func(*outcome.Collision, alerts.Verdict) {
	sent := s.metrics.AlertsSent.WithLabelValues(string(to))
	latency := s.metrics.AlertLatency.WithLabelValues(string(to))
	return func(c *outcome.Collision, v alerts.Verdict) {
		if v != alerts.Told {
			s.metrics.AlertsWithheld.WithLabelValues(string(to), string(v)).Inc()
			return
		}
		sent.Inc()
		latency.Observe(time.Since(c.ReportedAt.Std()).Seconds())
	}
}

// presetAlerts shows as 0 what has not happened yet.
func (s *service) presetAlerts() {
	for _, r := range receivers(s.cfg.Alerts) {
		for _, v := range alerts.Withheld() {
			s.metrics.AlertsWithheld.WithLabelValues(string(r.Receiver), string(v))
		}
	}
	for _, confidence := range []outcome.Confidence{outcome.Possible, outcome.Probable, outcome.Confirmed} {
		for _, stage := range metrics.Stages() {
			s.metrics.Collisions.WithLabelValues(string(confidence), stage)
		}
	}
}
