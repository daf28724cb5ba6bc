package schema_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/outcome"
	"milepost/outcome/schema"
	"milepost/sinks/alerts"
)

// The schemas are written by hand: this test keeps them and the Go types naming
// the same fields, and requiring those that are always written.
func TestSchemasNameTheFieldsOfTheTypes(t *testing.T) {
	for name, o := range map[string]outcome.Outcome{"trip": &outcome.Trip{}, "event": &outcome.Event{}, "month": &outcome.Month{},
		"collision": &outcome.Collision{}, "addition": &outcome.Addition{}, "charge": &outcome.Charge{}, "factor": &outcome.Factor{},
		"collision_alert": &alerts.VehicleAlert{}, "collision_notification": &alerts.Notification{}, "collision_care": &alerts.CareMessage{}} {
		t.Run(name, func(t *testing.T) {
			root := readSchema(t, name)
			got := map[string]bool{}
			collectSchema(t, got, "", root, root)
			want := map[string]bool{}
			collectType(want, "", reflect.TypeOf(o).Elem())
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("fields, true where required (-types +schema):\n%s", diff)
			}
		})
	}
}

func TestEveryPropertyIsDescribed(t *testing.T) {
	for _, name := range []string{"trip", "event", "month", "collision", "addition", "charge", "factor", "collision_alert", "collision_notification", "collision_care"} {
		root := readSchema(t, name)
		for _, s := range append([]map[string]any{root}, definitions(root)...) {
			for field, p := range object(s["properties"]) {
				at, _ := resolve(t, root, object(p))
				if object(p)["description"] == nil && at["description"] == nil && at["const"] == nil && at["properties"] == nil {
					t.Errorf("%s: property %s has no description", name, field)
				}
			}
		}
	}
}

func readSchema(t *testing.T, name string) map[string]any {
	t.Helper()
	b, err := schema.FS.ReadFile(name + ".schema.json")
	if err != nil {
		b, err = schema.Messages.ReadFile("messages/" + name + ".schema.json")
	}
	if err != nil {
		t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatalf("schema %s: %v", name, err)
	}
	return s
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func definitions(root map[string]any) []map[string]any {
	var out []map[string]any
	for _, d := range object(root["$defs"]) {
		out = append(out, object(d))
	}
	return out
}

// resolve follows a $ref into its file; it returns the schema and the root that
// further references count from.
func resolve(t *testing.T, root, s map[string]any) (at, from map[string]any) {
	t.Helper()
	ref, ok := s["$ref"].(string)
	if !ok {
		return s, root
	}
	file, pointer, _ := strings.Cut(ref, "#/$defs/")
	if file != "" {
		root = readSchema(t, strings.TrimSuffix(file, ".schema.json"))
	}
	at = object(object(root["$defs"])[pointer])
	if at == nil {
		t.Fatalf("reference %s leads nowhere", ref)
	}
	return at, root
}

func collectSchema(t *testing.T, into map[string]bool, prefix string, root, s map[string]any) {
	t.Helper()
	s, root = resolve(t, root, s)
	if items, ok := s["items"]; ok {
		collectSchema(t, into, prefix, root, object(items))
		return
	}
	required, _ := s["required"].([]any)
	if s["properties"] != nil && s["additionalProperties"] != false {
		t.Errorf("object at %q lets unknown properties pass", prefix)
	}
	for field, p := range object(s["properties"]) {
		into[prefix+field] = slices.Contains(required, any(field))
		collectSchema(t, into, prefix+field+".", root, object(p))
	}
}

func collectType(into map[string]bool, prefix string, typ reflect.Type) {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return
	}
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous {
			collectType(into, prefix, f.Type)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		into[prefix+name] = options != "omitempty"
		collectType(into, prefix+name+".", f.Type)
	}
}
