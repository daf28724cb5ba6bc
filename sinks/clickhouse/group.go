package clickhouse

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"milepost/outcome"
)

const (
	// chunkRows are filled column by column: few enough that they stay in the cache.
	chunkRows = 128
	// mostMonths may be in one insert: a server takes 100 partitions by default.
	mostMonths = 90
	// mostKept is for how many rows the lists of a batch are kept for the next.
	mostKept = 1 << 16
)

// group is the outcomes of one type in a batch.
type group[O any] struct {
	*mapping[O]
	columns []column[O]
	text    string
	rows    []*O
	index   []int // of each row, in the batch
}

func newGroup[O any](m *mapping[O], d Dialect) *group[O] {
	g := &group[O]{mapping: m, columns: m.all(d)}
	names := make([]string, len(g.columns))
	for i := range g.columns {
		names[i] = g.columns[i].name
	}
	g.text = fmt.Sprintf("INSERT INTO %s (%s) VALUES", m.table, strings.Join(names, ", "))
	return g
}

func (g *group[O]) take(i int, o outcome.Outcome) (mine bool, err error) {
	row, mine := any(o).(*O)
	if !mine {
		return false, nil
	}
	head := g.head(row)
	switch {
	case head.Type != g.kind:
		return true, fmt.Errorf("type is %q, want %q", head.Type, g.kind)
	case head.VehicleID == "":
		return true, errors.New("vehicle_id is empty")
	}
	if g.state(row) == outcome.Withdrawn {
		row = g.blank(row)
	}
	g.rows, g.index = append(g.rows, row), append(g.index, i)
	return true, nil
}

func (g *group[O]) forget() {
	if cap(g.rows) > mostKept {
		g.rows, g.index = nil, nil
	}
	clear(g.rows)
	g.rows, g.index = g.rows[:0], g.index[:0]
}

func (g *group[O]) parts() []part {
	if len(g.rows) == 0 {
		return nil
	}
	months := g.months()
	if len(months) <= mostMonths {
		return []part{g.part(g.rows, g.index)}
	}
	var out []part
	for some := range slices.Chunk(months, mostMonths) {
		var rows []*O
		var index []int
		for i, row := range g.rows {
			if _, in := slices.BinarySearch(some, monthOf(g.head(row).At)); in {
				rows, index = append(rows, row), append(index, g.index[i])
			}
		}
		out = append(out, g.part(rows, index))
	}
	return out
}

func (g *group[O]) part(rows []*O, index []int) part {
	return part{g.table, index, func(ctx context.Context, conn driver.Conn, s *scratch) error {
		return g.insert(ctx, conn, s, rows)
	}}
}

// months lists the partitions that the rows lie in, in order.
func (g *group[O]) months() []int {
	from, to := g.head(g.rows[0]).At, g.head(g.rows[0]).At
	for _, row := range g.rows {
		at := g.head(row).At
		from, to = min(from, at), max(to, at)
	}
	if monthOf(to)-monthOf(from) < mostMonths {
		return nil // few enough, whichever they are
	}
	seen := map[int]bool{}
	for _, row := range g.rows {
		seen[monthOf(g.head(row).At)] = true
	}
	out := make([]int, 0, len(seen))
	for month := range seen {
		out = append(out, month)
	}
	slices.Sort(out)
	return out
}

// monthOf counts months.
func monthOf(at outcome.Time) int {
	t := at.Std()
	return t.Year()*12 + int(t.Month())
}

// insert sends the rows in blocks, which the server makes one part a month of, and
// waits until it has stored them.
func (g *group[O]) insert(ctx context.Context, conn driver.Conn, s *scratch, rows []*O) error {
	batch, err := conn.PrepareBatch(ctx, g.text)
	if err != nil {
		return err
	}
	if err := g.fill(batch, s, rows); err != nil {
		// Not Close: that would end the insert as if it were whole.
		return errors.Join(err, batch.Abort())
	}
	return batch.Send()
}

func (g *group[O]) try(ctx context.Context, conn driver.Conn) error {
	return g.insert(ctx, conn, nil, nil)
}

func (g *group[O]) fill(batch driver.Batch, s *scratch, rows []*O) error {
	done := 0
	for chunk := range slices.Chunk(rows, cmp.Or(g.chunk, chunkRows)) {
		for i := range g.columns {
			values, err := g.columns[i].fill(s, chunk)
			if err != nil {
				return located(err, done)
			}
			if err := batch.Column(i).Append(values); err != nil {
				return fmt.Errorf("column %s: %w", g.columns[i].name, err)
			}
		}
		if done += len(chunk); done%g.block == 0 {
			if err := batch.Flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// located counts the row of an error from the beginning.
func located(err error, before int) error {
	var row *rowError
	if errors.As(err, &row) {
		row.row += before
	}
	return err
}
