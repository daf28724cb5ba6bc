package check

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"strconv"

	"github.com/tidwall/gjson"

	"milepost/ingest/raw"
	"milepost/outcome"
	"milepost/sinks/read"
)

// digester makes facts of records and of rows, in a form in which they can be compared.
type digester struct{ seed maphash.Seed }

// ofRecord reads a record as it was written: whoever writes the same bytes wrote the
// same fact, and decoding it costs ten times as much. What then seems to differ is read
// by ofDecoded.
func (d digester) ofRecord(l letter, r *raw.Record) (fact, error) {
	if !gjson.ValidBytes(r.Value) {
		return fact{}, errors.New("its value is no JSON")
	}
	method := "method"
	if l.kind == outcome.TypeTrip {
		method = "receipt.method"
	}
	f := fact{id: l.id, kind: l.kind, key: d.key(r.Key, l.at), digest: maphash.Bytes(d.seed, r.Value)}
	found := gjson.GetManyBytes(r.Value, "revision", "state", method)
	f.withdrawn = found[1].String() == string(outcome.Withdrawn)
	var err error
	f.version, err = versionOf(found[0].Uint(), found[2].String())
	return f, err
}

// ofDecoded reads a record as what it means: another order of its fields, and fields
// that are not known here, make no difference.
func (d digester) ofDecoded(l letter, r *raw.Record) (fact, []byte, error) {
	o, err := outcome.Decode(r.Value)
	if err != nil {
		return fact{}, nil, err
	}
	f := fact{id: l.id, kind: l.kind, key: d.key(r.Key, l.at), withdrawn: outcome.StateOf(o) == outcome.Withdrawn}
	if f.version, err = versionOf(uint64(o.Head().Revision), outcome.MethodOf(o)); err != nil {
		return f, nil, err
	}
	text, err := json.Marshal(o)
	f.digest = maphash.Bytes(d.seed, text)
	return f, text, err
}

// ofRow reads a row.
func (d digester) ofRow(kind outcome.Type, v *read.Version, id identity) (fact, []byte, error) {
	f := fact{id: id, kind: kind, version: version{v.MethodVersion, v.Revision}, withdrawn: v.State == outcome.Withdrawn}
	if v.Fact == nil {
		return f, nil, nil
	}
	head := v.Fact.Head()
	f.key = d.key([]byte(head.VehicleID), head.At)
	if f.withdrawn {
		return f, nil, nil // what it was does not matter
	}
	text, err := json.Marshal(v.Fact)
	if err != nil {
		return f, nil, fmt.Errorf("encode %s %s: %w", kind, v.ID, err)
	}
	f.digest = maphash.Bytes(d.seed, text)
	return f, text, nil
}

func versionOf(revision uint64, method string) (version, error) {
	number, err := outcome.MethodVersion(method)
	if err != nil {
		return version{}, err
	}
	if revision > 1<<32-1 {
		return version{}, fmt.Errorf("revision is %s", strconv.FormatUint(revision, 10))
	}
	return version{number, uint32(revision)}, nil
}

// key tells the keys of one fact apart. Outside times have milliseconds.
func (d digester) key(vehicle []byte, at outcome.Time) uint32 {
	var h maphash.Hash
	h.SetSeed(d.seed)
	var ms [8]byte
	binary.LittleEndian.PutUint64(ms[:], uint64(milliseconds(at)))
	h.Write(ms[:])
	h.Write(vehicle)
	return uint32(h.Sum64())
}

// milliseconds cuts a time as its outside form does.
func milliseconds(at outcome.Time) int64 { return at.Std().UnixMilli() }

func identityOf(hexadecimal string) (id identity, err error) {
	if len(hexadecimal) != hex.EncodedLen(len(id)) {
		return id, fmt.Errorf("%q is no id", hexadecimal)
	}
	_, err = hex.Decode(id[:], []byte(hexadecimal))
	return id, err
}
