package order

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/telemetry"
)

// timedRecord is a record: when it came and happened, in s, and what it says.
type timedRecord struct {
	id       string
	at       int64
	arrived  int64
	speed    float32 // NaN for none
	odometer float64
}

var none32, none64 = float32(math.NaN()), math.NaN()

func (r timedRecord) frame() *telemetry.Frame {
	f := &telemetry.Frame{VehicleID: "car", RecordID: r.id, Arrived: r.arrived * 1e6, Start: r.at * 1e6}
	if telemetry.Known(r.speed) {
		f.Speed = telemetry.Speed{At: []int32{0}, Speed: []float32{r.speed}}
	}
	if telemetry.Known(r.odometer) {
		f.Energy = telemetry.Energy{At: []int32{0}, Odometer: []float64{r.odometer}}
	}
	return f
}

// text is a frame in a line: its sequence and arrival, then what it holds.
func text(f *telemetry.Frame) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d@%d:", f.Sequence, f.Arrived/1e6)
	readings := f.Readings(nil)
	slices.SortFunc(readings, telemetry.Reading.Compare)
	for _, r := range readings {
		p := telemetry.Signals()[r.Signal].Path
		fmt.Fprintf(&b, " %d %s %g", r.At/1e6, p[strings.LastIndexByte(p, '.')+1:], r.Value)
	}
	return b.String()
}

// playTimed pushes records; pops says at which arrival times, in s, Pop is called
// in between beside each Push.
func playTimed(q *Timed, in []timedRecord, pops []int64) (out []string, verdicts map[Verdict]int) {
	verdicts = map[Verdict]int{}
	drain := func(now int64) {
		for f := q.Pop(now); f != nil; f = q.Pop(now) {
			out = append(out, text(f))
		}
	}
	for _, r := range in {
		for len(pops) > 0 && pops[0] <= r.arrived {
			drain(pops[0] * 1e6)
			pops = pops[1:]
		}
		verdicts[q.Push(r.frame())]++
	}
	drain(math.MaxInt64)
	return out, verdicts
}

func TestTimed(t *testing.T) {
	for _, c := range []struct {
		name      string
		in        []timedRecord
		want      []string
		dup, late int
	}{
		{"in order", []timedRecord{{"a", 100, 100, 1, none64}, {"b", 101, 101, 2, none64}},
			[]string{"0@110: 100 Speed 1", "1@111: 101 Speed 2"}, 0, 0},
		{"swapped within the wait", []timedRecord{{"b", 101, 101, 2, none64}, {"a", 100, 109, 1, none64}},
			[]string{"0@111: 100 Speed 1 101 Speed 2"}, 0, 0},
		{"too late", []timedRecord{{"b", 101, 101, 2, none64}, {"a", 100, 111, 1, none64}, {"c", 112, 112, 3, none64}},
			[]string{"0@111: 101 Speed 2", "1@122: 112 Speed 3"}, 0, 1},
		{"one time, two signals", []timedRecord{{"a", 100, 100, 1, none64}, {"b", 100, 102, none32, 500}},
			[]string{"0@110: 100 Speed 1 100 TraveledDistance 500"}, 0, 0},
		{"one time, one signal: the later arrival's", []timedRecord{{"a", 100, 100, 1, none64}, {"b", 100, 102, 7, none64}},
			[]string{"0@110: 100 Speed 7"}, 0, 0},
		{"every one twice", []timedRecord{{"a", 100, 100, 1, none64}, {"a", 100, 100, 1, none64}, {"a", 100, 400, 1, none64}},
			[]string{"0@110: 100 Speed 1"}, 2, 0},
		{"a repeat from long ago is late", []timedRecord{{"a", 100, 100, 1, none64}, {"a", 100, 4000, 1, none64}},
			[]string{"0@110: 100 Speed 1"}, 0, 1},
		{"without ids", []timedRecord{{"", 100, 100, 1, none64}, {"", 100, 101, 1, none64}}, []string{"0@110: 100 Speed 1"}, 0, 0},
		{"an arrival that goes back", []timedRecord{{"a", 100, 100, 1, none64}, {"b", 101, 90, 2, none64}},
			[]string{"0@110: 100 Speed 1", "1@110: 101 Speed 2"}, 0, 0},
		{"stored for hours, the newest first", []timedRecord{{"b", 9000, 9000, 2, none64}, {"a", 100, 9001, 1, none64}},
			[]string{"0@9010: 100 Speed 1", "1@9010: 9000 Speed 2"}, 0, 0},
		{"nothing in it", []timedRecord{{"a", 100, 100, none32, none64}}, nil, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, verdicts := playTimed(&Timed{}, c.in, nil)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("released (-want +got):\n%s", diff)
			}
			if verdicts[Duplicate] != c.dup || verdicts[Late] != c.late {
				t.Errorf("verdicts %v, want %d duplicates and %d late", verdicts, c.dup, c.late)
			}
		})
	}
}

// drawRecords draws records of a drive in disorder, in the order of arrival.
func drawRecords(t *rapid.T) []timedRecord {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	spread := rapid.Int64Range(1, 30).Draw(t, "spread")
	var in []timedRecord
	for i := range int64(rapid.IntRange(0, 150).Draw(t, "n")) {
		rec := timedRecord{fmt.Sprint(i), 1000 + i/2, 0, none32, none64}
		if r.IntN(3) > 0 {
			rec.speed = float32(r.IntN(9))
		}
		if r.IntN(3) > 0 {
			rec.odometer = float64(i)
		}
		for range 1 + r.IntN(2) {
			rec.arrived = rec.at + r.Int64N(spread)
			in = append(in, rec)
		}
	}
	slices.SortStableFunc(in, func(a, b timedRecord) int { return int(a.arrived - b.arrived) })
	return in
}

func TestPopAtAnyTimesGivesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawRecords(t)
		want, verdicts := playTimed(&Timed{}, in, nil)
		pops := rapid.SliceOf(rapid.Int64Range(990, 1120)).Draw(t, "pops")
		slices.Sort(pops)
		got, again := playTimed(&Timed{}, in, pops)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("released, without and with Pop in between:\n%s", diff)
		}
		if diff := cmp.Diff(verdicts, again); diff != "" {
			t.Fatalf("verdicts, without and with Pop in between:\n%s", diff)
		}
	})
}

// Any order within the wait, with repeats, gives each value once and in order.
func TestDisorderWithinTheWaitChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		var in []timedRecord
		var want []string
		for i := range int64(100) {
			rec := timedRecord{fmt.Sprint(i), 1000 + i, 0, float32(i), none64}
			want = append(want, fmt.Sprintf(" %d Speed %d", rec.at, i))
			for range 1 + r.IntN(2) {
				rec.arrived = rec.at + r.Int64N(10)
				in = append(in, rec)
			}
		}
		slices.SortStableFunc(in, func(a, b timedRecord) int { return int(a.arrived - b.arrived) })
		out, verdicts := playTimed(&Timed{}, in, nil)
		var got strings.Builder
		for _, line := range out {
			_, values, _ := strings.Cut(line, ":")
			got.WriteString(values)
		}
		if verdicts[Late] > 0 {
			t.Fatalf("%d late", verdicts[Late])
		}
		if diff := cmp.Diff(strings.Join(want, ""), got.String()); diff != "" {
			t.Fatalf("released:\n%s", diff)
		}
	})
}

func TestLateFrameIsCutDownToWhatIsLate(t *testing.T) {
	var q Timed
	q.Push(timedRecord{"a", 100, 100, 1, none64}.frame())
	f := timedRecord{"b", 99, 120, 2, none64}.frame()
	f.Speed.At, f.Speed.Speed = append(f.Speed.At, 30e6), append(f.Speed.Speed, 3)
	if v := q.Push(f); v != Late || q.Stale != 1 {
		t.Fatalf("verdict %d with %d stale values, want Late and 1", v, q.Stale)
	}
	if diff := cmp.Diff([]float32{2}, f.Speed.Speed); diff != "" {
		t.Errorf("what is late (-want +got):\n%s", diff)
	}
	var got []string
	for f := q.Pop(math.MaxInt64); f != nil; f = q.Pop(math.MaxInt64) {
		got = append(got, text(f))
	}
	if diff := cmp.Diff([]string{"0@110: 100 Speed 1", "1@130: 129 Speed 3"}, got); diff != "" {
		t.Errorf("released (-want +got):\n%s", diff)
	}
}

// A burst larger than what may wait goes early and in order; nothing is lost, and
// what is kept stays bounded.
func TestBurstGoesEarly(t *testing.T) {
	var q Timed
	const n = 3 * timedLimit
	got, most := 0, 0
	for i := range int64(n) {
		q.Push(timedRecord{fmt.Sprint(i), 1000 + i, 1_000_000, float32(i % 50), none64}.frame())
		for f := q.Pop(1_000_000e6); f != nil; f = q.Pop(1_000_000e6) {
			got += f.Samples()
		}
		most = max(most, len(q.held.all)-q.held.head)
	}
	for f := q.Pop(math.MaxInt64); f != nil; f = q.Pop(math.MaxInt64) {
		got += f.Samples()
	}
	if got != n || most > timedLimit || q.Early != n-timedLimit || q.Stale != 0 {
		t.Errorf("%d of %d samples, at most %d held, %d early, %d stale", got, n, most, q.Early, q.Stale)
	}
	if room := cap(q.held.all); room > roomKept {
		t.Errorf("room for %d values kept by a vehicle that holds none", room)
	}
}

// At rest a vehicle holds nothing, and the ids it knows are forgotten.
func TestTimedAtRestHoldsNothing(t *testing.T) {
	var q Timed
	for i := range int64(2000) {
		q.Push(timedRecord{fmt.Sprint(i), i, i, 1, none64}.frame())
		for q.Pop(i*1e6) != nil {
		}
	}
	if n := len(q.seen.newer) + len(q.seen.old); n < seenKept || n > 2*seenKept {
		t.Errorf("%d ids known while driving, want %d to %d", n, seenKept, 2*seenKept)
	}
	for q.Pop(2000e6+3*seenSpan) != nil {
	}
	if n := len(q.seen.newer) + len(q.seen.old) + len(q.records); n != 0 || q.Due() != math.MaxInt64 {
		t.Errorf("%d ids and records kept at rest, due %d", n, q.Due())
	}
}

func BenchmarkTimed(b *testing.B) {
	var q Timed
	f := &telemetry.Frame{VehicleID: "car", Speed: telemetry.Speed{At: []int32{0}, Speed: []float32{1}},
		Position: telemetry.Position{At: []int32{0}, Latitude: []float64{48}, Longitude: []float64{11}, Heading: []float32{3}},
		Energy:   telemetry.Energy{At: []int32{0}, Odometer: []float64{1}, SoC: []float32{60}}}
	ids := make([]string, 4096)
	for i := range ids {
		ids[i] = fmt.Sprintf("%032x", i)
	}
	b.ReportAllocs()
	at := int64(1e15)
	for i := 0; b.Loop(); i++ {
		at += 1e6
		f.Start, f.Arrived, f.RecordID = at, at, ids[i%len(ids)]
		q.Push(f)
		for q.Pop(at) != nil {
		}
	}
}
