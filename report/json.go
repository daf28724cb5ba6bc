package report

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"milepost/outcome"
)

// Document is the report's JSON form: report.schema.json.
type Document struct {
	Format    string             `json:"format"`
	Statement string             `json:"statement"` // what it is and what not
	Notice    string             `json:"notice,omitempty"`
	Zone      string             `json:"zone,omitempty"`  // IANA zone where the vehicle was, where known
	Label     outcome.Answer     `json:"label,omitempty"` // the driver's newest answer
	Collision *outcome.Collision `json:"collision"`       // without account and driver
	Additions []Addition         `json:"additions"`
	Measured  []Statement        `json:"measured"`
	Inferred  []Statement        `json:"inferred"`
	Unknown   []string           `json:"unknown"`
	Weakness  []string           `json:"weakness"`
}

// Addition is what a driver added, a photo by its name and size.
type Addition struct {
	ID        string               `json:"id"`
	At        outcome.Time         `json:"at"`
	Kind      outcome.AdditionKind `json:"kind"`
	Answer    outcome.Answer       `json:"answer,omitempty"`
	Text      string               `json:"text,omitempty"`
	Name      string               `json:"name,omitempty"`
	MediaType string               `json:"media_type,omitempty"`
	SizeBytes int                  `json:"size_bytes,omitempty"`
	Content   []byte               `json:"content,omitempty"` // base64; only where asked for
}

// Format names the JSON form and its version.
const Format = "milepost.collision-report/1"

// Document gives the report's JSON form, with the photos' bytes where they are asked for.
func (r *Report) Document(photos bool) *Document {
	v := r.view()
	// Who has the report may be anybody: the keeper's names of account and driver, by which
	// reports of other days could be joined, stay at home, as in the PDF.
	record := r.Collision
	record.AccountID, record.DriverID = "", ""
	d := &Document{Format: Format, Statement: whatItIs, Notice: r.Notice, Collision: &record,
		Additions: []Addition{}, Measured: orEmpty(v.measured()), Inferred: orEmpty(v.inferred()),
		Unknown: v.unknown(), Weakness: orEmpty(v.weakness())}
	if v.zone != nil {
		d.Zone = v.zone.String()
	}
	if v.answer != nil {
		d.Label = v.answer.Answer
	}
	number := 0
	for _, a := range r.added() {
		out := Addition{ID: a.ID, At: a.At, Kind: a.Kind, Answer: a.Answer, Text: a.Text}
		if a.Kind == outcome.AdditionPhoto {
			number++
			out.Name, out.MediaType, out.SizeBytes = photoName(&a, number), a.MediaType, len(a.Content)
			if photos {
				out.Content = a.Content
			}
		}
		d.Additions = append(d.Additions, out)
	}
	return d
}

// JSON writes the report's JSON form, indented.
func (r *Report) JSON(w io.Writer, photos bool) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	if err := out.Encode(r.Document(photos)); err != nil {
		return fmt.Errorf("write the report of collision %s: %w", r.Collision.ID, err)
	}
	return nil
}

// orEmpty makes no list an empty one.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func sortedNames(t outcome.Thresholds) []string { return slices.Sorted(maps.Keys(t)) }
