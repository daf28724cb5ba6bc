package check

import (
	"encoding/json"
	"hash/maphash"
	"testing"

	"milepost/ingest/raw"
	"milepost/outcome"
)

// Whatever a record holds, both ways of reading it end without a panic; and of what
// milepost writes they say the same.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"type":"trip","revision":2,"state":"withdrawn","receipt":{"method":"performance/1"}}`))
	f.Add([]byte(`{"type":"event","revision":1,"state":"final","method":"performance/3","at":"2026-09-01T08:00:00.000Z"}`))
	f.Add([]byte(`{"type":"month","revision":4294967296,"method":"performance/70000","days":[]}`))
	f.Add([]byte(`{"revision":-1,"state":7,"method":{}}`))
	f.Add([]byte(``))
	d := digester{maphash.MakeSeed()}
	f.Fuzz(func(t *testing.T, value []byte) {
		for _, kind := range kinds {
			_, _ = d.ofRecord(letter{kind: kind}, &raw.Record{Value: value})
		}
		o, err := outcome.Decode(value)
		if err != nil {
			return
		}
		text, err := json.Marshal(o)
		if err != nil {
			return
		}
		r, l := &raw.Record{Key: []byte("car"), Value: text}, letter{kind: o.Head().Type, at: o.Head().At}
		quick, errQuick := d.ofRecord(l, r)
		whole, _, errWhole := d.ofDecoded(l, r)
		if (errQuick == nil) != (errWhole == nil) {
			t.Fatalf("%s: %v against %v", text, errQuick, errWhole)
		}
		if errQuick != nil {
			return
		}
		if quick.version != whole.version || quick.withdrawn != whole.withdrawn || quick.key != whole.key || quick.digest != whole.digest {
			t.Errorf("%s: %+v against %+v", text, quick, whole)
		}
	})
}
