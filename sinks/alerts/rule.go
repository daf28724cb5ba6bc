package alerts

import (
	"slices"
	"time"

	"milepost/outcome"
)

// Verdict says whether a revision is told to a receiver, or why not.
type Verdict string

// The verdicts.
const (
	Told           Verdict = "told"
	BelowThreshold Verdict = "below_threshold" // not sure enough for this receiver, and never was
	Unchanged      Verdict = "unchanged"       // nothing that it is shown differs from the revision before
	NoConsent      Verdict = "no_consent"
	Late           Verdict = "late"  // the vehicle was out of reach when it happened
	Stale          Verdict = "stale" // the collision is older than Expiry
	Old            Verdict = "old"   // it was reported longer ago than Rule.Within: an old topic is read again
)

// Withheld are the verdicts by which nothing is told.
func Withheld() []Verdict {
	return []Verdict{BelowThreshold, Unchanged, NoConsent, Late, Stale, Old}
}

// Rule says who is told what.
type Rule struct {
	// Within is how long ago the record behind a revision may have arrived.
	Within time.Duration
}

// Judge says whether a receiver is told of a revision at a time. It is never told of a
// revision that shows it nothing new; whoever was told of more is told of less, too.
func (r Rule) Judge(to Receiver, c *outcome.Collision, now time.Time) Verdict {
	t, ok := termsOf(to)
	switch {
	case !ok || !c.HighestConfidence.AtLeast(t.least):
		return BelowThreshold
	case !t.news(c):
		return Unchanged
	case t.consent != "" && !slices.Contains(c.Consents, t.consent):
		return NoConsent
	case c.Late && !t.late:
		return Late
	case now.Sub(c.ReportedAt.Std()) > r.Within:
		return Old
	case t.expiry > 0 && now.Sub(c.At.Std()) > t.expiry:
		return Stale
	}
	return Told
}

// news reports whether a revision shows the receiver what the one before did not.
func (t terms) news(c *outcome.Collision) bool {
	changed := func(p outcome.Part) bool { return slices.Contains(c.Changed, p) }
	switch {
	case t.withdraws(c):
		// It was sure enough once. It fell below just now, or the record is withdrawn now.
		return changed(outcome.PartConfidence) || c.State == outcome.Withdrawn
	case c.Revision == 1:
		return true
	}
	return slices.ContainsFunc(t.sees, changed)
}

// withdraws reports whether a message takes back what was told before.
func (t terms) withdraws(c *outcome.Collision) bool {
	return c.State == outcome.Withdrawn || !c.Confidence.AtLeast(t.least)
}
