package csvimport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"milepost/fleet"
	"milepost/telemetry"
)

// Options are what Import is told beside the mapping.
type Options struct {
	Files []string // files and folders
	Out   string   // the capture to write
	// Progress, if not nil, is told how many of how many bytes were read.
	Progress func(done, total int64)
}

// Import reads files by the mapping and writes their drives as one capture, in
// order of arrival. One file or folder at a time is held in memory. The capture
// appears complete or not at all, and never over a file that is read; the report
// says what was left out. ErrInput and CellError name what does not fit; the
// report with an error holds at most what was dropped.
func Import(ctx context.Context, m *Mapping, o Options) (Report, error) {
	found, err := m.find(o.Files)
	if err != nil {
		return Report{}, err
	}
	if found.files == 0 {
		return Report{}, fmt.Errorf("%w: no file named %s was given", ErrInput, m.globs())
	}
	if err := checkTarget(o.Out, found); err != nil {
		return Report{}, err
	}
	s, err := newSpool(filepath.Dir(o.Out))
	if err != nil {
		return Report{}, fmt.Errorf("import to %s: %w", o.Out, err)
	}
	defer s.close()
	im := importer{m: m, spool: s, total: found.bytes, progress: o.Progress}
	for _, in := range found.inputs {
		if err := im.readInput(ctx, in); err != nil {
			return Report{}, fmt.Errorf("import by mapping %s: %w", m.Name, err)
		}
	}
	if len(im.parts) == 0 {
		return Report{Drops: im.tally.report()}, fmt.Errorf("%w: not one row of %d could be used", ErrInput, im.rowsRead)
	}
	report := im.report(found)
	if err := s.flush(); err != nil {
		return Report{}, fmt.Errorf("import to %s: %w", o.Out, err)
	}
	if report.CaptureRows, err = merge(ctx, s, im.parts, im.profiles(), o.Out); err != nil {
		return Report{}, fmt.Errorf("import to %s: %w", o.Out, err)
	}
	return report, nil
}

// importer keeps what is known between files.
type importer struct {
	m        *Mapping
	spool    *spool
	done     int64
	total    int64
	progress func(done, total int64)

	tally    tally
	rowsRead int64
	parts    []*part
}

// readInput reads the files of one input and writes each drive as a part.
func (im *importer) readInput(ctx context.Context, in input) error {
	drives, err := im.drives(ctx, in)
	if err != nil {
		return err
	}
	for _, d := range drives {
		if err := im.writePart(d); err != nil {
			return err
		}
	}
	return nil
}

// drives reads an input's files and settles their times.
func (im *importer) drives(ctx context.Context, in input) ([]*drive, error) {
	var drives []*drive
	loads := make([]*load, 0, len(in.files))
	for _, f := range in.files {
		l, err := im.load(ctx, f)
		if err != nil {
			return nil, err
		}
		loads = append(loads, l)
	}
	if err := sameVehicle(loads); err != nil {
		return nil, err
	}
	if err := im.m.anchor(loads); err != nil {
		return nil, err
	}
	for _, l := range loads {
		for _, key := range l.keys {
			s := l.series[key]
			if err := s.settle(im.m, &im.tally); err != nil {
				return nil, err
			}
			if im.m.Drive == driveFolder && len(drives) > 0 {
				drives[0].series = append(drives[0].series, s)
				continue
			}
			drives = append(drives, &drive{vehicle: key.vehicle, constants: im.m.constants, series: []*series{s}})
		}
	}
	return drives, nil
}

// sameVehicle checks that the files of one drive name one vehicle.
func sameVehicle(loads []*load) error {
	for _, l := range loads[1:] {
		if first := loads[0]; l.vehicle != first.vehicle {
			return fmt.Errorf("%w: %s is of vehicle %s and %s of %s, but the files of a folder make one drive",
				ErrInput, first.file, first.vehicle, l.file, l.vehicle)
		}
	}
	return nil
}

// load reads one file.
func (im *importer) load(ctx context.Context, f inputFile) (*load, error) {
	l := &load{m: im.m, source: &im.m.Sources[f.source], file: f.path, tally: &im.tally, anchor: im.m.anchoredBy(f.source)}
	absolute, err := filepath.Abs(f.path)
	if err != nil {
		return nil, l.wrap(err)
	}
	l.vehicle = im.m.Vehicle.Constant
	if p := im.m.Vehicle.pattern; p != nil {
		if l.vehicle, err = p.find(absolute); err != nil {
			return nil, err
		}
	}
	if t := l.source.Time; t.Start != nil {
		if l.start, err = t.Start.instant(absolute, t.clock.zone); err != nil {
			return nil, err
		}
	}
	file, err := os.Open(f.path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // only read
	err = l.run(ctx, &meter{of: file, im: im})
	im.rowsRead += l.rows
	return l, err
}

// meter tells the progress of reading.
type meter struct {
	of io.Reader
	im *importer
}

// Read passes bytes on and counts them.
func (r *meter) Read(p []byte) (int, error) {
	n, err := r.of.Read(p)
	r.im.done += int64(n)
	if r.im.progress != nil {
		r.im.progress(r.im.done, r.im.total)
	}
	return n, err
}

// part is one drive's frames in the spool, waiting for their turn.
type part struct {
	vehicle    string
	boot       uint32
	begin, end int64 // places in the spool
	frames     uint64
	rows       int64
	from       int64 // first sample, Unix µs
	to         int64 // last
}

func (im *importer) writePart(d *drive) (err error) {
	p := &part{vehicle: d.vehicle, begin: im.spool.size}
	for _, s := range d.series {
		p.rows += int64(len(s.times))
	}
	if p.rows == 0 {
		return nil
	}
	span := time.Duration(im.m.FrameSeconds * float64(time.Second))
	p.frames, err = d.frames(span, func(f *telemetry.Frame) error {
		if f.Sequence == 0 {
			p.from = f.Start
		}
		p.to = f.End()
		return im.spool.add(f)
	})
	p.end = im.spool.size
	im.parts = append(im.parts, p)
	return err
}

func (im *importer) profiles() []fleet.Profile {
	var ids []string
	for _, p := range im.parts {
		ids = append(ids, p.vehicle)
	}
	slices.Sort(ids)
	var profiles []fleet.Profile
	for _, id := range slices.Compact(ids) {
		profiles = append(profiles, im.m.Profile(id))
	}
	return profiles
}

// report counts the boots too: a vehicle's drives in order of time.
func (im *importer) report(f found) Report {
	r := Report{Files: f.files, Ignored: f.ignored, Drives: len(im.parts), RowsRead: im.rowsRead, Drops: im.tally.report()}
	r.Vehicles, r.Overlaps = number(im.parts)
	for i, p := range im.parts {
		r.Frames += int(p.frames)
		r.RowsKept += p.rows
		if from := time.UnixMicro(p.from).UTC(); i == 0 || from.Before(r.From) {
			r.From = from
		}
		if to := time.UnixMicro(p.to).UTC(); to.After(r.To) {
			r.To = to
		}
	}
	return r
}

var errNoAnchor = errors.New("no row ties its clock to UTC")
