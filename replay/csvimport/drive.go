package csvimport

import (
	"fmt"
	"math"
	"slices"
	"time"

	"milepost/telemetry"
)

// drive is one vehicle's series, to be cut into frames.
type drive struct {
	vehicle   string
	constants []bodyValue
	series    []*series
}

func microTime(us int64) string { return time.UnixMicro(us).UTC().Format("2006-01-02T15:04:05.000Z") }

// place is a row of a series of the drive.
type place struct {
	at          int64
	series, row int
}

// rows gives all rows of the drive in order of time, those of one time in order
// of the mapping's sources.
func (d *drive) rows() []place {
	var all []place
	for i, s := range d.series {
		for j, t := range s.times {
			all = append(all, place{t, i, j})
		}
	}
	slices.SortStableFunc(all, func(a, b place) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return a.series - b.series
	})
	return all
}

// frames cuts the drive into frames of the given length and hands each to emit,
// in the same Frame; times without a row make no frame. A frame arrives with its
// last sample. It returns the number of frames.
func (d *drive) frames(span time.Duration, emit func(*telemetry.Frame) error) (uint64, error) {
	rows := d.rows()
	if len(rows) == 0 {
		return 0, nil
	}
	c := cutter{frame: telemetry.Frame{VehicleID: d.vehicle}, body: map[telemetry.BodySignal]int64{}, emit: emit}
	first, step := rows[0].at, span.Microseconds()
	window := int64(-1)
	for _, r := range rows {
		if w := (r.at - first) / step; w != window {
			if err := c.finish(); err != nil {
				return c.count, err
			}
			window = w
			c.begin(r.at)
		}
		if r == rows[0] {
			for _, b := range d.constants {
				c.change(0, b.signal, b.value)
			}
		}
		c.add(d.series[r.series], r.row, int32(r.at-c.frame.Start))
	}
	return c.count, c.finish()
}

// cutter fills one frame after another.
type cutter struct {
	frame telemetry.Frame
	open  bool
	count uint64
	body  map[telemetry.BodySignal]int64 // last values: the body track holds changes
	emit  func(*telemetry.Frame) error

	unshared bool // the location is not shared
}

func (c *cutter) begin(start int64) {
	vehicle := c.frame.VehicleID
	c.frame.Reset()
	c.frame.VehicleID, c.frame.Sequence, c.frame.Start = vehicle, c.count, start
	c.open = true
}

// change notes a body signal's value. What a sign of a limit, or a hybrid's indicator, said while the
// location was not shared is told nowhere: so that it does not matter after that either, the next one
// counts as new. Belts, doors and the like are told throughout.
func (c *cutter) change(at int32, s telemetry.BodySignal, v int64) {
	if s.Revealing() && c.unshared {
		return
	}
	if s == telemetry.LocationShared {
		if v == 1 && c.body[s] != 1 {
			delete(c.body, telemetry.SpeedLimitSign)
			delete(c.body, telemetry.HybridIndicator)
		}
		c.unshared = v != 1
	}
	if old, known := c.body[s]; known && old == v {
		return
	}
	c.body[s] = v
	c.frame.Body.At = append(c.frame.Body.At, at)
	c.frame.Body.Signal = append(c.frame.Body.Signal, s)
	c.frame.Body.Value = append(c.frame.Body.Value, v)
}

// add puts a row's values into their tracks; two sources may share a sample.
func (c *cutter) add(s *series, row int, at int32) {
	columns := s.source.columns
	values := s.values[row*len(columns) : (row+1)*len(columns)]
	shared := slices.IndexFunc(columns, func(c target) bool {
		return c.signal.Track == telemetry.TrackBody && telemetry.BodySignal(c.signal.Index) == telemetry.LocationShared
	})
	if shared >= 0 && !math.IsNaN(values[shared]) { // it holds for the whole row
		c.change(at, telemetry.LocationShared, int64(values[shared]))
	}
	for i, v := range values {
		if math.IsNaN(v) || i == shared {
			continue
		}
		signal := &columns[i].signal
		if signal.Track == telemetry.TrackBody {
			c.change(at, telemetry.BodySignal(signal.Index), int64(v))
			continue
		}
		c.set(signal, at, v)
	}
}

func (c *cutter) set(signal *telemetry.Signal, at int32, v float64) {
	offsets := c.frame.Offsets(signal.Track)
	if n := len(*offsets); n == 0 || (*offsets)[n-1] != at {
		*offsets = append(*offsets, at)
	}
	n := len(*offsets)
	if signal.Double {
		put(c.frame.Doubles(signal.Track)[signal.Index], n, v)
		return
	}
	put(c.frame.Floats(signal.Track)[signal.Index], n, float32(v))
}

// put sets the value of the nth sample, padding those before with NaN.
func put[T float32 | float64](column *[]T, n int, v T) {
	*column = append(telemetry.PadTo(*column, n-1), v)
}

// finish pads the columns to their track's length and emits the frame.
func (c *cutter) finish() error {
	if !c.open {
		return nil
	}
	c.open = false
	c.frame.Pad()
	if c.frame.Samples() == 0 {
		return nil // all of its rows repeated what the body track knew
	}
	c.frame.Arrived = c.frame.End()
	c.count++
	if err := c.emit(&c.frame); err != nil {
		return fmt.Errorf("frame %d of vehicle %s: %w", c.frame.Sequence, c.frame.VehicleID, err)
	}
	return nil
}
