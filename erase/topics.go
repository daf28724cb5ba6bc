package erase

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"milepost/ingest/decode"
	"milepost/ingest/raw"
	"milepost/sinks"
	sinkskafka "milepost/sinks/kafka"
)

// Topic is a topic whose records are keyed by vehicle: profiles, outcomes, alerts, dead letters.
type Topic struct {
	Kind     string // KindProfiles, KindOutcomes, KindAlerts or KindDeadLetters
	Name     string
	Cluster  *Cluster
	Identity decode.Identity // names the vehicle of a key
	Now      func() time.Time
	Say      Say

	written map[string]written // by key, profiles of which something stays
}

// written is a profile that was put behind the one at an offset.
type written struct {
	behind int64
	value  []byte
}

// Erase implements Step. Where the topic is compacted, and for profiles in any case, a
// tombstone is put behind the records of each key that is the vehicle's, on their own
// partition, or what unshared keeps of its profiles; and profiles that name an account are
// written anew without it. Of one collision, which has its vehicle's key, it only says how
// long the records stay.
func (t *Topic) Erase(ctx context.Context, whose sinks.Subject, dry bool) []*Place {
	p := &Place{Kind: t.Kind, Name: t.Name}
	p.fail(t.erase(ctx, whose, dry, p))
	return []*Place{p}
}

func (t *Topic) erase(ctx context.Context, whose sinks.Subject, dry bool, p *Place) error {
	all, err := t.look(ctx, whose)
	if errors.Is(err, errNoTopic) {
		p.Check = errNoTopic.Error()
		return nil
	}
	if err != nil {
		return err
	}
	k, err := t.Cluster.keeping(ctx, t.Name)
	if err != nil {
		return err
	}
	if whose.Collision != "" {
		k = k.ofOne()
	}
	for _, found := range all {
		p.Found.add("records", found.records)
	}
	if len(p.Found) == 0 && !t.unnamed(whose) {
		return nil
	}
	k.tell(p, t.Now())
	if len(p.Found) == 0 {
		return nil
	}
	if dry || whose.Collision != "" || !k.compacted && t.Kind != KindProfiles {
		return nil
	}
	return t.replace(ctx, whose, all, p)
}

// replace puts records behind those found.
func (t *Topic) replace(ctx context.Context, whose sinks.Subject, all []*keyed, p *Place) error {
	var records []sinkskafka.Record
	t.written = map[string]written{}
	for _, found := range all {
		if found.over {
			continue
		}
		next, err := t.next(found, whose)
		if err != nil {
			return err
		}
		records = append(records, next)
		if next.Value != nil {
			t.written[found.key] = written{behind: found.offset, value: next.Value}
		}
	}
	if err := t.Cluster.write(ctx, t.Name, records); err != nil {
		return err
	}
	p.Deleted.add("keys", int64(len(records)))
	if whose.Vehicle != "" && len(t.written) > 0 {
		p.keptUnshared()
	}
	return nil
}

// next is the record that takes the place of those found.
func (t *Topic) next(found *keyed, whose sinks.Subject) (sinkskafka.Record, error) {
	r := sinkskafka.Record{Partition: found.partition, Key: []byte(found.key)} // without a value: a tombstone
	switch {
	case t.Kind != KindProfiles:
	case whose.Vehicle != "":
		r.Value = unshared(found.value)
	default:
		value, err := withoutAccount(found.value, whose.Account)
		if err != nil {
			return r, fmt.Errorf("take the account out of a profile: %w", err)
		}
		r.Value = value
	}
	return r, nil
}

// keyed is what a partition holds of one key that is of interest.
type keyed struct {
	partition int
	key       string
	records   int64
	over      bool   // the newest record holds nothing of them any more
	value     []byte // of the newest
	offset    int64  // of the newest
	crossed   bool   // another record came between what was read and what was written
}

// look reads the topic through.
func (t *Topic) look(ctx context.Context, whose sinks.Subject) (all []*keyed, err error) {
	partitions, err := t.Cluster.partitions(ctx, t.Name)
	if err != nil {
		return nil, fmt.Errorf("topic %s: %w", t.Name, err)
	}
	for number := range partitions {
		t.Say.say("looking through topic %s, partition %d of %d", t.Name, number, partitions)
		byKey := map[string]*keyed{}
		_, err := t.Cluster.scan(ctx, t.Name, number, 0, 0, func(r *raw.Record) error {
			t.take(byKey, r, number, whose)
			return nil
		})
		if err != nil {
			return nil, err
		}
		for _, k := range byKey {
			all = append(all, k)
		}
	}
	return all, nil
}

// take notes a record of a key that once held something of them.
func (t *Topic) take(byKey map[string]*keyed, r *raw.Record, number int, whose sinks.Subject) {
	known := byKey[string(r.Key)]
	theirs := t.names(r, whose)
	if known == nil {
		if !theirs || r.Value == nil {
			return
		}
		known = &keyed{partition: number, key: string(r.Key)}
		byKey[known.key] = known
	}
	if w, ok := t.written[known.key]; ok && known.offset == w.behind && r.Offset > w.behind {
		known.crossed = !bytes.Equal(r.Value, w.value)
	}
	known.offset = r.Offset
	if known.over = !theirs || r.Value == nil || t.Kind == KindProfiles && onlyUnshared(r.Value); !known.over {
		known.records++
		known.value = bytes.Clone(r.Value)
	}
}

// names reports whether a record holds something of them.
func (t *Topic) names(r *raw.Record, whose sinks.Subject) bool {
	if whose.Vehicle != "" {
		return isOf(t.Identity, r.Key, whose.Vehicle)
	}
	if whose.Collision != "" {
		return namesCollision(r.Value, whose.Collision)
	}
	switch t.Kind {
	case KindProfiles:
		return profileNames(r.Value, whose.Account)
	case KindOutcomes, KindAlerts:
		var head struct {
			Account string `json:"account_id"`
		}
		return json.Unmarshal(r.Value, &head) == nil && head.Account == whose.Account
	}
	return false // see unnamed
}

// namesCollision reports whether an outcome as JSON is of a collision.
func namesCollision(value []byte, id string) bool {
	var head struct {
		ID        string `json:"id"`
		Collision string `json:"collision_id"`
	}
	return json.Unmarshal(value, &head) == nil && (head.ID == id || head.Collision == id)
}

// unnamed reports whether the topic may hold something of them that does not say so:
// events, months and dead letters name no account.
func (t *Topic) unnamed(whose sinks.Subject) bool {
	return whose.Account != "" && t.Kind != KindProfiles
}

// profileNames reports whether a history as JSON names an account.
func profileNames(history []byte, account string) bool {
	var h struct {
		History []struct {
			Account string `json:"account_id"`
		} `json:"history"`
	}
	if json.Unmarshal(history, &h) != nil {
		return false
	}
	for _, p := range h.History {
		if p.Account == account {
			return true
		}
	}
	return false
}

// isOf reports whether a record's key is a vehicle's, be it as a VIN.
func isOf(identity decode.Identity, key []byte, vehicle string) bool {
	if string(key) == vehicle {
		return true
	}
	id, err := identity.VehicleID(key)
	return err == nil && id == vehicle
}

// Verify implements Step.
func (t *Topic) Verify(ctx context.Context, whose sinks.Subject, places []*Place) {
	p := places[0]
	if p.Error != "" {
		return
	}
	if p.Check == "" {
		p.Check = "read through: no record"
		if t.unnamed(whose) {
			p.Check = "read through: no record names the account; what does not say whose it is ends by itself"
		}
	}
	if len(p.Found) > 0 {
		p.Check = "read through again: what is left of them ends by itself"
		p.fail(t.verify(ctx, whose, p))
	}
	p.Verified = p.Error == ""
}

var errNotOver = errors.New("the newest record of a key still holds what was to be erased: its producer has written it again")

var errCrossed = errors.New("a producer has written a profile meanwhile, and the one without what was to be erased, made from what stood before, came behind it: " +
	"have the producer write its profiles again, which may hold other settings")

func (t *Topic) verify(ctx context.Context, whose sinks.Subject, p *Place) error {
	if len(p.Deleted) == 0 {
		return nil // left to the retention
	}
	all, err := t.look(ctx, whose)
	if err != nil {
		return err
	}
	for _, found := range all {
		switch {
		case !found.over:
			return errNotOver
		case found.crossed:
			return errCrossed
		}
	}
	p.Check = "read through again: a newer record stands behind all of them"
	return nil
}
