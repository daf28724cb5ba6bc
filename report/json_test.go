package report

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"milepost/outcome"
	"milepost/outcome/schema"
)

func reportSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	add := func(name string, text []byte) {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(name, doc); err != nil {
			t.Fatal(err)
		}
	}
	names, err := fs.Glob(schema.FS, "*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := schema.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		add(name, text)
	}
	text, err := os.ReadFile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	add("report.schema.json", text)
	s, err := c.Compile("report.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every sample's JSON form is what the schema says, with the photos and without.
func TestJSONFollowsItsSchema(t *testing.T) {
	s := reportSchema(t)
	for _, c := range samples {
		for _, photos := range []bool{false, true} {
			var b bytes.Buffer
			r := c.make()
			if err := r.JSON(&b, photos); err != nil {
				t.Fatal(err)
			}
			doc, err := jsonschema.UnmarshalJSON(&b)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(doc); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
	}
}

// Photos are named by number, and come along only where they are asked for.
func TestJSONNamesPhotos(t *testing.T) {
	r := rolledOver()
	plain, whole := r.Document(false), r.Document(true)
	var names []string
	for i, a := range plain.Additions {
		if a.Kind != outcome.AdditionPhoto {
			continue
		}
		names = append(names, a.Name)
		if a.Content != nil || a.SizeBytes == 0 || a.SizeBytes != len(whole.Additions[i].Content) {
			t.Errorf("%s: %d bytes, with content %d", a.Name, a.SizeBytes, len(whole.Additions[i].Content))
		}
	}
	if !slices.Equal(names, []string{"photo-1.jpg", "photo-2.jpg", "photo-3.jpg"}) {
		t.Error(names)
	}
}

// The newest answer is the label; what was withdrawn, or is another collision's, is not
// in the report.
func TestTheNewestAnswerCounts(t *testing.T) {
	r := frontal()
	r.Additions = append([]outcome.Addition{
		addition(sampleAt, 9000, outcome.AdditionAnswer, func(a *outcome.Addition) { a.Answer = outcome.AnswerNoAccident }),
		addition(sampleAt, 9500, outcome.AdditionAnswer, func(a *outcome.Addition) { a.Answer, a.State = outcome.AnswerAccident, outcome.Withdrawn }),
		addition(sampleAt, 9600, outcome.AdditionNote, func(a *outcome.Addition) { a.Text, a.CollisionID = "of another", strings.Repeat("0", 32) }),
	}, r.Additions...)
	d := r.Document(false)
	if d.Label != outcome.AnswerNoAccident || len(d.Additions) != 3 {
		t.Errorf("label %s of %d additions", d.Label, len(d.Additions))
	}
	text := readPaper(t, pdfOf(t, r)).String()
	if !strings.Contains(text, answers[outcome.AnswerNoAccident]) || strings.Contains(text, "of another") {
		t.Error(text)
	}
}

// What statements are about are fields of the record.
func TestStatementsNameFields(t *testing.T) {
	known := map[string]bool{}
	for _, of := range []any{outcome.Header{}, outcome.Collision{}} {
		for i := range reflect.TypeOf(of).NumField() {
			name, _, _ := strings.Cut(reflect.TypeOf(of).Field(i).Tag.Get("json"), ",")
			known[name] = true
		}
	}
	for _, c := range samples {
		d := c.make().Document(false)
		for _, s := range append(d.Measured, d.Inferred...) {
			for _, f := range s.Fields {
				if !known[f] {
					t.Errorf("%s: %q is about %s, which no record has", c.name, s.Text, f)
				}
			}
		}
	}
}

// The JSON form is the record itself: nothing is lost or rounded.
func TestJSONKeepsTheRecord(t *testing.T) {
	r := frontal()
	var b bytes.Buffer
	if err := r.JSON(&b, false); err != nil {
		t.Fatal(err)
	}
	var d struct{ Collision json.RawMessage }
	if err := json.Unmarshal(b.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	got, err := outcome.Decode(d.Collision)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(&r.Collision)
	if have, _ := json.Marshal(got); !bytes.Equal(have, want) {
		t.Errorf("%s\nwant\n%s", have, want)
	}
}
