// Package events reads tables of the thresholds from which a manoeuvre is harsh, in
// YAML, and refuses those that make no sense. It opens no files.
package events

import (
	_ "embed"
	"errors"
	"fmt"
	"math"
	"regexp"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"milepost/detectors"
)

// Default is the text of the table that holds where there is no other.
//
//go:embed default.yaml
var Default []byte

// UAHLevel2 is the text of a table as strict as the app that recorded UAH-DriveSet.
//
//go:embed uah-level-2.yaml
var UAHLevel2 []byte

// table is a file. What it leaves out is as in the default.
type table struct {
	Name         string       `yaml:"name"`
	Window       *float64     `yaml:"window_s"`
	Shortest     *float64     `yaml:"shortest_s"`
	Merge        *float64     `yaml:"merge_s"`
	Release      *float64     `yaml:"release_share"`
	Braking      *bounds      `yaml:"braking"`
	Acceleration *accelBounds `yaml:"acceleration"`
	Cornering    *bounds      `yaml:"cornering"`
	Peaks        *bounds      `yaml:"peaks"`
}

type bounds struct {
	From   *float64  `yaml:"from_kmh"`
	Levels []float64 `yaml:"levels_g"`
}

type accelBounds struct {
	From   *float64  `yaml:"from_kmh"`
	Levels []float64 `yaml:"levels_g"`
	Taper  *taper    `yaml:"taper"`
}

type taper struct {
	From  float64 `yaml:"from_kmh"`
	To    float64 `yaml:"to_kmh"`
	Least float64 `yaml:"to_g"`
}

// Parse reads a table. Errors say file:line for everything that is wrong; file is the
// name that they use.
func Parse(file string, text []byte) (*detectors.Thresholds, error) {
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, fmt.Errorf("read event thresholds: %w", located(file, err))
	}
	var t table
	if err := yaml.UnmarshalWithOptions(text, &t, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("read event thresholds: %w", located(file, err))
	}
	c := check{file: file, tree: tree}
	out := *detectors.DefaultThresholds()
	c.apply(&t, &out)
	if len(c.bad) > 0 {
		return nil, fmt.Errorf("read event thresholds: %w", errors.Join(c.bad...))
	}
	return &out, nil
}

// located puts the file and line before what the YAML reader says.
func located(file string, err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		return fmt.Errorf("%s:%d: %s", file, at.GetToken().Position.Line, at.GetMessage())
	}
	return fmt.Errorf("%s: %w", file, err)
}

// check gathers what is wrong with a table while it is applied.
type check struct {
	file string
	tree *ast.File
	bad  []error
}

// say notes that what stands at a path is wrong.
func (c *check) say(path, format string, args ...any) {
	line := 1
	if p, err := yaml.PathString("$." + path); err == nil {
		if n, err := p.FilterFile(c.tree); err == nil && n != nil {
			line = n.GetToken().Position.Line
		}
	}
	c.bad = append(c.bad, fmt.Errorf("%s:%d: %s: %s", c.file, line, path, fmt.Sprintf(format, args...)))
}

// number takes a value that must lie within low and high; absent is the default.
func (c *check) number(path string, from *float64, low, high float64, take func(float64)) {
	switch {
	case from == nil:
	case !(*from >= low && *from <= high):
		c.say(path, "%v is not within %v and %v", *from, low, high)
	default:
		take(*from)
	}
}

// span takes a time in s.
func (c *check) span(path string, from *float64, low, high float64, to *int64) {
	c.number(path, from, low, high, func(s float64) { *to = int64(math.Round(s * 1e6)) })
}

var named = regexp.MustCompile(`^[a-z][a-z0-9-]*/[1-9][0-9]*$`)

func (c *check) apply(t *table, out *detectors.Thresholds) {
	out.Name = t.Name
	if !named.MatchString(t.Name) {
		c.say("name", "%q is no name and version: want one such as default/1", t.Name)
	}
	c.span("window_s", t.Window, detectors.ShortestWindow/1e6, detectors.LongestWindow/1e6, &out.Window)
	c.span("shortest_s", t.Shortest, 0, 10, &out.Shortest)
	c.span("merge_s", t.Merge, 0, 60, &out.Merge)
	c.number("release_share", t.Release, 0.5, 1, func(v float64) { out.Release = v })
	c.bounds("braking", t.Braking, &out.Braking)
	c.bounds("cornering", t.Cornering, &out.Cornering)
	c.bounds("peaks", t.Peaks, &out.Peaks)
	if a := t.Acceleration; a != nil {
		c.bounds("acceleration", &bounds{From: a.From, Levels: a.Levels}, &out.Acceleration)
		c.taper(a.Taper, out)
	}
}

const mostKmh, mostG = 250, 1.2

func (c *check) bounds(path string, from *bounds, to *detectors.Bounds) {
	if from == nil {
		return
	}
	c.number(path+".from_kmh", from.From, 0, mostKmh, func(v float64) { to.Gate = v / 3.6 })
	if from.Levels == nil {
		return
	}
	l := from.Levels
	if len(l) != 3 || !(l[0] >= 0.05 && l[0] <= l[1] && l[1] <= l[2] && l[2] <= mostG) {
		c.say(path+".levels_g", "%v are not three rising levels from 0.05 to %v g", l, mostG)
		return
	}
	to.Levels = [3]float64(l)
}

// taper of acceleration; a table with levels of its own and no taper has none.
func (c *check) taper(from *taper, out *detectors.Thresholds) {
	first := out.Acceleration.Levels[0]
	switch {
	case from == nil:
		out.Taper.Least = first
	case !(from.From >= 0 && from.To > from.From && from.To <= mostKmh):
		c.say("acceleration.taper", "%v to %v km/h is no range of speeds up to %d", from.From, from.To, mostKmh)
	case !(from.Least >= 0.05 && from.Least <= first):
		c.say("acceleration.taper.to_g", "%v is not within 0.05 and the first level, %v g", from.Least, first)
	default:
		out.Taper = detectors.Taper{From: from.From / 3.6, To: from.To / 3.6, Least: from.Least}
	}
}
