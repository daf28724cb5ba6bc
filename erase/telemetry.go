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
	// Group is the consumer group that reads the topic; empty where nobody is asked.
	Group string
	Now   func() time.Time
	Say   Say

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

// Verify implements Step: it counts what is still to be read of a vehicle, and looks for
// partitions whose state was not looked into.
func (t *Telemetry) Verify(ctx context.Context, whose sinks.Subject, places []*Place) {
	p := places[0]
	if p.Error == "" {
		p.fail(t.elsewhere(ctx))
	}
	if whose.Vehicle != "" && p.Error == "" {
		p.fail(t.behind(ctx, whose.Vehicle, p))
	}
	p.Verified = p.Error == ""
}

// elsewhere is an error where a partition was read by the group and has no snapshot here:
// its state is on another machine, or in another folder.
func (t *Telemetry) elsewhere(ctx context.Context) error {
	var without []int
	for number := range t.partitions {
		if _, ok := t.Offsets(t.Name, number); !ok {
			without = append(without, number)
		}
	}
	if t.Group == "" || len(without) == 0 {
		return nil
	}
	read, err := t.Cluster.committed(ctx, t.Group, t.Name, without)
	if err == nil && len(read) > 0 {
		err = fmt.Errorf("group %s has read partitions %v, whose state is not where the settings say: run this where it is", t.Group, read)
	}
	return err
}

func (t *Telemetry) behind(ctx context.Context, vehicle string, p *Place) error {
	for number := range t.partitions {
		next, _ := t.Offsets(t.Name, number) // all of it where nothing of it was read
		t.Say.say("looking for what is still to be read of topic %s, partition %d", t.Name, number)
		_, err := t.Cluster.scan(ctx, t.Name, number, next, mostBehind, func(r *raw.Record) error {
			if isOf(t.Identity, r.Key, vehicle) {
				p.Found.add("records to be read", 1)
			}
			return nil
		})
		if errors.Is(err, errTooMany) {
			err = fmt.Errorf("partition %d has more than %d records still to be read, which were not looked through: "+
				"let milepost read them, and run this again", number, mostBehind)
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
