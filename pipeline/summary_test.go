package pipeline

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/detectors"
	"milepost/telemetry"
)

func drawSummary(t *rapid.T, second int64) summary {
	i := func(name string, lo, hi int32) int32 { return rapid.Int32Range(lo, hi).Draw(t, name) }
	some := func(name string) bool { return rapid.Bool().Draw(t, name) }
	s := summary{second: second, odometer: -1, fuel: -1, broken: some("broken")}
	for k := range s.counts {
		s.counts[k] = uint16(i("samples", 0, 200))
	}
	if s.speeds = some("speed"); s.speeds {
		s.first = i("first", 0, 999)
		s.last = i("last", s.first, 999)
		s.v, s.w = i("v", -2000, 7000), i("w", -2000, 7000)
		s.metres, s.driving, s.high = i("metres", -500, 5000), i("driving", -999, 999), i("high", 0, 300)
	}
	if s.fix = some("fix"); s.fix {
		s.fixAt, s.lat, s.lon = i("fix at", 0, 999), i("lat", -90_000_000, 90_000_000), i("lon", -180_000_000, 180_000_000)
		s.heading, s.accuracy = uint16(i("heading", 0, 360)), uint8(i("accuracy", 0, 255))
		s.altitude = uint16(i("altitude", 0, highest+altitudeZero))
	}
	if s.known = some("energy"); s.known {
		s.energyAt, s.engine = i("energy at", 0, 999), uint8(i("engine", 0, 2))
		if some("odometer known") {
			s.odometer = rapid.Int64Range(0, 10_000_000_000).Draw(t, "odometer")
		}
		if some("fuel known") {
			s.fuel = rapid.Int64Range(0, 10_000_000).Draw(t, "fuel")
		}
		if s.power = some("power"); s.power {
			s.drawn, s.regen = uint32(i("drawn", 0, 30_000)), uint32(i("regenerated", 0, 30_000))
		}
	}
	return s
}

func drawStory(t *rapid.T) (s story) {
	second := rapid.Int64Range(earliest, latest-100_000).Draw(t, "first second")
	for range rapid.IntRange(0, 30).Draw(t, "seconds") {
		s.seconds = append(s.seconds, drawSummary(t, second))
		if rapid.IntRange(0, 4).Draw(t, "marked") == 0 {
			signal := rapid.SampledFrom([]telemetry.BodySignal{bootMark, telemetry.SystemState, telemetry.DriverID, telemetry.LocationShared, telemetry.SpeedLimitSign, telemetry.HybridIndicator, ambientMark}).Draw(t, "signal")
			s.marks = append(s.marks, mark{at: second*1_000_000 + rapid.Int64Range(0, 999_999).Draw(t, "at"), signal: signal, value: rapid.Int64().Draw(t, "value")})
		}
		second += rapid.SampledFrom([]int64{1, 1, 1, 2, 700}).Draw(t, "step")
	}
	for range rapid.IntRange(0, 3).Draw(t, "findings") {
		s.found = append(s.found, finding{revision: 1, trip: "t", Finding: detectors.Finding{Kind: kinds[0], Level: 2, Start: second * 1_000_000,
			Duration: 700_000, Peak: -4.2, Estimator: detectors.Fused, RateHz: 10, Speed: 12.5, Lat: 40.1, Lon: math.NaN()}})
	}
	return s
}

// sameNumber takes NaN for equal to itself.
var sameNumber = cmp.Comparer(func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) })

func TestPieceTellsWhatWasPutIn(t *testing.T) {
	all := cmp.AllowUnexported(story{}, summary{}, mark{}, finding{})
	rapid.Check(t, func(t *rapid.T) {
		want := drawStory(t)
		var got story
		piece := want.piece()
		if err := got.open(piece); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, all, sameNumber); diff != "" {
			t.Fatalf("(-put in +told):\n%s", diff)
		}
		i := rapid.IntRange(0, len(piece)-1).Draw(t, "damaged octet")
		piece[i] ^= 1 << rapid.IntRange(0, 7).Draw(t, "damaged bit")
		if err := new(story).open(piece); err == nil {
			t.Fatalf("a piece with octet %d damaged was taken", i)
		}
	})
}

func TestDamagedPiecesAreNamed(t *testing.T) {
	for name, piece := range map[string][]byte{"nothing": nil, "three octets": {1, 2, 3}, "a wrong checksum": {1, 0, 0, 0, 0, 0}} {
		if err := new(story).open(piece); !errors.Is(err, ErrPiece) {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if err := new(story).open(summed([]byte{pieceVersion + 1})); err == nil || !strings.Contains(err.Error(), "version 4, this build knows 3") {
		t.Errorf("a newer piece: error %v", err)
	}
}

// summed makes a piece of what stands before its checksum.
func summed(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(body, crc32.Checksum(body, castagnoli))
}

// FuzzPiece reads pieces that nobody wrote: an error or a story, never a panic, and
// what was told is told again.
func FuzzPiece(f *testing.F) {
	var c coder
	s := summary{second: earliest + 1, odometer: 12_000, fuel: 3, speeds: true, last: 800, v: 1200, w: 1210, known: true, fix: true, lat: 40_000_000, lon: -3_000_000}
	stream := c.mark(c.second(nil, &s), mark{at: 1, signal: telemetry.SystemState, value: 2})
	found := []finding{{trip: "t", revision: 1, Finding: detectors.Finding{Kind: kinds[1], Level: 1, Start: 5, Duration: 6}}}
	for _, piece := range [][]byte{seal(nil, stream), seal(found, stream), seal(found, nil)} {
		f.Add(piece[:len(piece)-4])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var told, again story
		if told.open(summed(slices.Clone(body))) != nil {
			return
		}
		told.sort()
		if err := again.open(told.piece()); err != nil {
			t.Fatalf("told, but not again: %v", err)
		}
		again.sort()
		if diff := cmp.Diff(told, again, cmp.AllowUnexported(story{}, summary{}, mark{}, finding{}), sameNumber); diff != "" {
			t.Fatalf("(-told +again):\n%s", diff)
		}
	})
}
