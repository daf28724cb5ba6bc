package schema_test

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/sinks/alerts"
)

var update = flag.Bool("update", false, "write the tables of docs/outcomes.md and docs/alerts.md anew")

type table struct {
	name string
	of   any
}

// The tables of a page are the schemas' fields, in the order of the types.
func TestDocumentsListTheFields(t *testing.T) {
	for document, tables := range map[string][]table{
		"../../docs/outcomes.md": {{"trip", outcome.Trip{}}, {"event", outcome.Event{}}, {"month", outcome.Month{}},
			{"collision", outcome.Collision{}}, {"addition", outcome.Addition{}},
			{"charge", outcome.Charge{}}, {"factor", outcome.Factor{}}},
		"../../docs/alerts.md": {{"collision_alert", alerts.VehicleAlert{}}, {"collision_notification", alerts.Notification{}},
			{"collision_care", alerts.CareMessage{}}},
	} {
		b, err := os.ReadFile(document)
		if err != nil {
			t.Fatal(err)
		}
		have := string(b)
		want := have
		for _, c := range tables {
			root := readSchema(t, c.name)
			table := "| Field | | Meaning |\n|---|---|---|\n" + strings.Join(fieldRows(t, "", reflect.TypeOf(c.of), root, root), "\n")
			want = between(t, want, c.name, table)
		}
		if *update {
			if err := os.WriteFile(document, []byte(want), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s: run go test ./outcome/schema -update (-schemas +document):\n%s", document, diff)
		}
	}
}

// between puts text between a name's two marks.
func between(t *testing.T, in, name, text string) string {
	t.Helper()
	begin, end := fmt.Sprintf("<!-- %s: begin -->\n", name), fmt.Sprintf("<!-- %s: end -->", name)
	before, rest, found := strings.Cut(in, begin)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("a page has no place for %s", name)
	}
	return before + begin + text + "\n" + end + after
}

// fieldRows lists a type's fields, those of an object within it below it.
func fieldRows(t *testing.T, prefix string, of reflect.Type, s, root map[string]any) (rows []string) {
	t.Helper()
	always := map[string]bool{}
	required, _ := s["required"].([]any)
	for _, name := range required {
		always[name.(string)] = true
	}
	for i := range of.NumField() {
		f := of.Field(i)
		if f.Anonymous {
			rows = append(rows, fieldRows(t, prefix, f.Type, s, root)...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		property := object(object(s["properties"])[name])
		at, from := resolve(t, root, property)
		rows = append(rows, fmt.Sprintf("| `%s` | %s | %s |", prefix+name, map[bool]string{true: "always"}[always[name]], meaning(property, at)))
		inner, suffix := f.Type, "."
		if at["items"] != nil {
			at, from = resolve(t, from, object(at["items"]))
			inner, suffix = inner.Elem(), "[]."
		}
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if at["properties"] != nil {
			rows = append(rows, fieldRows(t, prefix+name+suffix, inner, at, from)...)
		}
	}
	return rows
}

// meaning is what a property's own description says, or else its definition's.
func meaning(property, at map[string]any) string {
	var parts []string
	for _, from := range []map[string]any{property, at} {
		if text, ok := from["description"].(string); ok {
			parts = append(parts, text)
			break
		}
	}
	if word, ok := at["const"].(string); ok {
		parts = append(parts, "The word `"+word+"`.")
	}
	if words, ok := at["enum"].([]any); ok {
		var quoted []string
		for _, w := range words {
			quoted = append(quoted, fmt.Sprintf("`%v`", w))
		}
		parts = append(parts, "One of "+strings.Join(quoted, ", ")+".")
	}
	return strings.ReplaceAll(strings.Join(parts, " "), "|", "\\|")
}
