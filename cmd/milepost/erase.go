package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"milepost/config"
	"milepost/erase"
	"milepost/ingest/decode"
	"milepost/ingest/snapshot"
	"milepost/sinks"
	"milepost/sinks/sqlite"
)

// eraseCmd takes someone's data out of every place. Its exit code is 0 too where records
// stay in a topic for ever: that is a setting of the topic, no failure of the erasure.
type eraseCmd struct {
	Vehicle string `xor:"whose" required:"" placeholder:"ID" help:"Erase this vehicle."`
	Account string `xor:"whose" required:"" placeholder:"ID" help:"Erase what this account's drives left."`

	Collision string `xor:"whose" required:"" placeholder:"ID" help:"Erase this one collision, with its pulse and with what people added to it."`

	Config  string   `type:"existingfile" placeholder:"FILE" help:"Settings of milepost run: erase from all places that they name."`
	Store   []string `type:"existingfile" placeholder:"PATH" help:"Embedded stores to erase from; several are allowed."`
	Capture []string `type:"existingfile" placeholder:"FILE" help:"Captures to erase from, Arrow or Parquet; several are allowed."`
	Proof   string   `type:"path" placeholder:"FILE" help:"Write the proof there, as JSON."`
	DryRun  bool     `help:"Show what would be erased, and erase nothing."`
	NoWait  bool     `help:"Do not wait until erased bytes are gone from the stores' files."`
}

// Help is shown by --help.
func (*eraseCmd) Help() string {
	return "The exit code is 1 where anything could not be erased or verified. It is 0 where all was done that can be done, " +
		"although a topic that keeps its records for ever still has some: the summary names such places, and so does the " +
		"proof, in which complete is false and stays lists them."
}

// Validate checks the flags.
func (c *eraseCmd) Validate() error {
	if c.Vehicle == "" && c.Account == "" && c.Collision == "" {
		return errors.New("say whose: --vehicle ID, --account ID or --collision ID, and an ID is not empty")
	}
	c.Collision = strings.ToLower(c.Collision) // the proof's SHA-256 is of the id as outcomes have it
	if c.Collision != "" && !collisionID.MatchString(c.Collision) {
		return fmt.Errorf("--collision %q: a collision's id is 32 hex digits", c.Collision)
	}
	if c.Collision != "" && len(c.Capture) > 0 {
		return errors.New("--collision leaves captures as they are: what a vehicle sent is erased by --vehicle")
	}
	if c.Config == "" && len(c.Store) == 0 && len(c.Capture) == 0 {
		return errors.New("name the places: --config FILE, --store PATH, --capture FILE")
	}
	return nil
}

var collisionID = regexp.MustCompile(`^[0-9a-f]{32}$`)

var errNotVerified = errors.New("not everything was erased and verified: see what is said of each place, and run this again")

// Run erases, shows the proof and writes it.
func (c *eraseCmd) Run(ctx context.Context, out *terminal) (err error) {
	var proof *wholeFile
	if c.Proof != "" {
		if proof, err = createWhole(c.Proof, true); err != nil {
			return fmt.Errorf("write the proof: %w", err)
		}
		defer proof.discard()
	}
	var cfg config.Config
	if c.Config != "" {
		if cfg, err = config.Load(c.Config, os.Environ()); err != nil {
			return usageError{err}
		}
	}
	held, places, err := c.prepare(ctx, cfg, out)
	if err != nil && !c.DryRun {
		return fmt.Errorf("nothing was erased: %w", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, places.close()) }()
	p, err := erase.Run(ctx, c.subject(),
		erase.Config{Steps: places.steps, DryRun: c.DryRun, Version: version(), Now: time.Now})
	places.said.finish()
	if p == nil {
		return err
	}
	p.Held = held
	err = errors.Join(err, printProof(out.Stdout, p), c.tellHeld(ctx, out, p, places.steps))
	if proof != nil {
		err = errors.Join(err, proof.json(p))
	}
	if err == nil && (!p.Verified && !p.DryRun || failed(p)) {
		return errNotVerified
	}
	return err
}

// prepare looks for holds, which end it unless it is a dry run, and opens the places.
func (c *eraseCmd) prepare(ctx context.Context, cfg config.Config, out *terminal) (held []string, p *places, err error) {
	if held, err = c.heldBy(ctx, cfg.Store, out); err == nil && !c.DryRun {
		err = refuseHeld(held, out)
	}
	if err == nil {
		p, err = c.places(ctx, cfg, out)
	}
	return held, p, err
}

func (c *eraseCmd) subject() sinks.Subject {
	return sinks.Subject{Vehicle: c.Vehicle, Account: c.Account, Collision: c.Collision}
}

func failed(p *erase.Proof) bool {
	for _, place := range p.Places {
		if place.Error != "" {
			return true
		}
	}
	return false
}

// places are the steps of an erasure, and what must be closed after it.
type places struct {
	steps   []erase.Step
	closers []func() error
	said    saying
	states  []*erase.State
	months  []erase.Months // of the stores
}

func (p *places) close() (err error) {
	for _, one := range p.closers {
		err = errors.Join(err, one())
	}
	return err
}

// places finds out where there is anything to erase from. The state comes first: whoever
// has a vehicle in memory gives it up before the rest is looked at.
func (c *eraseCmd) places(ctx context.Context, cfg config.Config, out *terminal) (_ *places, err error) {
	p := &places{said: newSaying(out)}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if c.Config != "" {
		if err := p.kafka(cfg, c.Collision != ""); err != nil {
			return nil, err
		}
		if err := p.clickhouse(ctx, cfg.Store.ClickHouse, c.NoWait); err != nil {
			return nil, err
		}
	}
	for _, path := range append([]string{cfg.Store.SQLite}, c.Store...) {
		if err := p.sqlite(ctx, path, c.NoWait, c.DryRun); err != nil {
			return nil, err
		}
	}
	for _, s := range p.states {
		s.Stores = p.months
	}
	if len(c.Capture) > 0 {
		p.steps = append(p.steps, &erase.Captures{Paths: c.Capture, Say: p.said.say})
	}
	return p, nil
}

// sqlite adds an embedded store; one that is not there is told of.
func (p *places) sqlite(ctx context.Context, path string, noWait, dry bool) error {
	if path == "" {
		return nil
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		whole, err := filepath.Abs(path)
		p.steps = append(p.steps, &erase.Missing{Name: whole})
		return err
	}
	open := sqlite.Open
	if dry {
		open = sqlite.OpenExisting // which brings no tables up to date
	}
	store, err := open(ctx, path)
	if err != nil {
		return err
	}
	p.closers, p.months = append(p.closers, store.Close), append(p.months, store)
	p.steps = append(p.steps, &erase.Store{Name: path, To: store, Say: p.said.say, LeavePurge: noWait})
	return nil
}

// untouched names what the erasure of one collision leaves alone.
func (p *places) untouched(cfg config.Config) {
	const again = "it keeps what later data needs to revise the collision, its places too where these may be told, " +
		"until the vehicle sends anything a week later; --vehicle erases it"
	p.steps = append(p.steps, &erase.Untouched{Kind: erase.KindState, Name: stateLocation(cfg.State), Why: again})
	for _, in := range cfg.Telemetry {
		p.steps = append(p.steps, &erase.Untouched{Kind: erase.KindTelemetry, Name: in.Topic,
			Why: "it holds what the vehicle sent; --vehicle says when that ends"})
	}
}

// kafka adds the state, and the topics of the settings; for one collision the topics that
// tell of it alone. There is no topic of settings of vehicles and accounts yet; it will
// join the others here.
func (p *places) kafka(cfg config.Config, one bool) error {
	to, err := connected(cfg)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, func() error { to.close(); return nil })
	brokers, identity := erase.NewCluster(to.rt, to.brokers.Addr()), decode.Identity{Key: []byte(cfg.Identity.VINKey)}
	topics := func(kind string, names ...string) {
		for _, name := range names {
			if name != "" {
				p.steps = append(p.steps, &erase.Topic{Kind: kind, Name: name, Cluster: brokers, Identity: identity, Now: time.Now, Say: p.said.say})
			}
		}
	}
	told := []string{cfg.Factors.Topic}
	for _, t := range cfg.Alerts.Topics() {
		told = append(told, t.Topic)
	}
	if one {
		topics(erase.KindOutcomes, cfg.Outcomes.Topic)
		topics(erase.KindAlerts, told...)
		p.untouched(cfg)
		return nil
	}
	state, err := p.state(cfg, brokers)
	if err != nil {
		return err
	}
	topics(erase.KindProfiles, cfg.Profiles.Topic)
	topics(erase.KindOutcomes, cfg.Outcomes.Topic)
	topics(erase.KindAlerts, told...)
	topics(erase.KindDeadLetters, cfg.DeadLetters.Topic)
	for _, in := range cfg.Telemetry {
		p.steps = append(p.steps, &erase.Telemetry{Name: in.Topic, Cluster: brokers, Identity: identity, Offsets: state.Offsets, Group: cfg.Kafka.Group, Now: time.Now, Say: p.said.say})
	}
	return nil
}

// state adds the snapshots, if there are any.
func (p *places) state(cfg config.Config, brokers *erase.Cluster) (*erase.State, error) {
	state := &erase.State{Owner: owner(), Say: p.said.say, Patience: 2*cfg.State.Every + time.Minute, Every: cfg.State.Every,
		Owned: func(ctx context.Context, k snapshot.Key) (bool, error) { return brokers.Owned(ctx, cfg.Kafka.Group, k) }}
	if cfg.State.S3.Bucket == "" {
		if _, err := os.Stat(cfg.State.Dir); errors.Is(err, fs.ErrNotExist) {
			return state, nil
		}
	}
	var err error
	if state.Store, err = openState(cfg.State); err != nil {
		return nil, fmt.Errorf("open the state: %w", err)
	}
	p.steps, p.states = append(p.steps, state), append(p.states, state)
	return state, nil
}
