package csvimport

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"time"
)

// The formats of a time beside Go layouts.
const (
	formatUnixS   = "unix_s"
	formatUnixMS  = "unix_ms"
	formatUnixUS  = "unix_us"
	formatSeconds = "seconds_since"
)

// microsPer is the length of a numeric format's unit in µs, 0 for a layout.
func microsPer(format string) float64 {
	switch format {
	case formatUnixS, formatSeconds:
		return 1e6
	case formatUnixMS:
		return 1e3
	case formatUnixUS:
		return 1
	}
	return 0
}

// clock reads the text of a time.
type clock struct {
	micros           float64 // per unit of a number; 0: layout counts
	layout           string
	offset           bool // the layout tells the offset from UTC
	zone             *time.Location
	style            numberStyle
	earliest, latest int64 // Unix µs
}

// A logger that has lost its clock writes 1970, 2000 or a far future; these are
// the limits where the mapping names none.
var (
	defaultEarliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	defaultLatest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

	// lastBoot: a drive's boot is its start as uint32 seconds, which end in 2106.
	lastBoot = time.Date(2106, 1, 1, 0, 0, 0, 0, time.UTC)
)

func (t *Time) check(m *Mapping, s *Source, at string) *problem {
	if len(t.Columns) == 0 {
		return wrong(at+".columns", "is empty")
	}
	for i, c := range t.Columns {
		if p := s.checkReference(fmt.Sprintf("%s.columns[%d]", at, i), c); p != nil {
			return p
		}
	}
	if p := t.setClock(m, s, at); p != nil {
		return p
	}
	if t.Format != formatSeconds {
		if t.Start != nil || t.Anchor != nil {
			return wrong(at, "start and anchor go with seconds_since")
		}
		return nil
	}
	if (t.Start == nil) == (t.Anchor == nil) {
		return wrong(at, "seconds_since needs either start or anchor")
	}
	if t.Start != nil {
		return t.Start.check(at + ".start")
	}
	return t.Anchor.check(m, at+".anchor")
}

func (t *Time) setClock(m *Mapping, s *Source, at string) *problem {
	if t.Zone == "" {
		t.Zone = m.Zone
	}
	zone, err := location(t.Zone)
	if err != nil {
		return wrong(at+".zone", "%v", err)
	}
	t.clock = clock{micros: microsPer(t.Format), zone: zone, style: s.style}
	if t.clock.micros == 0 {
		if err := checkLayout(t.Format); err != nil {
			return wrong(at+".format", "%v", err)
		}
		t.clock.layout, t.clock.offset = t.Format, tellsOffset(t.Format)
	}
	if t.clock.earliest, err = bound(t.Earliest, zone, defaultEarliest); err != nil {
		return wrong(at+".earliest", "%v", err)
	}
	if t.clock.latest, err = bound(t.Latest, zone, defaultLatest); err != nil {
		return wrong(at+".latest", "%v", err)
	}
	if t.clock.earliest < 0 {
		return wrong(at+".earliest", "is before 1970")
	}
	if t.clock.latest > lastBoot.UnixMicro() {
		return wrong(at+".latest", "is after %s", lastBoot.Format(time.DateOnly))
	}
	return nil
}

var fixedOffset = regexp.MustCompile(`^([+-])(\d\d):(\d\d)$`)

// location reads an IANA name or a fixed offset such as -03:00.
func location(name string) (*time.Location, error) {
	if m := fixedOffset.FindStringSubmatch(name); m != nil {
		h, _ := strconv.Atoi(m[2]) // two digits
		minutes, _ := strconv.Atoi(m[3])
		if h > 14 || minutes > 59 {
			return nil, fmt.Errorf("%q is no offset from UTC", name)
		}
		seconds := h*3600 + minutes*60
		if m[1] == "-" {
			seconds = -seconds
		}
		return time.FixedZone(name, seconds), nil
	}
	if name == "Local" {
		return nil, errors.New("a zone must not depend on the machine")
	}
	return time.LoadLocation(name)
}

func bound(text string, zone *time.Location, otherwise time.Time) (int64, error) {
	if text == "" {
		return otherwise.UnixMicro(), nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return 0, fmt.Errorf("%q is no date as 2006-01-02", text)
	}
	return t.UnixMicro(), nil
}

func (s *Start) check(at string) *problem {
	if s.Constant != "" {
		if _, err := time.Parse(time.RFC3339Nano, s.Constant); err != nil || s.File+s.Folder+s.Format != "" {
			return wrong(at+".constant", "%q is no time as 2006-01-02T15:04:05Z, or stands beside another key", s.Constant)
		}
		return nil
	}
	if (s.File == "") == (s.Folder == "") {
		return wrong(at, "needs exactly one of constant, file, folder")
	}
	if err := checkLayout(s.Format); err != nil {
		return wrong(at+".format", "%v", err)
	}
	return compile(at, s.File, s.Folder, &s.pattern)
}

// instant is the start for the file at path, Unix µs; of two equal local times the
// first.
func (s *Start) instant(path string, zone *time.Location) (int64, error) {
	if s.Constant != "" {
		t, err := time.Parse(time.RFC3339Nano, s.Constant)
		return t.UnixMicro(), err
	}
	text, err := s.pattern.find(path)
	if err != nil {
		return 0, err
	}
	c := clock{layout: s.Format, offset: tellsOffset(s.Format), zone: zone}
	at, err := c.read(text, &pass{})
	if err != nil {
		return 0, fmt.Errorf("%w: the start in the name of %s: %q: %w", ErrInput, path, text, err)
	}
	return at, nil
}

func (a *Anchor) check(m *Mapping, at string) *problem {
	if microsPer(a.Format) == 0 || a.Format == formatSeconds {
		return wrong(at+".format", "%q is none of %s, %s, %s", a.Format, formatUnixS, formatUnixMS, formatUnixUS)
	}
	if m.Drive != driveFolder {
		return wrong(at, "goes with drive: folder only")
	}
	for i := range m.Sources {
		if m.Sources[i].Name == a.Source {
			return m.Sources[i].checkReference(at+".column", a.Column)
		}
	}
	return wrong(at+".source", "there is no source %q", a.Source)
}

var (
	errNoTime      = errors.New("not a time of this format")
	errNoLocalTime = errors.New("the clocks skipped this local time")
)

// read gives the time of a text in µs: since 1970 or since the clock's start.
// rows, of the drive so far, settles which of two equal local times is meant.
func (c *clock) read(text string, rows *pass) (int64, error) {
	if c.micros == 0 {
		return c.readLayout(text, rows)
	}
	v, err := c.style.parse(text)
	us := math.Round(v * c.micros)
	if err != nil || !(math.Abs(us) < 1e16) { // beyond the year 2286
		return 0, errNoTime
	}
	return int64(us), nil
}

func (c *clock) readLayout(text string, rows *pass) (int64, error) {
	t, err := time.Parse(c.layout, text)
	if err != nil || t.Year() < 1 || t.Year() > 9999 {
		return 0, errNoTime
	}
	if c.offset {
		return t.UnixMicro(), nil
	}
	reading := t.UnixMicro()
	candidates, n := instants(reading, c.zone)
	if n == 0 {
		return 0, errNoLocalTime
	}
	return rows.choose(reading, candidates[:n]), nil
}
