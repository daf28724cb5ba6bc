package mappings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/replay/csvimport"
	"milepost/replay/mappings"
)

func TestEveryMappingLoads(t *testing.T) {
	want := []string{"comma2k19", "curitiba", "omaha", "twizy", "uah"}
	if diff := cmp.Diff(want, mappings.Names()); diff != "" {
		t.Error(diff)
	}
	for _, name := range mappings.Names() {
		text, ok := mappings.Lookup(name)
		if !ok {
			t.Fatalf("%s is listed but not found", name)
		}
		m, err := csvimport.Load(name, text)
		if err != nil {
			t.Error(err)
		} else if m.Name != name {
			t.Errorf("%s.yaml calls itself %s", name, m.Name)
		}
	}
}

func TestLookupOfOthers(t *testing.T) {
	for _, name := range []string{"", "nosuch", "../mappings/uah", "uah.yaml"} {
		if _, ok := mappings.Lookup(name); ok {
			t.Errorf("%q was found", name)
		}
	}
}
