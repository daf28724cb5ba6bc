package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/dustin/go-humanize/english"

	"milepost/outcome"
	"milepost/report"
	"milepost/report/photo"
	"milepost/sinks"
)

// additionFlags are what a driver adds to a collision's record.
type additionFlags struct {
	Answer   string  `group:"Add" placeholder:"accident|no_accident" help:"Say what it was; the newest answer counts."`
	Note     *string `group:"Add" placeholder:"TEXT" help:"Add a note, of at most 4,000 bytes."`
	Photo    string  `group:"Add" type:"existingfile" placeholder:"FILE" help:"Add a photo, JPEG or PNG. Only its pixels are kept: not where and when it was taken."`
	Caption  string  `group:"Add" placeholder:"TEXT" help:"What the photo shows."`
	TakeBack string  `group:"Add" placeholder:"ID" help:"Take back what was added, by the id that is shown with it."`
}

// Limits of what is added.
const (
	mostText   = 4000 // bytes
	mostPhotos = 20   // of one collision
)

// fit checks the flags.
func (f *additionFlags) fit() error {
	switch outcome.Answer(f.Answer) {
	case "", outcome.AnswerAccident, outcome.AnswerNoAccident:
	default:
		return fmt.Errorf("--answer is %q: must be accident or no_accident", f.Answer)
	}
	if f.Caption != "" && f.Photo == "" {
		return errors.New("--caption goes with --photo")
	}
	return errors.Join(f.noteFits(), textFits("--caption", f.Caption))
}

func (f *additionFlags) noteFits() error {
	switch {
	case f.Note == nil:
		return nil
	case *f.Note == "":
		return errors.New("--note is empty: a note that stands already goes by --take-back ID")
	}
	return textFits("--note", *f.Note)
}

func textFits(flag, text string) error {
	switch {
	case len(text) > mostText:
		return fmt.Errorf("%s has %d bytes: at most %d", flag, len(text), mostText)
	case text != "" && strings.TrimSpace(text) == "":
		return fmt.Errorf("%s is blank", flag)
	}
	return nil
}

// additions makes the outcomes of what the flags add, at the given time.
func (f *additionFlags) additions(to *report.Report, now outcome.Time) ([]outcome.Outcome, error) {
	var out []outcome.Outcome
	add := func(kind outcome.AdditionKind) *outcome.Addition {
		a := addition(&to.Collision, kind, now)
		out = append(out, a)
		return a
	}
	if f.Answer != "" {
		add(outcome.AdditionAnswer).Answer = outcome.Answer(f.Answer)
	}
	if f.Note != nil {
		add(outcome.AdditionNote).Text = *f.Note
	}
	if f.TakeBack != "" {
		a, err := withdrawn(to, f.TakeBack)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	if f.Photo == "" {
		return out, nil
	}
	if n := photosOf(to); n >= mostPhotos {
		return nil, fmt.Errorf("collision %s has %d photos: there can be no more", to.Collision.ID, n)
	}
	content, kind, err := readPhoto(f.Photo)
	if err != nil {
		return nil, err
	}
	a := add(outcome.AdditionPhoto)
	a.Text, a.MediaType, a.Content = f.Caption, kind, content
	return out, nil
}

func addition(to *outcome.Collision, kind outcome.AdditionKind, at outcome.Time) *outcome.Addition {
	id := outcome.ID(to.VehicleID, fmt.Sprintf("%s/%s/%s", outcome.TypeAddition, to.ID, kind), at)
	return &outcome.Addition{
		Header: outcome.Header{Type: outcome.TypeAddition, ID: id, VehicleID: to.VehicleID, At: at, Revision: 1},
		State:  outcome.Final, CollisionID: to.ID, Kind: kind}
}

// withdrawn is the end of an addition: nothing of what was added is left in it.
func withdrawn(from *report.Report, id string) (*outcome.Addition, error) {
	for i := range from.Additions {
		if a := &from.Additions[i]; a.ID == id {
			end := &outcome.Addition{Header: a.Header, State: outcome.Withdrawn, CollisionID: a.CollisionID, Kind: a.Kind}
			end.Revision++
			return end, nil
		}
	}
	return nil, fmt.Errorf("nothing with the id %s was added to collision %s", id, from.Collision.ID)
}

func photosOf(r *report.Report) (n int) {
	for i := range r.Additions {
		if r.Additions[i].Kind == outcome.AdditionPhoto {
			n++
		}
	}
	return n
}

// readPhoto reads a file and leaves its pixels alone.
func readPhoto(path string) (content []byte, mediaType string, err error) {
	// A pipe has no end that could be waited for, and no signal ends the opening of one.
	if info, err := os.Stat(path); err != nil {
		return nil, "", err
	} else if !info.Mode().IsRegular() {
		return nil, "", fmt.Errorf("take the photo %s: it is no regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	content, err = io.ReadAll(io.LimitReader(file, photo.MostRead+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, "", fmt.Errorf("read %s: %w", path, err)
	}
	if content, mediaType, err = photo.Clean(content); err != nil {
		return nil, "", fmt.Errorf("take the photo %s: %w", path, err)
	}
	return content, mediaType, nil
}

// keep writes to every store of the choice: what milepost run writes to both, a person's
// word must stand in both. All are opened before anything is written: said again after a
// failure, it would stand twice in the one that had taken it.
func (c *storeChoice) keep(ctx context.Context, batch []outcome.Outcome) (err error) {
	stores, err := c.writers(ctx)
	for _, store := range stores {
		if err == nil {
			err = store.Write(ctx, batch)
		}
	}
	for _, store := range stores {
		err = errors.Join(err, store.Close())
	}
	return err
}

// writers opens the stores of the choice for writing, and gives also those that it had
// opened when it failed.
func (c *storeChoice) writers(ctx context.Context) (stores []closingWriter, err error) {
	file := cmp.Or(c.Store, defaultStore)
	if c.Config != "" {
		settings, err := (&storeFlags{Config: c.Config}).settings()
		if err != nil {
			return nil, err
		}
		if len(settings.ClickHouse.Addresses) > 0 {
			store, err := openClickHouse(ctx, settings.ClickHouse)
			if err != nil {
				return nil, err
			}
			stores = append(stores, store)
		}
		file = settings.SQLite
	}
	if file == "" {
		return stores, nil
	}
	store, err := openOwn(ctx, file)
	if err == nil {
		stores = append(stores, store)
	}
	return stores, err
}

// closingWriter is a store that is open for writing.
type closingWriter interface {
	sinks.Writer
	io.Closer
}

// summed says what was kept and what was taken back.
func summed(added []outcome.Outcome) string {
	var kept, back []string
	for _, o := range added {
		if a, ok := o.(*outcome.Addition); ok {
			if a.State == outcome.Withdrawn {
				back = append(back, string(a.Kind))
			} else {
				kept = append(kept, string(a.Kind))
			}
		}
	}
	var said []string
	if len(kept) > 0 {
		said = append(said, "kept: "+english.WordSeries(kept, "and"))
	}
	if len(back) > 0 {
		said = append(said, "taken back: "+english.WordSeries(back, "and"))
	}
	return strings.Join(said, "; ")
}
