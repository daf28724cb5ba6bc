package capture

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/ipc"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"milepost/fleet"
	"milepost/sinks"
)

// Held is what a capture holds of someone.
type Held struct {
	Rows     int64 // sample instants
	Profiles int   // entries of what is known of vehicles
}

// Holds looks through a capture, an Arrow file or its Parquet form, for someone's data.
// A vehicle's are all its rows and profiles. An account's are the rows of the times in
// which a profile says that it held the vehicle, and those profiles.
func Holds(ctx context.Context, path string, whose sinks.Subject) (held Held, err error) {
	defer recovered(&err)
	t, err := openTable(ctx, path)
	if err != nil {
		return held, err
	}
	defer t.close()
	pick, err := newPick(t.schema(), whose)
	if err != nil {
		return held, fmt.Errorf("look through capture %s: %w", path, err)
	}
	held.Profiles = pick.dropped
	err = t.each(ctx, func(rec arrow.Record) error {
		for row := range int(rec.NumRows()) {
			if pick.drops(rec, row) {
				held.Rows++
			}
		}
		return nil
	})
	if err != nil {
		return held, fmt.Errorf("look through capture %s: %w", path, err)
	}
	return held, nil
}

// Without writes a capture anew without what Holds finds. The file is replaced as a
// whole or not at all, and is durable under its name when Without returns; it keeps its
// permissions. Every other row stays as it is.
func Without(ctx context.Context, path string, whose sinks.Subject) (err error) {
	defer recovered(&err)
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return fmt.Errorf("open capture: %w", err)
	}
	t, err := openTable(ctx, path)
	if err != nil {
		return err
	}
	defer t.close()
	pick, err := newPick(t.schema(), whose)
	if err == nil {
		err = t.rewrite(ctx, path, pick)
	}
	if err != nil {
		return fmt.Errorf("rewrite capture %s: %w", path, err)
	}
	return nil
}

// tableFile is a capture's table in one of its two forms.
type tableFile interface {
	schema() *arrow.Schema
	// each gives the record batches, valid for the time of the call.
	each(ctx context.Context, do func(arrow.Record) error) error
	// rewrite puts the table without what is picked in the place of the file.
	rewrite(ctx context.Context, path string, p *pick) error
	close()
}

func openTable(ctx context.Context, path string) (tableFile, error) {
	head := make([]byte, 4)
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open capture: %w", err)
	}
	_, err = io.ReadFull(file, head)
	_ = file.Close() // only read
	if err == nil && string(head) == "PAR1" {
		return openParquet(ctx, path)
	}
	r, err := Open(path)
	if err != nil {
		return nil, err
	}
	return &arrowTable{r}, nil
}

// arrowTable is a capture proper.
type arrowTable struct{ *Reader }

func (t *arrowTable) schema() *arrow.Schema { return t.ipc.Schema() }

func (t *arrowTable) close() { _ = t.Close() } // only read

func (t *arrowTable) each(ctx context.Context, do func(arrow.Record) error) error {
	for i := range t.ipc.NumRecords() {
		if err := ctx.Err(); err != nil {
			return err
		}
		rec, err := t.ipc.RecordAt(i)
		if err != nil {
			return fmt.Errorf("batch %d: %w", i, err)
		}
		err = do(rec)
		rec.Release()
		if err != nil {
			return fmt.Errorf("batch %d: %w", i, err)
		}
	}
	return nil
}

func (t *arrowTable) rewrite(ctx context.Context, path string, p *pick) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	file, err := createSealed(path)
	if err != nil {
		return err
	}
	defer file.discard()
	file.mode = info.Mode().Perm()
	schema := p.schema(t.schema(), placeholder)
	out, err := ipc.NewFileWriter(file, ipc.WithSchema(schema), ipc.WithZstd())
	if err != nil {
		return err
	}
	err = t.each(ctx, func(rec arrow.Record) error { return p.kept(schema, rec, out.Write) })
	if err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	return file.seal()
}

// pick tells whose rows are whose.
type pick struct {
	whose    sinks.Subject
	profiles []byte // those that stay, as JSON
	dropped  int
	held     map[string]fleet.History // of vehicles that the account held

	vehicle, time int // their columns
}

func newPick(s *arrow.Schema, whose sinks.Subject) (*pick, error) {
	all, err := profilesOf(s)
	if err != nil {
		return nil, err
	}
	p := &pick{whose: whose, held: map[string]fleet.History{},
		vehicle: s.FieldIndices(idFields[colVehicle].Name)[0], time: s.FieldIndices(idFields[colTime].Name)[0]}
	histories := map[string]fleet.History{}
	stay := []fleet.Profile{}
	for _, one := range all {
		histories[one.VehicleID] = histories[one.VehicleID].With(one)
		theirs := whose.Vehicle != "" && one.VehicleID == whose.Vehicle
		if whose.Account != "" && one.Account == whose.Account {
			theirs, p.held[one.VehicleID] = true, fleet.History{}
			// Until when it held the vehicle must still be known to those who read on.
			stay = append(stay, one.WithoutPeople())
		}
		if theirs {
			p.dropped++
			continue
		}
		stay = append(stay, one)
	}
	for vehicle := range p.held {
		p.held[vehicle] = histories[vehicle]
	}
	p.profiles, err = json.Marshal(stay)
	return p, err
}

// drops reports whether a row is to go.
func (p *pick) drops(rec arrow.Record, row int) bool {
	vehicle := rec.Column(p.vehicle).(*array.String).Value(row)
	if p.whose.Vehicle != "" {
		return vehicle == p.whose.Vehicle
	}
	history, ok := p.held[vehicle]
	if !ok {
		return false
	}
	at := rec.Column(p.time).(*array.Timestamp).Value(row)
	return history.At(int64(at)).Account == p.whose.Account
}

// schema is the table's without the profiles that go; checksum is empty where the form
// has none.
func (p *pick) schema(s *arrow.Schema, checksum string) *arrow.Schema {
	var keys, values []string
	for i, k := range s.Metadata().Keys() {
		v := s.Metadata().Values()[i]
		switch k {
		case keyProfiles:
			v = string(p.profiles)
		case keyChecksum:
			if checksum == "" {
				continue
			}
			v = checksum
		}
		keys, values = append(keys, k), append(values, v)
	}
	meta := arrow.NewMetadata(keys, values)
	return arrow.NewSchema(s.Fields(), &meta)
}

// kept gives the rows of a batch that stay, as a batch, if there are any.
func (p *pick) kept(schema *arrow.Schema, rec arrow.Record, give func(arrow.Record) error) error {
	runs, total := p.runs(rec)
	if total == 0 {
		return nil
	}
	columns := make([]arrow.Array, 0, rec.NumCols())
	defer func() {
		for _, c := range columns {
			c.Release()
		}
	}()
	for _, whole := range rec.Columns() {
		column, err := joined(whole, runs)
		if err != nil {
			return err
		}
		columns = append(columns, column)
	}
	out := array.NewRecord(schema, columns, total)
	defer out.Release()
	return give(out)
}

// run is rows from one up to another.
type run struct{ from, to int64 }

// runs lists the rows of a batch that stay.
func (p *pick) runs(rec arrow.Record) (runs []run, total int64) {
	for row := int64(0); row < rec.NumRows(); row++ {
		from := row
		for row < rec.NumRows() && !p.drops(rec, int(row)) {
			row++
		}
		if row > from {
			runs = append(runs, run{from, row})
			total += row - from
		}
	}
	return runs, total
}

// joined is those rows of a column.
func joined(column arrow.Array, runs []run) (arrow.Array, error) {
	parts := make([]arrow.Array, 0, len(runs))
	defer func() {
		for _, part := range parts {
			part.Release()
		}
	}()
	for _, r := range runs {
		parts = append(parts, array.NewSlice(column, r.from, r.to))
	}
	return array.Concatenate(parts, memory.DefaultAllocator)
}
