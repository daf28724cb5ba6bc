package erase

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"milepost/ingest/snapshot"
	"milepost/sinks"
)

// State is the vehicles' state in snapshots. A partition that holds someone is claimed,
// written anew without them, and left to whoever worked on it: a live owner finds the
// claim, drops what it has in memory and takes the partition up again from there.
type State struct {
	Store snapshot.Store
	Owner string // names this process in its claims
	// Owned reports whether some process works on a partition just now.
	Owned func(ctx context.Context, k snapshot.Key) (bool, error)
	// Patience is how long such a process may take to find the claim: more than the time
	// between its checkpoints.
	Patience time.Duration
	Poll     time.Duration // between two looks whether it has; default 1 s
	// Every is the time between its checkpoints; zero: what it has in memory only is not
	// waited for.
	Every time.Duration
	Say   Say
	// Stores tell in which months an account drove: what they erase must go here too, and
	// nothing else, or a month would begin anew below the revision that they have.
	Stores []Months

	touched map[snapshot.Key]*partition
	offsets map[snapshot.Key]map[string]int64 // of the snapshots, by topic
}

// Months is a store that knows in which months an account drove.
type Months interface {
	// MonthsOf gives those that erasing the account deletes.
	MonthsOf(ctx context.Context, account string) ([]sinks.DrivenMonth, error)
}

// drove asks the stores; it is nil where there is none.
func (s *State) drove(ctx context.Context, account string) (all map[sinks.DrivenMonth]bool, err error) {
	if account == "" || len(s.Stores) == 0 {
		return nil, nil //nolint:nilnil // nobody to ask is no error
	}
	all = map[sinks.DrivenMonth]bool{}
	for _, store := range s.Stores {
		months, err := store.MonthsOf(ctx, account)
		if err != nil {
			return nil, err
		}
		for _, m := range months {
			all[m] = true
		}
	}
	return all, nil
}

// partition is one that is worked on.
type partition struct {
	place *Place
	found *findings
	log   *snapshot.Log // claimed; nil before that
	keep  snapshot.Pieces
}

// Erase implements Step.
func (s *State) Erase(ctx context.Context, whose sinks.Subject, dry bool) (places []*Place) {
	keys, err := snapshot.Partitions(ctx, s.Store)
	var drove map[sinks.DrivenMonth]bool
	if err == nil && !dry {
		drove, err = s.drove(ctx, whose.Account)
	}
	if err != nil {
		p := &Place{Kind: KindState, Name: "snapshots"}
		p.fail(err)
		return []*Place{p}
	}
	if whose.Account != "" && !dry {
		if err := s.written(ctx, keys); err != nil {
			p := &Place{Kind: KindState, Name: "snapshots"}
			p.fail(err)
			return []*Place{p}
		}
	}
	s.touched, s.offsets = map[snapshot.Key]*partition{}, map[snapshot.Key]map[string]int64{}
	for _, k := range keys {
		places = append(places, s.look(ctx, k, whose))
	}
	if dry {
		return places
	}
	for _, k := range keys {
		if p := s.touched[k]; p != nil {
			p.found.drove = drove
			s.Say.say("rewriting the state of %s", k)
			p.place.fail(s.rewrite(ctx, k, p))
		}
	}
	for _, k := range keys {
		if p := s.touched[k]; p != nil && p.log != nil {
			p.place.fail(s.settle(ctx, k, p))
		}
	}
	return places
}

// look finds what a partition's files hold, those of older snapshots too.
func (s *State) look(ctx context.Context, k snapshot.Key, whose sinks.Subject) *Place {
	place := &Place{Kind: KindState, Name: k.String()}
	s.Say.say("looking through the state of %s", k)
	meta, err := snapshot.Newest(ctx, s.Store, k)
	if err != nil {
		place.fail(err)
		return place
	}
	if meta != nil {
		s.offsets[k] = meta.Offsets
	}
	found, scanned, err := find(ctx, s.Store, k, whose, meta)
	place.fail(err)
	place.Check = strconv.Itoa(scanned.Files) + " files read: no entry"
	place.Found.add("entries", int64(found.entries))
	place.Found.add("bytes", found.bytes)
	if found.any() {
		s.touched[k] = &partition{place: place, found: found}
	}
	return place
}

// claims is how often a claim may be lost to another before that is an error.
const claims = 10

func (s *State) rewrite(ctx context.Context, k snapshot.Key, p *partition) error {
	for range claims {
		err := s.attempt(ctx, k, p)
		if !errors.Is(err, snapshot.ErrFenced) {
			return err
		}
		err = errors.Join(p.log.Close())
		p.log = nil
		if err != nil {
			return err
		}
	}
	return fmt.Errorf("claim %s: lost it to others %d times", k, claims)
}

// attempt claims a partition and writes it anew. Pieces are blanked first: whatever
// stops this, the entries that tell of the work to do are there until its end.
func (s *State) attempt(ctx context.Context, k snapshot.Key, p *partition) (err error) {
	if p.log, err = snapshot.Claim(ctx, s.Store, k, s.Owner+erasing); err != nil {
		return err
	}
	survey := newSurvey(p.found)
	meta, _, err := p.log.Restore(ctx, survey.entry)
	if err != nil || meta == nil {
		return err
	}
	s.offsets[k], p.keep = meta.Offsets, survey.keep
	done, err := p.log.Blank(ctx, survey.keep)
	if err != nil {
		return err
	}
	p.place.Deleted.add("pieces", int64(done.Pieces))
	return p.log.Rewrite(ctx, p.found.edit, survey.live)
}

// settle waits until a live owner has found the claim, and then deletes all older files.
func (s *State) settle(ctx context.Context, k snapshot.Key, p *partition) error {
	waited := s.await(ctx, k, p.log)
	gone, err := p.log.Forget(ctx)
	p.place.Deleted.add("files", int64(gone.Files))
	p.place.Deleted.add("bytes", gone.Bytes)
	return errors.Join(waited, err)
}

// erasing ends the names of claims for an erasure. That another of them has claimed a
// partition does not say that the process at work on it has given anything up.
const erasing = " (erase)"

// await returns when nobody keeps in memory what was erased.
func (s *State) await(ctx context.Context, k snapshot.Key, log *snapshot.Log) error {
	poll := time.NewTicker(orDefault(s.Poll, time.Second))
	defer poll.Stop()
	patience := time.NewTimer(s.Patience)
	defer patience.Stop()
	for {
		by, taken, err := log.Taken(ctx)
		if err == nil && taken && !strings.HasSuffix(by, erasing) {
			return nil
		}
		owned := true
		if err == nil {
			owned, err = s.Owned(ctx, k)
		}
		if err != nil {
			return fmt.Errorf("find out who works on %s: %w", k, err)
		}
		if !owned {
			return nil
		}
		s.Say.say("waiting until the process that works on %s takes it up again", k)
		select {
		case <-poll.C:
		case <-patience.C:
			return fmt.Errorf("a process works on %s and has not taken it up again within %v: "+
				"what it has in memory is not erased; look at it, and run this again", k, s.Patience)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func orDefault(d, standard time.Duration) time.Duration {
	if d == 0 {
		return standard
	}
	return d
}

// Offsets says from which offset of a topic on records are still to be read into the
// state; ok is false where there is no snapshot.
func (s *State) Offsets(topic string, number int) (next int64, ok bool) {
	next, ok = s.offsets[snapshot.Key{Topic: topic, Partition: number}][topic]
	return next, ok
}

// Verify implements Step.
func (s *State) Verify(ctx context.Context, whose sinks.Subject, places []*Place) {
	keys, err := snapshot.Partitions(ctx, s.Store)
	byName := map[string]snapshot.Key{}
	for _, k := range keys {
		byName[k.String()] = k
	}
	for _, place := range places {
		place.fail(err)
		if k, ok := byName[place.Name]; ok {
			s.Say.say("looking through the state of %s again", k)
			place.fail(s.verify(ctx, k, whose, place))
		}
		place.Verified = place.Error == ""
	}
}

var (
	errMadeAnew  = errors.New("entries are there again: telemetry that was still to be read has made them; stop the uplink and run this again")
	errPieces    = errors.New("pieces of what was erased are still in chunk files")
	errUnread    = errors.New("files that are damaged could not be looked into")
	errLeftThere = errors.New("entries are still there")
)

func (s *State) verify(ctx context.Context, k snapshot.Key, whose sinks.Subject, place *Place) error {
	p := s.touched[k]
	found, scanned, err := find(ctx, s.Store, k, whose, nil)
	if err != nil {
		return err
	}
	place.Check = strconv.Itoa(scanned.Files) + " files read: no entry"
	switch {
	case len(scanned.Unreadable) > 0:
		err = fmt.Errorf("%w: %v", errUnread, scanned.Unreadable)
	case found.any() && (p == nil || p.log == nil || found.epoch > p.log.Epoch()):
		err = errMadeAnew
	case found.any():
		err = errLeftThere
	}
	if p == nil || p.log == nil {
		return err
	}
	left, unread := p.log.Unblanked(ctx, p.keep)
	if left.Pieces > 0 {
		unread = errors.Join(unread, errPieces)
	}
	return errors.Join(err, unread, p.log.Close())
}
