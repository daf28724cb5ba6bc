package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"milepost/outcome"
	"milepost/scoring"
	"milepost/scoring/insurance"
	"milepost/scoring/tables"
	"milepost/sinks/read"
	"milepost/sinks/sqlite"
)

// Whatever a simulated fleet leaves in a store is explained, within a terminal's width,
// and is what its receipts give.
func TestEverythingInAStoreIsExplained(t *testing.T) {
	path, _ := demoStore(t, "store.db", "--cars", "3", "--days", "6")
	store, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	explained, vehicle := map[outcome.Type]int{}, ""
	err = store.Outcomes(t.Context(), read.Range{}, func(o outcome.Outcome) error {
		of := o.Head().Type
		switch of {
		case outcome.TypeTrip, outcome.TypeMonth, outcome.TypeCharge, outcome.TypeFactor:
		default:
			return nil
		}
		if explained[of]++; explained[of] > 12 {
			return nil
		}
		if of == outcome.TypeMonth {
			vehicle = o.Head().VehicleID
		}
		for i, line := range strings.Split(milepost(t, "explain", string(of), o.Head().ID[:12], "--store", path), "\n") {
			if n := utf8.RuneCountInString(line); n > 80 || strings.HasSuffix(line, " ") {
				t.Errorf("%s %s: line %d has %d columns or ends in a blank: %q", of, o.Head().ID, i+1, n, line)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []outcome.Type{outcome.TypeTrip, outcome.TypeMonth, outcome.TypeCharge, outcome.TypeFactor} {
		if explained[of] == 0 {
			t.Errorf("the store has no %s", of)
		}
		args := []string{"explain", string(of), latest, "--store", path}
		if of == outcome.TypeMonth {
			args = append(args, "--vehicle", vehicle)
		}
		milepost(t, args...)
	}
}

// Every number of a receipt has its meaning.
func TestNumbersHaveMeanings(t *testing.T) {
	path, _ := demoStore(t, "store.db", "--cars", "3", "--days", "6")
	store, err := sqlite.OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	unknown := map[string]bool{}
	look := func(in ...map[string]float64) {
		for _, m := range in {
			for name := range m {
				unknown[name] = meaningOf(name) == ""
			}
		}
	}
	err = store.Outcomes(t.Context(), read.Range{}, func(o outcome.Outcome) error {
		switch o := o.(type) {
		case *outcome.Trip:
			look(o.Receipt.Inputs, o.Receipt.Thresholds)
			for _, l := range append(speedingSection(o).lines, driveSection(o).lines...) {
				unknown[l.name] = l.meaning == ""
			}
			if o.Coaching != nil {
				look(o.Coaching.Inputs, o.Coaching.Thresholds)
			}
		case *outcome.Month:
			look(o.Inputs)
		case *outcome.Charge:
			look(o.Inputs, o.Thresholds)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []outcome.Product{outcome.ProductUBI, outcome.ProductFHI, outcome.ProductPHI} {
		look(policyYear(t, p).Receipt.Inputs)
	}
	for name, is := range unknown {
		if is {
			t.Errorf("explain does not say what %s means", name)
		}
	}
}

// policyYear is a factor of a policy year by the product's default table.
func policyYear(t *testing.T, p outcome.Product) *outcome.Factor {
	t.Helper()
	table, ok := tables.Defaults().Find("", p)
	if !ok {
		t.Fatalf("no default table of %s", p)
	}
	f := insurance.Compute(&insurance.Period{
		Sums: insurance.Share{Trips: 900, Distance: 120_000_000, Driving: 950_000_000, Observed: 118_000_000, Lateral: 118_000_000,
			Brakings: 210, Accelerations: 330, Corner: 120, LimitKnown: 90_000_000, Over: [3]int64{9_000_000, 1_500_000, 200_000},
			EngineKnown: 120_000_000, Electric: 55_000_000},
		Days: 280, ChargingDays: 110, ElectricRangeKm: 60,
		LeftOut: []outcome.LeftOut{{Reason: "no_consent", Exposure: outcome.Exposure{Trips: 3, DistanceM: 31_000, DrivingS: 2700}}},
	}, table)
	at := outcome.Time(1_767_225_600_000_000)
	f.Header = outcome.Header{Type: outcome.TypeFactor, ID: outcome.ID("car", "factor/"+string(p)+"/policy-1", at), VehicleID: "car", At: at, Revision: 1}
	f.State, f.Stage, f.PolicyID, f.From, f.To = outcome.Final, outcome.FactorIssued, "policy-1", "2026-01-01", "2027-01-01"
	return &f
}

// madeTrip is a trip whose numbers are made up, and whose score follows from them.
func madeTrip() *outcome.Trip {
	at := outcome.Time(1_788_250_350_000_000)
	in := scoring.Inputs{Intensities: scoring.Intensities{JudgedM: 11_900, Acceleration: 0.08, Braking: 0.012}, DistanceM: 12_000}
	p := scoring.Performance(in)
	return &outcome.Trip{
		Header: outcome.Header{Type: outcome.TypeTrip, ID: outcome.ID("car", "trip", at), VehicleID: "car", At: at, Revision: 1},
		State:  outcome.Final, StartedAt: at, EndedAt: at + 1_200_000_000, Zone: "Europe/Berlin", LocalDate: "2026-09-01",
		DistanceM: 12_000, DistanceSource: "odometer", DurationS: 1200, DrivingS: 1100, Scores: outcome.Scores{Performance: &p},
		Receipt: outcome.Receipt{Method: scoring.Method, Inputs: in.ReceiptInputs(), Thresholds: map[string]float64{"event_weight": 0.2}, Events: "default/1",
			Distances: map[string]float64{"odometer": 12_000, "speed": 11_990}, Flags: []string{"tunnels_1"},
			Tracks: []outcome.TrackSpan{{Track: "speed", From: at, To: at + 1_200_000_000, Samples: 1200, RateHz: 1, Gaps: 1, GapS: 12}},
			Map:    &outcome.MapReceipt{Method: "route/1", Service: "file", Version: "0123456789abcdef"}},
	}
}

// explainedStore is a store of one fact.
func explainedStore(t *testing.T, o outcome.Outcome) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "store.db")
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Write(t.Context(), []outcome.Outcome{o}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExplanationOfATrip(t *testing.T) {
	o := madeTrip()
	golden(t, "explain_trip", milepost(t, "explain", "trip", o.ID[:6], "--store", explainedStore(t, o)))
}

func TestFactorsAreExplained(t *testing.T) {
	for _, p := range []outcome.Product{outcome.ProductUBI, outcome.ProductFHI, outcome.ProductPHI} {
		o := policyYear(t, p)
		out := milepost(t, "explain", "factor", o.ID, "--store", explainedStore(t, o))
		if got, want := strings.Count(out, "safety_part") > 1, p != outcome.ProductUBI; got != want {
			t.Errorf("%s: its safety part is told beside what was recomputed: %v, want %v:\n%s", p, got, want, out)
		}
		for _, none := range []string{" policy_id\n", " stage\n", " from\n"} {
			if strings.Contains(out, none) {
				t.Errorf("%s: %q has no values:\n%s", p, none, out)
			}
		}
		for _, want := range []string{o.Table, "Component speeding", "no_consent", "issued", "weighted_braking_events", "Terms: the table"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: the explanation has no %q:\n%s", p, want, out)
			}
		}
		for _, line := range strings.Split(out, "\n") {
			if utf8.RuneCountInString(line) > 80 {
				t.Errorf("%s: %q is too long", p, line)
			}
		}
	}
}

// What is not what its receipt gives is shown, and the command fails.
func TestWhatDiffersFails(t *testing.T) {
	trip, factor := madeTrip(), policyYear(t, outcome.ProductUBI)
	trip.Scores.Performance.Braking++
	cheaper := *factor.Factor - 0.01
	factor.Factor = &cheaper
	month := &outcome.Month{Header: outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID("car", "month/", 7), VehicleID: "car", At: 7, Revision: 1},
		State: outcome.Final, Month: "1970-01", Trips: 1, DistanceM: 1000, Method: scoring.Method, Days: []outcome.Day{},
		Inputs: map[string]float64{"trips": 1, "distance_dm": 9990, "duration_ms": 0, "score_tenths_dm": 0, "acceleration_tenths_dm": 0,
			"braking_tenths_dm": 0, "driving_ds": 0, "idle_ds": 0, "night_ds": 0}}
	for name, o := range map[string]outcome.Outcome{"braking": trip, "factor": factor, "distance_m": month} {
		h := o.Head()
		path := explainedStore(t, o)
		code, stdout, stderr := invoke(t.Context(), "explain", string(h.Type), h.ID, "--store", path)
		if code != exitFailed || !strings.Contains(stderr, "differ in") || !strings.Contains(stdout, "DIFFERS") {
			t.Errorf("%s: exit %d, %q:\n%s", h.Type, code, stderr, stdout)
		}
		code, stdout, _ = invoke(t.Context(), "explain", string(h.Type), h.ID, "--store", path, "--json")
		var e struct {
			Agrees bool
			Checks []recheck
		}
		if err := json.Unmarshal([]byte(stdout), &e); err != nil || code != exitFailed || e.Agrees {
			t.Fatalf("%s: exit %d, agrees %v, %v", h.Type, code, e.Agrees, err)
		}
		found := false
		for _, c := range e.Checks {
			for _, f := range c.Fields {
				found = found || f.Name == name && !f.Same
			}
		}
		if !found {
			t.Errorf("%s: %s does not differ in %+v", h.Type, name, e.Checks)
		}
	}
}

// A number that was changed in a receipt, or one from which nothing can be computed, is no
// receipt of its method.
func TestADamagedReceiptFails(t *testing.T) {
	reference, lacks, terms := madeTrip(), madeTrip(), policyYear(t, outcome.ProductUBI)
	reference.Receipt.Thresholds = scoring.ReceiptThresholds()
	reference.Receipt.Thresholds["reference_acceleration"] *= 2
	delete(lacks.Receipt.Inputs, "judged_distance_m")
	terms.Receipt.Terms = map[string]any{"table": "ubi-default/1"}
	for want, o := range map[string]outcome.Outcome{"differ in 1 field": reference, "judged_distance_m": lacks, "damaged: recompute factor": terms} {
		h := o.Head()
		code, out, stderr := invoke(t.Context(), "explain", string(h.Type), h.ID, "--json", "--store", explainedStore(t, o))
		if code != exitFailed || !strings.Contains(stderr, want) || !strings.Contains(out, `"agrees":false`) {
			t.Errorf("%s: exit %d, %q, %s", want, code, stderr, out)
		}
	}
}

// A month of an earlier method has no sums: that they are not there is no difference.
func TestMonthOfAnEarlierMethodIsExplained(t *testing.T) {
	month := &outcome.Month{Header: outcome.Header{Type: outcome.TypeMonth, ID: outcome.ID("car", "month/", 7), VehicleID: "car", At: 7, Revision: 1},
		State: outcome.Final, Month: "1970-01", Trips: 1, DistanceM: 1000, Method: "performance/1", Days: []outcome.Day{}}
	out := milepost(t, "explain", "month", month.ID, "--store", explainedStore(t, month))
	if strings.Count(out, "not possible") != 2 || strings.Contains(out, "DIFFERS") {
		t.Errorf("it is explained as:\n%s", out)
	}
}

// A vehicle's id is whatever an uplink called it: it does not steer a terminal.
func TestAnExplanationSteersNoTerminal(t *testing.T) {
	o := madeTrip()
	o.VehicleID = "car\x1b[2J"
	if out := milepost(t, "explain", "trip", o.ID, "--store", explainedStore(t, o)); strings.Contains(out, "\x1b") {
		t.Errorf("it is explained as %q", out)
	}
}

func TestExplainRefuses(t *testing.T) {
	path := explainedStore(t, madeTrip())
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"trip", "12345"}, exitUsage, "the first six"},
		{[]string{"trip", "123456"}, exitFailed, "holds no trip"},
		{[]string{"factor", madeTrip().ID}, exitFailed, "holds no factor"},
		{[]string{"factor", latest}, exitFailed, "holds no factor"},
		{[]string{"month", latest}, exitFailed, "name it with --vehicle"},
		{[]string{"month", latest, "--vehicle", "nobody"}, exitFailed, "holds no month of vehicle nobody"},
	} {
		code, _, stderr := invoke(t.Context(), append([]string{"explain"}, append(c.args, "--store", path)...)...)
		if code != c.code || !strings.Contains(stderr, c.says) {
			t.Errorf("%v: exit %d, %q", c.args, code, stderr)
		}
	}
	// A receipt of another method is shown, and says why it is not computed again.
	o := madeTrip()
	o.Receipt.Method = "performance/999"
	if out := milepost(t, "explain", "trip", o.ID, "--store", explainedStore(t, o)); !strings.Contains(out, "not possible") {
		t.Errorf("another method:\n%s", out)
	}
}

// Numbers keep their digits, and a name is never cut within a word.
func TestExplainedCells(t *testing.T) {
	for x, want := range map[float64]string{13018294380: "13018294380", -2: "-2", 0.82: "0.82", 2142028.0094: "2142028.009"} {
		if got := shownNumber(x); got != want {
			t.Errorf("%v is shown as %s, want %s", x, got, want)
		}
	}
	for cell, want := range map[string]string{
		"expected_share_earns": "expected_share_\nearns", "charging_earns": "charging_earns", "ms2": "ms2",
	} {
		if got := atJoints(cell, 16); strings.ReplaceAll(got, " ", "") != want {
			t.Errorf("%q is wrapped as %q, want %q", cell, got, want)
		}
	}
}
