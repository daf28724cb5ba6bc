package tables

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"sync"

	"milepost/outcome"
)

//go:embed defaults/*.yaml
var defaults embed.FS

// Set is the tables that a process knows. It is read-only and safe for concurrent use.
type Set struct{ all []*Table } // by name

// Defaults are the tables that come with milepost.
var Defaults = sync.OnceValue(func() *Set {
	within, _ := fs.Sub(defaults, "defaults")
	s := &Set{}
	if err := s.read(within); err != nil {
		return &Set{} // its own test fails
	}
	return s
})

// Read gives the defaults and the tables of a folder: its files *.yaml and *.yml, one
// table each. The error is Problems where tables are wrong, all of them.
func Read(folder fs.FS) (*Set, error) {
	s := &Set{all: slices.Clone(Defaults().all)}
	if err := s.read(folder); err != nil {
		return nil, err
	}
	return s, nil
}

// Find gives a table of a product by its name/version; the empty name gives the
// product's default.
func (s *Set) Find(name string, p outcome.Product) (*Table, bool) {
	if name == "" {
		name = string(p) + "-default/1"
	}
	for _, t := range s.all {
		if t.Name == name && t.Product == p {
			return t, true
		}
	}
	return nil, false
}

// All lists the tables by name.
func (s *Set) All() []*Table { return s.all }

// mostBytes is far beyond what a table needs.
const mostBytes = 1 << 20

func (s *Set) read(folder fs.FS) error {
	files, err := fs.ReadDir(folder, ".")
	if err != nil {
		return fmt.Errorf("read the folder of tables: %w", err)
	}
	var wrong Problems
	for _, f := range files {
		if ext := path.Ext(f.Name()); f.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		text, err := fs.ReadFile(folder, f.Name())
		if err != nil {
			return fmt.Errorf("read a table: %w", err)
		}
		t, err := Parse(f.Name(), text)
		var problems Problems
		switch {
		case errors.As(err, &problems):
			wrong = append(wrong, problems...)
		case !s.add(t):
			wrong = append(wrong, Problem{File: f.Name(), Line: 1, Text: fmt.Sprintf("there is a table %s already: give this one another name or version", t.Name)})
		}
	}
	if len(wrong) > 0 {
		return wrong
	}
	slices.SortFunc(s.all, func(a, b *Table) int { return cmp.Compare(a.Name, b.Name) })
	return nil
}

func (s *Set) add(t *Table) bool {
	if slices.ContainsFunc(s.all, func(o *Table) bool { return o.Name == t.Name }) {
		return false
	}
	s.all = append(s.all, t)
	return true
}

// Parse reads one table. The error is Problems, with the file's name in each.
func Parse(file string, text []byte) (*Table, error) {
	r := &reader{file: file}
	if len(text) > mostBytes {
		r.refuse(0, "%d bytes are too many for a table", len(text))
		return nil, r.err()
	}
	var t *Table
	if v := r.yamlText(text); v != nil {
		t = r.table(v)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return t, nil
}

// FromTerms reads a table back from what Terms gave, through JSON or not.
func FromTerms(terms map[string]any) (*Table, error) {
	r := &reader{file: "terms of the receipt"}
	v, ok := valueOf(terms, 0)
	if !ok {
		r.refuse(0, "they hold what no table holds")
		return nil, r.err()
	}
	t := r.table(v)
	if err := r.err(); err != nil {
		return nil, err
	}
	return t, nil
}
