package detectors

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/telemetry"
)

// scenario plays a text script of a vehicle's day through Trips. Lines, times in s:
//
//	state T WORD            LowVoltageSystemState
//	driver T N              driver identified
//	speed FROM TO MS        1 Hz speed samples, TO exclusive
//	heartbeat T             an energy sample
//	boot N                  the uplink restarted
//	later S                 what follows arrives S seconds late
//	timer T                 the arrival time reaches T
//	want KIND T [driver N]  the boundaries expected, in order
type scenario struct {
	trips Trips
	boot  uint32
	late  int64
	got   []string
	want  []string
	frame telemetry.Frame
}

func (s *scenario) run(line string) error {
	var a, b int64
	var v float32
	var word string
	op, rest, _ := strings.Cut(line, " ")
	scan := func(format string, args ...any) error {
		if _, err := fmt.Sscanf(rest, format, args...); err != nil {
			return fmt.Errorf("line %q: %w", line, err)
		}
		return nil
	}
	switch op {
	case "state":
		if err := scan("%d %s", &a, &word); err != nil {
			return err
		}
		sig, _ := telemetry.SignalByPath("Vehicle.LowVoltageSystemState")
		i := slices.Index(sig.Words, word)
		if i < 0 {
			return fmt.Errorf("line %q: unknown state", line)
		}
		s.body(a, telemetry.SystemState, int64(i))
	case "driver":
		if err := scan("%d %d", &a, &b); err != nil {
			return err
		}
		s.body(a, telemetry.DriverID, b)
	case "speed":
		if err := scan("%d %d %f", &a, &b, &v); err != nil {
			return err
		}
		for t := a; t < b; t++ {
			s.begin(t)
			s.frame.Speed = telemetry.Speed{At: []int32{0}, Speed: []float32{v}}
			s.play()
		}
	case "heartbeat":
		if err := scan("%d", &a); err != nil {
			return err
		}
		s.begin(a)
		s.frame.Energy = telemetry.Energy{At: []int32{0}, SoC: []float32{50}}
		s.play()
	case "boot":
		return scan("%d", &s.boot)
	case "later":
		return scan("%d", &s.late)
	case "timer":
		if err := scan("%d", &a); err != nil {
			return err
		}
		s.note(s.trips.Advance(a*second, nil))
	case "want":
		s.want = append(s.want, rest)
	default:
		return fmt.Errorf("line %q: unknown word %q", line, op)
	}
	return nil
}

func (s *scenario) begin(t int64) {
	s.frame.Reset()
	s.frame.Start, s.frame.Arrived, s.frame.Boot = t*second, (t+s.late)*second, s.boot
}

func (s *scenario) body(t int64, sig telemetry.BodySignal, v int64) {
	s.begin(t)
	s.frame.Body = telemetry.Body{At: []int32{0}, Signal: []telemetry.BodySignal{sig}, Value: []int64{v}}
	s.play()
}

// play lets a record's arrival run out the timers, then scans it.
func (s *scenario) play() {
	s.note(s.trips.Advance(s.frame.Arrived, nil))
	w := NewChunks(&s.frame)
	for c, ok := w.Next(); ok; c, ok = w.Next() {
		s.note(s.trips.Scan(&c, nil))
	}
}

func (s *scenario) note(bs []Boundary) {
	for _, b := range bs {
		line := fmt.Sprintf("%s %d", [...]string{"open", "pause", "resume", "close"}[b.Kind], b.At/second)
		if b.Driver != 0 {
			line += fmt.Sprintf(" driver %d", b.Driver)
		}
		s.got = append(s.got, line)
	}
}

func TestTripScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/trips/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios (error %v)", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			s := &scenario{boot: 1}
			lines := bufio.NewScanner(f)
			for lines.Scan() {
				line := strings.TrimSpace(lines.Text())
				if line == "" || line[0] == '#' {
					continue
				}
				if err := s.run(line); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(s.want, s.got); diff != "" {
				t.Errorf("boundaries (-want +got):\n%s", diff)
			}
		})
	}
}
