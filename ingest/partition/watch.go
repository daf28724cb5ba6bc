package partition

import (
	"slices"
	"time"

	"milepost/ingest/cars"
	"milepost/ingest/decode"
	"milepost/ingest/raw"
	"milepost/metrics"
	"milepost/outcome"
)

// Watch is where a partition's numbers go.
type Watch struct {
	All    *metrics.Metrics
	Own    *metrics.Partition
	Health *metrics.Health
	Key    metrics.Key

	counts        cars.Counts // as last told
	hidden        int64
	withheld      int64
	ignored       int64
	lostPieces    int64
	unknownTables int64
	drops         map[string]int64
	lost          decode.Losses
	records       int64
	awake, packed int
}

func (w *Watch) phase(p Phase) {
	if w.Own.State(p.String()); p == Gone {
		w.Own.Forget()
	}
	w.Health.State(w.Key, p.String())
}

// reads is how many records of one fetch are used before that is told: identical ones are
// packed so well that a fetch of a megabyte can hold minutes of work.
const reads = 256

// reading tells how far a fetch is used, now and then.
func (w *Watch) reading(records int64) {
	if records-w.records >= reads {
		w.read(records)
	}
}

// read tells that so many records were used since the start.
func (w *Watch) read(records int64) {
	w.Health.Progress(w.Key)
	w.All.Records.WithLabelValues(w.Key.Topic).Add(float64(records - w.records))
	w.records = records
}

// fetched tells what one fetch brought and what came of it.
func (w *Watch) fetched(x *raw.Fetched, p *Partition, newest int64) {
	w.read(p.records)
	lag := max(0, x.HighWatermark-x.Next)
	w.Own.LagRecords.Set(float64(lag))
	if lag == 0 {
		w.Own.LagSeconds.Set(0)
	} else if newest > 0 {
		w.Own.LagSeconds.Set(max(0, p.to.Now().Sub(time.UnixMicro(newest)).Seconds()))
	}
	w.frames(p.cars.Counts())
	w.fleet(p.cars)
}

// frames tells how far the counts have moved on.
func (w *Watch) frames(now cars.Counts) {
	m, was := w.All, w.counts
	m.Samples.Add(float64(now.Samples - was.Samples))
	m.CarSeconds.Add(float64(now.CarSeconds - was.CarSeconds))
	m.Duplicates.Add(float64(now.Duplicates - was.Duplicates))
	m.MissingFrames.Add(float64(now.Missing - was.Missing))
	m.LateFrames.WithLabelValues(metrics.Amended).Add(float64(now.Amending - was.Amending))
	m.LateFrames.WithLabelValues(metrics.DeadLettered).Add(float64(now.TooLate - was.TooLate))
	w.counts = now
}

// fleet tells the vehicles in memory, of which this partition has a share.
func (w *Watch) fleet(c *cars.Cars) {
	awake, packed := c.Count()
	w.share(awake, packed)
	w.All.PositionsHidden.Add(float64(c.Scratch.Hidden - w.hidden))
	w.All.TripsWithheld.Add(float64(c.Scratch.Withheld - w.withheld))
	w.All.AlarmsIgnored.Add(float64(c.Scratch.IgnoredAlarms - w.ignored))
	w.All.PiecesLost.Add(float64(c.Scratch.LostPieces - w.lostPieces))
	w.All.TablesUnknown.Add(float64(c.Scratch.UnknownTables - w.unknownTables))
	w.unknownTables = c.Scratch.UnknownTables
	w.hidden, w.withheld = c.Scratch.Hidden, c.Scratch.Withheld
	w.ignored, w.lostPieces = c.Scratch.IgnoredAlarms, c.Scratch.LostPieces
}

func (w *Watch) share(awake, packed int) {
	w.All.Vehicles.WithLabelValues(metrics.Live).Add(float64(awake - w.awake))
	w.All.Vehicles.WithLabelValues(metrics.Packed).Add(float64(packed - w.packed))
	w.awake, w.packed = awake, packed
}

// values tells which values were dropped; it walks long tables, so it is called once
// a checkpoint.
func (w *Watch) values(p *Partition) {
	if w.drops == nil {
		w.drops = map[string]int64{}
	}
	now := map[string]int64{}
	for _, d := range p.cars.Scratch.Drops.Report() {
		now[d.Reason] += d.Count
	}
	for reason, n := range now {
		w.All.ValuesDropped.WithLabelValues(reason).Add(float64(n - w.drops[reason]))
	}
	w.drops = now
	for i, n := range p.to.Decoder.Lost {
		if n > w.lost[i] {
			w.All.ValuesDropped.WithLabelValues(decode.Loss(i).String()).Add(float64(n - w.lost[i]))
		}
	}
	w.lost = p.to.Decoder.Lost
}

func (w *Watch) gap(records int64) {
	w.All.OffsetGaps.Inc()
	w.All.OffsetGapRecords.Add(float64(records))
}

func (w *Watch) refused(class string, decoding bool) {
	if decoding {
		w.All.DecodeErrors.WithLabelValues(class).Inc()
	}
	w.All.DeadLetters.WithLabelValues(class).Inc()
}

func (w *Watch) outcomes(out []outcome.Outcome) {
	for _, o := range out {
		w.All.Outcomes.WithLabelValues(string(o.Head().Type)).Inc()
		switch o := o.(type) {
		case *outcome.Collision:
			w.collision(o)
		case *outcome.Trip:
			w.trip(o)
			w.advice(o)
		case *outcome.Factor:
			if o.Stage == outcome.FactorIssued && o.State != outcome.Withdrawn {
				w.All.FactorsIssued.WithLabelValues(string(o.Product)).Inc()
			}
		}
	}
}

// advice counts a trip's tip, once.
func (w *Watch) advice(t *outcome.Trip) {
	if t.Revision == 1 && t.Coaching != nil && t.Coaching.Advice != nil {
		w.All.Advice.WithLabelValues(string(t.Coaching.Advice.Cause)).Inc()
	}
}

// trip tells how a trip's route came about.
func (w *Watch) trip(t *outcome.Trip) {
	if t.State == outcome.Withdrawn {
		return
	}
	answer := metrics.NoMap
	if t.Receipt.Map != nil {
		answer = metrics.OnMap
	} else if slices.Contains(t.Receipt.Flags, "map_not_reached") {
		answer = metrics.NotReached
	}
	w.All.TripsOnRoads.WithLabelValues(answer).Inc()
	matched, estimated := t.Receipt.Distances["matched"], t.Receipt.Distances["estimated"]
	w.All.RouteMetres.WithLabelValues(string(outcome.PartMatched)).Add(max(0, matched))
	w.All.RouteMetres.WithLabelValues(string(outcome.PartEstimated)).Add(max(0, estimated))
	w.All.RouteMetres.WithLabelValues(string(outcome.PartRaw)).Add(max(0, t.DistanceM-matched-estimated))
	if t.Route == nil {
		return
	}
	for _, p := range t.Route.Parts {
		if p.Source == outcome.PartHidden {
			w.All.BlankStretches.Inc()
		}
	}
}

func (w *Watch) collision(c *outcome.Collision) {
	if c.Revision == 1 {
		w.All.Collisions.WithLabelValues(string(c.Confidence), metrics.First).Inc()
	}
	if c.State == outcome.Final {
		w.All.Collisions.WithLabelValues(string(c.Confidence), metrics.Last).Inc()
	}
}

func (w *Watch) checkpoint(c written, now time.Time) {
	if c.err != nil {
		w.All.CheckpointFailures.Inc()
		return
	}
	w.All.CheckpointDuration.Observe(now.Sub(c.began).Seconds())
	w.All.CheckpointBytes.Observe(float64(c.bytes))
	w.Own.Checkpointed(now)
}
