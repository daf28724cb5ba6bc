package fleet

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/outcome"
)

func at(t *testing.T, text string) Instant {
	t.Helper()
	var i Instant
	if err := i.UnmarshalText([]byte(text)); err != nil {
		t.Fatal(err)
	}
	return i
}

func TestCovers(t *testing.T) {
	policy := Policy{ID: "p", Product: outcome.ProductUBI, From: "2026-01-01"}
	renewed := policy
	renewed.Table = "own/2"
	yes := Profile{VehicleID: "v", Zone: "Europe/Madrid", Account: "a", Consents: []string{"insurance"}, Policies: []Policy{policy}}
	no, gone, other := yes, yes, yes
	no.Consents, gone.Policies, other.Policies, other.Account = nil, nil, []Policy{renewed}, "b"
	from := func(p Profile, text string) Profile {
		p.From = at(t, text)
		return p
	}
	for name, c := range map[string]struct {
		profiles []Profile
		want     []Cover
	}{
		"nothing known": {nil, nil},
		"never given":   {[]Profile{no}, nil},
		"for ever":      {[]Profile{yes}, []Cover{{From: "1970-01-01", Policy: &policy, Account: "a"}}},
		"withdrawn in the local night": {[]Profile{yes, from(no, "2026-03-09T23:30:00Z")},
			[]Cover{{From: "1970-01-01", To: "2026-03-11", EndedBy: outcome.EndedByConsent, Policy: &policy, Account: "a"}}},
		"given again that day, and the table changed later": {[]Profile{yes, from(no, "2026-03-09T08:00:00Z"), from(yes, "2026-03-09T10:00:00Z"), from(other, "2026-05-01T00:00:00Z")},
			[]Cover{{From: "1970-01-01", To: "2026-03-10", EndedBy: outcome.EndedByConsent, Policy: &policy, Account: "a"}, {From: "2026-03-10", Policy: &renewed, Account: "b"}}},
		"left out of a profile": {[]Profile{yes, from(gone, "2026-03-09T08:00:00Z")},
			[]Cover{{From: "1970-01-01", To: "2026-03-10", EndedBy: outcome.EndedByPolicy, Policy: &policy, Account: "a"}}},
	} {
		h := History{VehicleID: "v", Profiles: c.profiles}
		if diff := cmp.Diff(c.want, h.Covers("p", outcome.ProductUBI)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if other := h.Covers("p", outcome.ProductFHI); other != nil {
			t.Errorf("%s: another product is covered: %v", name, other)
		}
	}
}

func TestPeriodOfAPolicy(t *testing.T) {
	for _, c := range []struct {
		name     string
		cover    Cover
		date     string
		months   int
		from, to string
		by       outcome.EndedBy
		no       bool
	}{
		{name: "the first year", cover: Cover{Policy: &Policy{From: "2026-03-15"}}, date: "2027-03-14", months: 12, from: "2026-03-15", to: "2027-03-15"},
		{name: "the second", cover: Cover{Policy: &Policy{From: "2026-03-15"}}, date: "2027-03-15", months: 12, from: "2027-03-15", to: "2028-03-15"},
		{name: "months from the last of one", cover: Cover{Policy: &Policy{From: "2026-01-31"}}, date: "2026-02-28", months: 1, from: "2026-02-28", to: "2026-03-31"},
		{name: "a quarter from a leap day", cover: Cover{Policy: &Policy{From: "2024-02-29"}}, date: "2025-02-28", months: 3, from: "2025-02-28", to: "2025-05-29"},
		{name: "the policy ends", cover: Cover{Policy: &Policy{From: "2026-01-01", To: "2026-06-10"}}, date: "2026-06-09", months: 12, from: "2026-01-01", to: "2026-06-10", by: outcome.EndedByPolicy},
		{name: "it ends with a period", cover: Cover{Policy: &Policy{From: "2026-01-01", To: "2027-01-01"}}, date: "2026-06-09", months: 12, from: "2026-01-01", to: "2027-01-01"},
		{name: "after it", cover: Cover{Policy: &Policy{From: "2026-01-01", To: "2026-06-10"}}, date: "2026-06-10", months: 12, no: true},
		{name: "before it", cover: Cover{Policy: &Policy{From: "2026-01-01"}}, date: "2025-12-31", months: 12, no: true},
		{name: "consent given and withdrawn within", cover: Cover{From: "2026-02-03", To: "2026-04-05", EndedBy: outcome.EndedByConsent, Policy: &Policy{From: "2026-01-01"}},
			date: "2026-04-04", months: 12, from: "2026-02-03", to: "2026-04-05", by: outcome.EndedByConsent},
		{name: "after consent", cover: Cover{From: "2026-02-03", To: "2026-04-05", Policy: &Policy{From: "2026-01-01"}}, date: "2026-04-05", months: 12, no: true},
	} {
		from, to, by, ok := c.cover.Period(c.date, c.months)
		if from != c.from || to != c.to || by != c.by || ok == c.no {
			t.Errorf("%s: from %s to %s, ended by %q, %t", c.name, from, to, by, ok)
		}
	}
}

// Periods follow one another without a gap: each date is in one, that of the next date is
// the same or begins on it.
func TestPeriodsFollowOneAnother(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := func(n int) string { return time.Unix(int64(n)*86400, 0).UTC().Format(time.DateOnly) }
		start := rapid.IntRange(0, 30000).Draw(t, "start")
		c := Cover{Policy: &Policy{From: day(start)}}
		months := rapid.SampledFrom([]int{1, 3, 12}).Draw(t, "months")
		n := start + rapid.IntRange(0, 5000).Draw(t, "day")
		from, to, _, ok := c.Period(day(n), months)
		next, _, _, _ := c.Period(day(n+1), months)
		if !ok || from > day(n) || to <= day(n) || next != from && (next != day(n+1) || to != next) {
			t.Fatalf("%s is in %s to %s, the next day in one from %s", day(n), from, to, next)
		}
	})
}
