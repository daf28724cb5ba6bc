package export

import (
	"context"
	"fmt"

	"milepost/outcome"
	"milepost/sinks/read"
)

// counts says how much there is of what.
func (f *facts) counts(tracks int) Counts {
	c := Counts{Trips: len(f.trips), Events: len(f.events), Months: len(f.months), Tracks: tracks,
		Charges: len(f.charges), Factors: len(f.factors),
		Collisions: len(f.collisions), Additions: len(f.additions)}
	for _, a := range f.additions {
		if a.Kind == outcome.AdditionPhoto {
			c.Photos++
		}
	}
	return c
}

// listed is an addition as additions.json has it: its schema's fields, but that a photo's
// bytes stand in a file beside it.
type listed struct {
	*outcome.Addition
	File string `json:"file,omitempty"`
}

func (f *facts) listed() (all []listed) {
	for _, a := range f.additions {
		all = append(all, listed{a, photoName(a)})
	}
	return all
}

// photoName is the time of a photo with its id; empty for what is none.
func photoName(a *outcome.Addition) string {
	if a.Kind != outcome.AdditionPhoto {
		return ""
	}
	ending := map[string]string{"image/jpeg": ".jpg", "image/png": ".png"}[a.MediaType]
	return "photos/" + a.At.Std().Format("2006-01-02T15-04-05") + "Z-" + a.ID + ending
}

// addPhotos reads one photo after the other: each may have 8 MiB.
func (a *archive) addPhotos(ctx context.Context, from Source, f *facts) error {
	for _, one := range f.additions {
		if one.Kind != outcome.AdditionPhoto {
			continue
		}
		body, err := from.Photo(ctx, read.IdentityOf(one))
		if err != nil {
			return fmt.Errorf("write %s: %w", photoName(one), err)
		}
		if err := a.add(photoName(one), body); err != nil {
			return err
		}
	}
	return nil
}
