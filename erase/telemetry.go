package erase

import (
	"context"
	"errors"
	"fmt"
	"time"

	"milepost/ingest/decode"
	"milepost/ingest/raw"
	"milepost/sinks"
)

// Telemetry is a topic that the uplinks write. milepost deletes nothing there; what is
// still to be read of a vehicle makes new state of it.
type Telemetry struct {
	Name     string
	Cluster  *Cluster
	Identity decode.Identity
	// Offsets says from where on a partition is still to be read; see State.Offsets.
	Offsets func(topic string, number int) (next int64, ok bool)
	Now     func() time.Time
	Say     Say

	partitions int
}

// mostBehind bounds how many records of a partition are looked through.
const mostBehind = 5_000_000

// Erase implements Step: it tells when the topic's records will be gone.
func (t *Telemetry) Erase(ctx context.Context, _ sinks.Subject, _ bool) []*Place {
	p := &Place{Kind: KindTelemetry, Name: t.Name, Check: "the topic's settings were read; nothing is deleted here before its time"}
	err := t.look(ctx, p)
	if errors.Is(err, errNoTopic) {
		p.Check, err = errNoTopic.Error(), nil
	}
	p.fail(err)
	return []*Place{p}
}

func (t *Telemetry) look(ctx context.Context, p *Place) error {
	n, err := t.Cluster.partitions(ctx, t.Name)
	if err != nil {
		return err
	}
	t.partitions = n
	k, err := t.Cluster.keeping(ctx, t.Name)
	if err != nil {
		return err
	}
	k.tell(p, t.Now())
	if k.compacted {
		p.warn("the topic is compacted, as telemetry should not be")
	}
	return nil
}

// Verify implements Step: it counts what is still to be read of a vehicle.
func (t *Telemetry) Verify(ctx context.Context, whose sinks.Subject, places []*Place) {
	p := places[0]
	if whose.Vehicle != "" && p.Error == "" {
		p.fail(t.behind(ctx, whose.Vehicle, p))
	}
	p.Verified = p.Error == ""
}

func (t *Telemetry) behind(ctx context.Context, vehicle string, p *Place) error {
	for number := range t.partitions {
		next, ok := t.Offsets(t.Name, number)
		if !ok {
			continue
		}
		t.Say.say("looking for what is still to be read of topic %s, partition %d", t.Name, number)
		_, err := t.Cluster.scan(ctx, t.Name, number, next, mostBehind, func(r *raw.Record) error {
			if isOf(t.Identity, r.Key, vehicle) {
				p.Found.add("records to be read", 1)
			}
			return nil
		})
		if errors.Is(err, errTooMany) {
			p.warn(fmt.Sprintf("partition %d has more than %d records still to be read, which were not looked through", number, mostBehind))
			continue
		}
		if err != nil {
			return err
		}
	}
	if n := p.Found["records to be read"]; n > 0 {
		return fmt.Errorf("%d records of the vehicle lie behind the snapshots and make new state, and maybe a trip, when they are read: "+
			"stop its uplink, let milepost read them, and run this again", n)
	}
	return nil
}
