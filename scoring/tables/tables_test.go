package tables_test

import (
	"testing"

	"milepost/outcome"
	"milepost/scoring/tables"
)

func TestDefaults(t *testing.T) {
	if n := len(tables.Defaults().All()); n != 3 {
		t.Fatalf("%d tables, want 3", n)
	}
	for _, p := range []outcome.Product{outcome.ProductUBI, outcome.ProductFHI, outcome.ProductPHI} {
		byName, ok := tables.Defaults().Find(string(p)+"-default/1", p)
		if !ok {
			t.Fatalf("%s has no default", p)
		}
		if byDefault, ok := tables.Defaults().Find("", p); !ok || byDefault != byName {
			t.Errorf("%s: the default is %v", p, byDefault)
		}
	}
	if _, ok := tables.Defaults().Find("ubi-default/1", outcome.ProductFHI); ok {
		t.Error("a table of another product was found")
	}
}
