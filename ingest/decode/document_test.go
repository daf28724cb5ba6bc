package decode

import (
	"os"
	"strings"
	"testing"
)

// docs/uplink-formats.md names every field, signal, class, loss and format there is.
func TestTheDocumentIsComplete(t *testing.T) {
	b, err := os.ReadFile("../../docs/uplink-formats.md")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{dimoRedacted, dimoSignalsType}
	for f := range teslaTargets {
		names = append(names, f.String())
	}
	for name := range dimoTargets {
		names = append(names, name)
	}
	for name := range contentTypes {
		names = append(names, name)
	}
	for c := range Class(Classes) {
		names = append(names, c.String())
	}
	for l := range Loss(LossCount) {
		names = append(names, l.String())
	}
	for _, name := range names {
		if !strings.Contains(string(b), "`"+name+"`") {
			t.Errorf("docs/uplink-formats.md does not name %s", name)
		}
	}
}
