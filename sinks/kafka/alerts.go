package kafka

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	kafkago "github.com/segmentio/kafka-go"

	"milepost/outcome"
	"milepost/sinks"
	"milepost/sinks/alerts"
)

// AlertConfig says who is told of collisions, and on which topic. A zero field from
// Source on means the default.
type AlertConfig struct {
	To      alerts.Receiver
	Rule    alerts.Rule
	Topic   string
	Source  string           // what the CloudEvents source begins with ("/milepost"); the receiver follows
	Now     func() time.Time // the wall clock
	Timeout time.Duration    // of one request
	// Judged is told of each revision what became of it: of one that is told, when all
	// replicas in sync have the message.
	Judged func(c *outcome.Collision, v alerts.Verdict)
}

// AlertWriter writes one receiver's messages about collisions to one topic, as CloudEvents
// 1.0 in binary mode, keyed by vehicle. It is a sinks.Writer, and leaves out what is
// nothing for its receiver.
type AlertWriter struct {
	producer *Producer
	cfg      AlertConfig
}

// NewAlertWriter makes a writer that reaches the brokers at addr through rt.
func NewAlertWriter(rt kafkago.RoundTripper, addr net.Addr, cfg AlertConfig) *AlertWriter {
	if cfg.Source == "" {
		cfg.Source = defaultSource
	}
	cfg.Source += "/" + string(cfg.To)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Judged == nil {
		cfg.Judged = func(*outcome.Collision, alerts.Verdict) {}
	}
	return &AlertWriter{cfg: cfg, producer: NewProducer(rt, addr, ProducerConfig{Topic: cfg.Topic, Timeout: cfg.Timeout})}
}

// Takes reports whether an outcome can be something for the receiver.
func (w *AlertWriter) Takes(o outcome.Outcome) bool {
	_, ok := o.(*outcome.Collision)
	return ok
}

// Write returns when all replicas in sync have what the receiver is told. It judges by the
// time of the call: what waited too long for the broker is not told any more. After a
// failure some messages may stand in the topic twice, with the same ce_id. A topic that
// refuses them is a *sinks.RetryableError too.
func (w *AlertWriter) Write(ctx context.Context, batch []outcome.Outcome) error {
	now := w.cfg.Now()
	var told []outcome.Outcome
	var records []Record
	for i, o := range batch {
		c, ok := o.(*outcome.Collision)
		if !ok {
			continue
		}
		if v := w.cfg.Rule.Judge(w.cfg.To, c, now); v != alerts.Told {
			w.cfg.Judged(c, v)
			continue
		}
		record, err := w.record(c)
		if err != nil {
			return failed(w.cfg.Topic, batch, &RecordError{Index: i, Err: err}, nil)
		}
		told, records = append(told, o), append(records, record)
	}
	if len(records) == 0 {
		return nil
	}
	left, err := w.producer.Produce(ctx, records)
	w.tell(told, left)
	return failed(w.cfg.Topic, told, untilMended(err), left)
}

// untilMended makes it retryable that the brokers refuse a topic, as where a right to it is
// missing: the other receivers are told meanwhile, and a collision is the first that anybody
// hears of it. To end here would end what the vehicles are told. A topic that is gone is
// made anew by the next start, and what is wrong with a message stays wrong.
func untilMended(err error) error {
	var record *RecordError
	var code kafkago.Error
	if err == nil || sinks.Retryable(err) || errors.As(err, &record) || !errors.As(err, &code) || unknownTopic(err) {
		return err
	}
	return &sinks.RetryableError{Err: err}
}

func (w *AlertWriter) record(c *outcome.Collision) (Record, error) {
	if err := identified(&c.Header); err != nil {
		return Record{}, err
	}
	m, err := alerts.Message(w.cfg.To, c)
	if err != nil {
		return Record{}, err
	}
	value, err := json.Marshal(m)
	if err != nil {
		return Record{}, fmt.Errorf("encode it: %w", err)
	}
	return Record{Partition: ByKey, Key: []byte(c.VehicleID), Value: value, Headers: headers(w.cfg.Source, w.cfg.To.EventType(), &c.Header)}, nil
}

// tell reports those that are acknowledged: all but the ones left, which are in order.
func (w *AlertWriter) tell(told []outcome.Outcome, left []int) {
	for i, o := range told {
		if len(left) > 0 && left[0] == i {
			left = left[1:]
			continue
		}
		if c, ok := o.(*outcome.Collision); ok {
			w.cfg.Judged(c, alerts.Told)
		}
	}
}
