package schema_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/outcome/schema"
)

func newValidator(t *testing.T) *schema.Validator {
	t.Helper()
	v, err := schema.NewValidator()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// samples reads testdata/<name>.txt: blocks of "# title", an expected part of
// the error (absent for good samples) after "! ", and one JSON document.
func samples(t *testing.T, name string) []sample {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out []sample
	for _, block := range strings.Split(string(b), "# ")[1:] {
		title, rest, _ := strings.Cut(block, "\n")
		s := sample{title: title}
		if after, ok := strings.CutPrefix(rest, "! "); ok {
			s.want, rest, _ = strings.Cut(after, "\n")
		}
		s.doc = []byte(strings.TrimSpace(rest))
		out = append(out, s)
	}
	return out
}

type sample struct {
	title, want string
	doc         []byte
}

func TestGoodSamples(t *testing.T) {
	v := newValidator(t)
	for _, s := range samples(t, "good") {
		t.Run(s.title, func(t *testing.T) {
			if err := v.ValidateJSON(s.doc); err != nil {
				t.Error(err)
			}
			o, err := outcome.Decode(s.doc)
			if err != nil {
				t.Fatal(err)
			}
			if err := v.Validate(o); err != nil {
				t.Errorf("after decoding: %v", err)
			}
			if diff := cmp.Diff(compact(t, s.doc), encode(t, o)); diff != "" {
				t.Errorf("decoding and encoding changed the sample (-file +encoded):\n%s", diff)
			}
		})
	}
}

func TestBadSamples(t *testing.T) {
	v := newValidator(t)
	for _, s := range samples(t, "bad") {
		t.Run(s.title, func(t *testing.T) {
			err := v.ValidateJSON(s.doc)
			if err == nil || !strings.Contains(err.Error(), s.want) {
				t.Errorf("got error %v, want one with %q", err, s.want)
			}
		})
	}
}

func compact(t *testing.T, b []byte) string {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, b); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func encode(t *testing.T, o outcome.Outcome) string {
	t.Helper()
	b, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
