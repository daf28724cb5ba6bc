package csvimport

import (
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-yaml"

	"milepost/fleet"
)

// Mapping says how files of one kind become drives. docs/import.md describes
// every key.
type Mapping struct {
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
	Origin      string `yaml:"source"`

	Drive       string `yaml:"drive"`        // file (default) or folder
	DriveColumn string `yaml:"drive_column"` // a file's drives are told apart by this column

	Vehicle    Pick             `yaml:"vehicle"`
	Zone       string           `yaml:"zone"` // IANA, of the vehicles
	Powertrain fleet.Powertrain `yaml:"powertrain"`
	Vehicles   []fleet.Profile  `yaml:"vehicles"` // where they differ

	FrameSeconds float64 `yaml:"frame_s"` // default 10

	BadValue string `yaml:"bad_value"` // null (default), drop_row, fail
	BadTime  string `yaml:"bad_time"`  // drop_row (default), fail
	Order    string `yaml:"order"`     // drop (default), sort, fail

	Constants []Constant `yaml:"constants"`
	Sources   []Source   `yaml:"sources"`

	constants []bodyValue
}

// Pick says where a text comes from: exactly one of a constant, a column, or a
// regular expression with one group on the name of the file or of its folder.
type Pick struct {
	Constant string `yaml:"constant"`
	Column   string `yaml:"column"`
	File     string `yaml:"file"`
	Folder   string `yaml:"folder"`

	pattern *pattern
}

// Constant is a body signal's state from each drive's first sample on.
type Constant struct {
	Signal string `yaml:"signal"`
	Value  string `yaml:"value"`
}

// Source is one kind of file.
type Source struct {
	Name     string `yaml:"name"`
	Files    string `yaml:"files"`    // a glob on the file's name
	Optional bool   `yaml:"optional"` // a folder may lack it

	Separator    string   `yaml:"separator"` // one character, tab, or whitespace
	Header       *bool    `yaml:"header"`    // default true; without, columns are numbers from 1
	DecimalComma bool     `yaml:"decimal_comma"`
	Thousands    string   `yaml:"thousands"` // what groups a number's digits by three; none without
	Null         []string `yaml:"null"`
	Comment      string   `yaml:"comment"`
	SkipLines    int      `yaml:"skip_lines"`
	Encoding     string   `yaml:"encoding"`     // utf-8 (default), latin-1, utf-16
	ColumnMajor  []string `yaml:"column_major"` // the columns of a matrix that was written column after column

	Time      Time                `yaml:"time"`
	DropWhere map[string][]string `yaml:"drop_where"`
	KeepWhere map[string][]string `yaml:"keep_where"`
	Columns   []Column            `yaml:"columns"`

	style   numberStyle
	filters []filter
	columns []target
}

// Time says how a row's time is read.
type Time struct {
	Columns  []string `yaml:"columns"` // joined with a space
	Format   string   `yaml:"format"`  // a Go layout, unix_s, unix_ms, unix_us or seconds_since
	Zone     string   `yaml:"zone"`    // IANA or +hh:mm; default the mapping's
	Start    *Start   `yaml:"start"`   // seconds_since: what from
	Anchor   *Anchor  `yaml:"anchor"`  // seconds_since: or what ties the clock to UTC
	Earliest string   `yaml:"earliest"`
	Latest   string   `yaml:"latest"`

	clock clock
}

// Start is the instant that seconds_since counts from.
type Start struct {
	Constant string `yaml:"constant"`
	File     string `yaml:"file"`
	Folder   string `yaml:"folder"`
	Format   string `yaml:"format"`

	pattern *pattern
}

// Anchor ties a clock that counts from an unknown instant to UTC: the median
// difference between the named source's UTC column and its own clock.
type Anchor struct {
	Source string `yaml:"source"`
	Column string `yaml:"column"`
	Format string `yaml:"format"`
}

// Column maps a column to a signal.
type Column struct {
	From   string            `yaml:"from"`
	To     string            `yaml:"to"` // VSS path
	Unit   string            `yaml:"unit"`
	Scale  *float64          `yaml:"scale"`
	Offset float64           `yaml:"offset"` // added after scale, in Unit
	Negate bool              `yaml:"negate"` // last
	NA     []string          `yaml:"na"`
	Words  map[string]string `yaml:"words"`
}

// maxMapping bounds the size of a mapping file, in bytes.
const maxMapping = 1 << 20

// LoadFile reads a mapping from a file. ErrMapping names line and column.
func LoadFile(path string) (*Mapping, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open mapping: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	data, err := io.ReadAll(io.LimitReader(f, maxMapping+1))
	if err != nil {
		return nil, fmt.Errorf("read mapping %s: %w", path, err)
	}
	return Load(path, data)
}

// Load reads a mapping; name is what errors call it. An unknown key, signal or
// unit, and a unit that does not fit its signal, are ErrMapping.
func Load(name string, data []byte) (m *Mapping, err error) {
	if len(data) > maxMapping {
		return nil, fmt.Errorf("%w %s: it has more than %d bytes", ErrMapping, name, maxMapping)
	}
	defer func() {
		if p := recover(); p != nil {
			m, err = nil, fmt.Errorf("%w %s: the YAML cannot be read: %v", ErrMapping, name, p)
		}
	}()
	m = &Mapping{}
	if err := yaml.UnmarshalWithOptions(data, m, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%w %s: %s", ErrMapping, name, yaml.FormatError(err, false, true))
	}
	if p := m.check(); p != nil {
		return nil, fmt.Errorf("%w %s%s", ErrMapping, name, p.locate(data))
	}
	return m, nil
}
