package export

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"text/template"
	"time"

	"milepost/outcome"
	"milepost/outcome/schema"
)

// archive writes files into a zip and remembers what they are.
type archive struct {
	zip   *zip.Writer
	files []File
}

// File is one file of an export, as the manifest lists it.
type File struct {
	Name   string `json:"name"`
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Format names the form of an export.
const Format = "milepost-export/1"

// Manifest is what manifest.json says of an export.
type Manifest struct {
	Format    string        `json:"format"`
	Version   string        `json:"milepost_version"`
	VehicleID string        `json:"vehicle_id"`
	AccountID string        `json:"account_id,omitempty"` // the only one whose drives are in it
	MadeOn    string        `json:"made_on"`              // YYYY-MM-DD, UTC
	From      *outcome.Time `json:"from,omitempty"`
	To        *outcome.Time `json:"to,omitempty"`
	Methods   []string      `json:"methods"` // by which scores were computed
	Counts    Counts        `json:"counts"`
	Files     []File        `json:"files"` // all but the manifest itself
}

// entryTime is the time of every file in the zip: what the clock says would make other
// bytes of the same facts. It is the earliest that a zip can hold.
var entryTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func (a *archive) add(name string, body []byte) error {
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: entryTime})
	if err == nil {
		_, err = w.Write(body)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	sum := sha256.Sum256(body)
	a.files = append(a.files, File{Name: name, Bytes: len(body), SHA256: hex.EncodeToString(sum[:])})
	return nil
}

func (a *archive) addJSON(name string, v any) error {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", name, err)
	}
	return a.add(name, append(body, '\n'))
}

// fill writes everything; what a person reads first comes first.
func (a *archive) fill(ctx context.Context, from Source, f *facts, r Request) (Counts, error) {
	tracks, err := tracksOf(f)
	if err != nil {
		return Counts{}, err
	}
	c := f.counts(len(tracks))
	m := &Manifest{Format: Format, Version: r.Version, VehicleID: r.Vehicle, AccountID: r.Account, MadeOn: r.MadeOn.UTC().Format(time.DateOnly), Methods: methods(f), Counts: c}
	if r.From != 0 {
		m.From = &r.From
	}
	if r.To != 0 {
		m.To = &r.To
	}
	if err := a.addReadme(m); err != nil {
		return c, err
	}
	for _, one := range []struct {
		name string
		list any
	}{{"trips.json", orEmpty(f.trips)}, {"events.json", orEmpty(f.events)}, {"months.json", orEmpty(f.months)},
		{"charges.json", orEmpty(f.charges)}, {"factors.json", orEmpty(f.factors)},
		{"collisions.json", orEmpty(f.collisions)}, {"additions.json", orEmpty(f.listed())}} {
		if err := a.addJSON(one.name, one.list); err != nil {
			return c, err
		}
	}
	for _, t := range tracks {
		if err := a.add(t.name, t.body); err != nil {
			return c, err
		}
	}
	if err := a.addPhotos(ctx, from, f); err != nil {
		return c, err
	}
	if err := a.addSchemas(); err != nil {
		return c, err
	}
	m.Files = a.files
	return c, a.addJSON("manifest.json", m)
}

// orEmpty makes [] of nothing, where null would be read as an error.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// methods lists how scores came about, each once, in the order of their first use.
func methods(f *facts) (names []string) {
	seen := map[string]bool{"": true}
	note := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, t := range f.trips {
		note(t.Receipt.Method)
		if t.Coaching != nil {
			note(t.Coaching.Method)
		}
	}
	for _, x := range f.factors {
		note(x.Method)
	}
	return orEmpty(names)
}

func (a *archive) addSchemas() error {
	names, err := fs.Glob(schema.FS, "*.json")
	if err != nil {
		return fmt.Errorf("list schemas: %w", err)
	}
	for _, name := range names {
		body, err := schema.FS.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read schema %s: %w", name, err)
		}
		if err := a.add("schema/"+name, body); err != nil {
			return err
		}
	}
	return nil
}

//go:embed README.txt
var readme string

var readmeTemplate = template.Must(template.New("README.txt").Parse(readme))

func (a *archive) addReadme(m *Manifest) error {
	var text bytes.Buffer
	if err := readmeTemplate.Execute(&text, m); err != nil {
		return fmt.Errorf("write README.txt: %w", err)
	}
	return a.add("README.txt", text.Bytes())
}
