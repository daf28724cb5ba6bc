package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/segmentio/kafka-go"

	"milepost/config"
	"milepost/ingest/check"
	"milepost/outcome"
	"milepost/sinks/clickhouse"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

type storeCheckCmd struct {
	Config   string        `required:"" type:"existingfile" placeholder:"FILE" help:"Settings of milepost run: brokers, the topic of outcomes, stores."`
	From     moment        `placeholder:"TIME" help:"Only facts since then: 2026-09-01 (its beginning in UTC), or 2026-09-01T12:00:00Z."`
	To       moment        `placeholder:"TIME" help:"Only facts before then."`
	Memory   string        `default:"1GiB" placeholder:"SIZE" help:"Memory for what is known of facts, 32 bytes each (${default}, for some 20 million); the topic and the store are read again where that does not do."`
	Settle   time.Duration `default:"1m" help:"How long what was written to the topic may take to the stores (${default}): what seems missing is looked at once more after that."`
	Examples int           `default:"10" placeholder:"N" help:"How many facts to name (${default})."`
	Erased   []string      `type:"existingfile" placeholder:"PROOF" help:"Proofs that milepost erase --proof wrote; several are allowed. What is missing because of them is no error, and counted apart: a vehicle's facts, an account's trips, and as far as the topic still has these trips their events and the months they lie in; all as far as the topic got it before the erasure ended."`
	JSON     bool          `name:"json" help:"Print JSON lines instead, one a store."`
}

// Validate checks the flags.
func (c *storeCheckCmd) Validate() error {
	if c.Examples < 0 {
		return fmt.Errorf("--examples is %d: must not be negative", c.Examples)
	}
	if c.Settle <= 0 {
		return fmt.Errorf("--settle is %v: must be positive", c.Settle)
	}
	if _, err := humanize.ParseBytes(c.Memory); err != nil {
		return fmt.Errorf("--memory is %q: must be a size such as 512MiB", c.Memory)
	}
	if !c.From.IsZero() && !c.To.IsZero() && !c.From.Before(c.To.Time) {
		return errors.New("--from must be before --to")
	}
	return nil
}

// checked is what is said of a store.
type checked struct {
	Store string     `json:"store"` // sqlite or clickhouse
	Where string     `json:"where"`
	Topic string     `json:"topic"`
	From  *time.Time `json:"from,omitempty"`
	To    *time.Time `json:"to,omitempty"`
	Right bool       `json:"right"`
	*check.Result
	TookS float64 `json:"took_s"`
}

// Run compares every store of the settings with the topic of outcomes.
func (c *storeCheckCmd) Run(ctx context.Context, out *terminal) (err error) {
	to, err := (&clusterFlags{Config: c.Config}).connect("")
	if err != nil {
		return err
	}
	defer to.close()
	if to.settings.Outcomes.Topic == "" {
		return usageError{errors.New("the settings name no topic of outcomes: see outcomes.topic")}
	}
	erased, err := erasuresOf(c.Erased)
	if err != nil {
		return err
	}
	topic := &check.Topic{Name: to.settings.Outcomes.Topic, Brokers: to.brokers.Addr(), Via: to.rt, ClientID: to.brokers.ClientID}
	records, err := recordsOf(ctx, topic)
	if err != nil {
		return err
	}
	stores, err := checkedStores(ctx, to.settings.Store, out)
	if err != nil {
		return err
	}
	wrong := int64(0)
	for _, s := range stores {
		// About as many rows as records, where nothing is wrong.
		bar := newProgress(out, int(2*records), "records and rows")
		done, failed := c.check(ctx, s, check.Check{Topic: topic, Erased: erased, Progress: bar.add,
			Kept: keptSince(to.settings.Store.Retention, time.Now())})
		bar.finish()
		if failed == nil {
			wrong += done.Wrong()
			failed = c.show(out, done)
		}
		err = errors.Join(err, failed, s.close())
	}
	if err == nil && wrong > 0 {
		err = fmt.Errorf("%s facts are missing, doubled or differing", humanize.Comma(wrong))
	}
	return err
}

// checkedStore is a store that is read.
type checkedStore struct {
	kind, where string
	model       check.Store
	close       func() error
}

func checkedStores(ctx context.Context, s config.Store, out *terminal) (all []checkedStore, err error) {
	if s.SQLite != "" {
		store, err := sqlite.OpenExisting(ctx, s.SQLite)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			fmt.Fprintf(out.Stderr, "milepost: there is no store %s: left out\n", s.SQLite)
		case err != nil:
			return nil, err
		default:
			all = append(all, checkedStore{"sqlite", "SQLite file " + s.SQLite, store, store.Close})
		}
	}
	if len(s.ClickHouse.Addresses) > 0 {
		db, model, where, err := readClickHouse(ctx, s.ClickHouse)
		if err != nil {
			return all, err
		}
		all = append(all, checkedStore{"clickhouse", where, model, db.Close})
	}
	if len(all) == 0 {
		return nil, errors.New("there is no store")
	}
	return all, nil
}

// recordsOf is about how many records the topic has.
func recordsOf(ctx context.Context, topic *check.Topic) (int64, error) {
	records, err := topic.Records(ctx)
	if errors.Is(err, kafka.UnknownTopicOrPartition) {
		return 0, fmt.Errorf("there is no topic %s, which outcomes.topic of the settings names: milepost run makes it when it starts", topic.Name)
	}
	if err != nil {
		return 0, fmt.Errorf("look at topic %s: %w", topic.Name, err)
	}
	return records, nil
}

// check compares one store, with what is set of a check for all.
func (c *storeCheckCmd) check(ctx context.Context, s checkedStore, run check.Check) (checked, error) {
	memory, err := humanize.ParseBytes(c.Memory)
	if err != nil {
		return checked{}, err
	}
	run.Store, run.Memory, run.Examples, run.Settle = s.model, int64(memory), c.Examples, c.Settle
	run.From, run.To = since(c.From), since(c.To)
	result, err := run.Run(ctx)
	if err != nil {
		return checked{}, fmt.Errorf("check %s: %w", s.where, err)
	}
	return checked{Store: s.kind, Where: s.where, Topic: run.Topic.Name, From: given(c.From), To: given(c.To),
		Right: result.Wrong() == 0, Result: result, TookS: result.Took.Seconds()}, nil
}

func since(m moment) outcome.Time {
	if m.IsZero() {
		return 0
	}
	return outcome.Time(m.UnixMilli() * 1000)
}

func given(m moment) *time.Time {
	if m.IsZero() {
		return nil
	}
	return &m.Time
}

// keptSince are the times before which retention may have deleted a type's facts: not to
// the minute, so a day is left.
func keptSince(r config.Retention, now time.Time) map[outcome.Type]outcome.Time {
	kept := map[outcome.Type]outcome.Time{}
	for kind, days := range map[outcome.Type]int{outcome.TypeTrip: r.Trips, outcome.TypeEvent: r.Events, outcome.TypeMonth: r.Months,
		outcome.TypeCharge: r.Charges, outcome.TypeFactor: r.Factors, outcome.TypeCollision: r.Collisions} {
		if days > 0 {
			kept[kind] = outcome.Time(now.AddDate(0, 0, 1-days).UnixMilli() * 1000)
		}
	}
	return kept
}

func (c *storeCheckCmd) show(out *terminal, done checked) error {
	if c.JSON {
		return writeLine(out.Stdout, done)
	}
	return printCheck(out.Stdout, done, len(c.Erased) > 0)
}

// readClickHouse is the read model of the store of record.
func readClickHouse(ctx context.Context, cfg config.ClickHouse) (*sql.DB, *read.Model, string, error) {
	db, _, where, err := connectClickHouse(ctx, cfg)
	if err != nil {
		return nil, nil, where, err
	}
	dialect, err := clickhouse.DialectOf(ctx, db)
	if err != nil {
		return nil, nil, where, errors.Join(fmt.Errorf("%s: %w", where, err), db.Close())
	}
	return db, read.ClickHouse(db, read.Dialect(dialect)), where, nil
}
