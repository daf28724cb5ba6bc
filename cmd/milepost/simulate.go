package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"milepost/fixtures"
	"milepost/fleet"
	"milepost/ingest/uplink"
)

type simulateCmd struct {
	clusterFlags
	Vehicles int    `default:"100" help:"Vehicles of the fleet (${default}). Each takes some 0.7 MB of memory."`
	Days     int    `default:"1" help:"Local days to simulate (${default})."`
	From     string `placeholder:"YYYY-MM-DD" help:"The first day. By default the days end with the last whole one, so that nothing is too old."`
	Seed     uint64 `default:"1" help:"Another seed is another fleet (${default})."`

	Rate         int     `default:"10" help:"Samples of speed a second: 1, 5 or 10 (${default}). Position and energy come once a second."`
	MotionHz     *int    `name:"motion-hz" placeholder:"N" help:"Samples of acceleration a second: 0, 10, 50 or 100. By default 10; 100 where vehicles crash."`
	Crashes      float64 `placeholder:"N" help:"Let vehicles crash, N times in 1,000 km in the mean, at most 1000; half of them consent to a care centre. One that is badly hit does not drive again. By default none does. Past days wake few: the vehicle is told within 5 minutes, others within a day, so use --live."`
	FrameSeconds int     `default:"1" help:"Seconds a record of a streaming vehicle covers: 1 to 60 (${default})."`

	Speedup          float64 `xor:"pace" placeholder:"X" help:"Write at X times the pace at which records arrived: at least 1."`
	AsFastAsPossible bool    `xor:"pace" help:"Write without waiting, which is the default."`
	Live             bool    `xor:"pace" help:"Simulate today: write what has arrived by now at once, and what follows when it arrives."`

	Topic       string  `placeholder:"NAME" help:"Topic of telemetry; by default as the settings say, vehicle.telemetry."`
	Profiles    *string `placeholder:"NAME" help:"Topic of what is known of the vehicles; by default as the settings say, vehicle.profiles. Empty for none."`
	CreateTopic bool    `help:"Create the topics where they are missing: stamped by the producer (CreateTime) and kept for ever."`
	Partitions  int     `default:"8" help:"Partitions of the topics to create (${default})."`
	Roads       string  `type:"path" placeholder:"FILE" help:"Write the map of the simulated world to FILE, for --roads of run and replay."`
	Truth       string  `type:"path" placeholder:"FILE.jsonl" help:"Write what really happened, a line a trip."`
}

// Validate checks the flags that go together.
func (c *simulateCmd) Validate() error {
	switch {
	case c.Speedup != 0 && c.Speedup < 1:
		return fmt.Errorf("--speedup is %v: must be at least 1", c.Speedup)
	case c.Live && c.From != "":
		return errors.New("--live simulates from today on: leave --from out")
	case c.Partitions < 1:
		return fmt.Errorf("--partitions is %d: must be at least 1", c.Partitions)
	}
	return nil
}

// Run writes the fleet's records to Kafka.
func (c *simulateCmd) Run(ctx context.Context, out *terminal) (err error) {
	cfg, err := c.world(time.Now())
	if err != nil {
		return usageError{err}
	}
	simulated, err := fixtures.New(cfg)
	if err != nil {
		return usageError{err}
	}
	if err := c.writeRoads(simulated); err != nil {
		return err
	}
	truth, err := createTruth(c.Truth)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, truth.close()) }()
	to, err := c.open()
	if err != nil {
		return err
	}
	defer to.close()
	if err := c.prepare(ctx, to.client(), cfg.From, out); err != nil {
		return err
	}
	w := uplink.NewWriter(to.rt, to.brokers.Addr())
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := c.writeProfiles(ctx, w, simulated, cfg.From); err != nil {
		return err
	}
	if err := c.writeFrames(ctx, w, simulated, cfg, out); err != nil {
		return err
	}
	return truth.write(simulated)
}

// open connects, and settles which topics are written.
func (c *simulateCmd) open() (*cluster, error) {
	to, err := c.connect("milepost-simulate")
	if err != nil {
		return nil, err
	}
	if c.Topic == "" {
		for _, in := range to.settings.Telemetry {
			if in.Format == "milepost-protobuf" || in.Format == "by-header" {
				c.Topic = in.Topic
				break
			}
		}
	}
	if c.Topic == "" {
		return nil, usageError{fmt.Errorf("%s names no topic that takes milepost-protobuf: name one with --topic", c.Config)}
	}
	if c.Profiles == nil {
		c.Profiles = &to.settings.Profiles.Topic
	}
	return to, nil
}

// oldestArrival is how long after a day's end its last records may arrive.
const oldestArrival = 6 * time.Hour

// world is what to simulate, at a time of day.
func (c *simulateCmd) world(now time.Time) (fixtures.Config, error) {
	cfg := fixtures.Config{Seed: c.Seed, Vehicles: c.Vehicles, Days: c.Days, Zone: demoZone,
		MotionHz: c.motionHz(), SpeedHz: c.Rate, FrameSeconds: c.FrameSeconds, CrashesPer1000Km: c.Crashes}
	zone, err := time.LoadLocation(cfg.Zone)
	if err != nil {
		return cfg, fmt.Errorf("simulate: zone %s: %w", cfg.Zone, err)
	}
	switch {
	case c.Live:
		cfg.From = midnight(now.In(zone), 0)
	case c.From == "":
		cfg.From = midnight(now.Add(-oldestArrival).In(zone), -c.Days)
	default:
		if cfg.From, err = time.ParseInLocation(time.DateOnly, c.From, zone); err != nil {
			return cfg, fmt.Errorf("--from is %q: must be a day, YYYY-MM-DD", c.From)
		}
		if end := midnight(cfg.From, c.Days); end.After(now) {
			return cfg, fmt.Errorf("--from %s and --days %d end on %s, in the future: brokers refuse records from there",
				c.From, c.Days, end.Format(time.DateOnly))
		}
	}
	return cfg, nil
}

// motionHz is the rate asked for; by default one at which collisions are told well
// where vehicles crash.
func (c *simulateCmd) motionHz() int {
	switch {
	case c.MotionHz != nil:
		return *c.MotionHz
	case c.Crashes > 0:
		return crashHz
	}
	return calmHz
}

// midnight is the beginning of a local day, some days after that of t.
func midnight(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, t.Location())
}

// writeProfiles writes what is known of each vehicle.
func (c *simulateCmd) writeProfiles(ctx context.Context, w *uplink.Writer, simulated *fixtures.Fleet, from time.Time) error {
	if *c.Profiles == "" {
		return nil
	}
	for i := range simulated.Vehicles() {
		p := simulated.Vehicle(i).Profile()
		value, err := json.Marshal(knownProfile{p.VehicleID, []fleet.Profile{p}})
		if err == nil {
			err = w.Profile(ctx, *c.Profiles, p.VehicleID, from, value)
		}
		if err != nil {
			return fmt.Errorf("write the profile of vehicle %d: %w", i, err)
		}
	}
	return w.Flush(ctx)
}

// knownProfile is the value of a profile's record: what is known, and from when on.
type knownProfile struct {
	VehicleID string          `json:"vehicle_id"`
	History   []fleet.Profile `json:"history"`
}

// writeFrames writes all frames in the order of arrival, at the pace asked for,
// and says what it wrote.
func (c *simulateCmd) writeFrames(ctx context.Context, w *uplink.Writer, simulated *fixtures.Fleet, cfg fixtures.Config, out *terminal) (err error) {
	began, before := time.Now(), w.Stats()
	pace := newPacer(c.Speedup, c.Live)
	bar := newProgress(out, int(midnight(cfg.From, c.Days).Sub(cfg.From).Seconds()), "simulating")
	done, seconds := cfg.From.Unix(), int64(0)
	for f := range simulated.Frames() {
		if wait := pace.until(f.Arrived, time.Now()); wait > 0 {
			err = errors.Join(w.Flush(ctx), sleep(ctx, wait))
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			break
		}
		if err = w.Frame(ctx, c.Topic, f); err != nil {
			break
		}
		seconds += max((f.End()-f.Start+999_999)/1_000_000, 1)
		if at := f.Arrived / 1_000_000; at > done {
			bar.add(int(at - done))
			done = at
		}
	}
	if err == nil {
		err = w.Flush(ctx)
	}
	bar.finish()
	stats := w.Stats()
	s := newWritten(stats.Records-before.Records, seconds, stats.Bytes-before.Bytes, time.Since(began), err != nil)
	return errors.Join(err, s.print(out.Stderr))
}
