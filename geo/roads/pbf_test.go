package roads

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"testing"

	"milepost/geo/blocks"

	"github.com/paulmach/orb"
	"google.golang.org/protobuf/encoding/protowire"
)

// pbf writes an extract as the format's page has it: blobs of a header and of blocks
// (wiki.openstreetmap.org/wiki/PBF_Format).
type pbf struct {
	texts  map[string]uint64
	table  []byte
	groups []byte
}

func newPBF() *pbf { return &pbf{texts: map[string]uint64{"": 0}, table: field(nil, 1, nil)} }

func field(to []byte, n protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, n, protowire.BytesType), value)
}

func number(to []byte, n protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(to, n, protowire.VarintType), v)
}

func (p *pbf) text(s string) uint64 {
	if _, ok := p.texts[s]; !ok {
		p.texts[s] = uint64(len(p.texts))
		p.table = field(p.table, 1, []byte(s))
	}
	return p.texts[s]
}

// tags are keys and values, as fields 2 and 3.
func (p *pbf) tags(to []byte, tags []string) []byte {
	var keys, values []byte
	for i := 0; i < len(tags); i += 2 {
		keys = protowire.AppendVarint(keys, p.text(tags[i]))
		values = protowire.AppendVarint(values, p.text(tags[i+1]))
	}
	return field(field(to, 2, keys), 3, values)
}

func (p *pbf) node(id int64, at orb.Point, tags ...string) {
	delta := func(v int64) []byte { return protowire.AppendVarint(nil, protowire.EncodeZigZag(v)) }
	n := field(nil, 1, delta(id))
	n = field(n, 8, delta(int64(math.Round(at[1]*1e7))))
	n = field(n, 9, delta(int64(math.Round(at[0]*1e7))))
	var texts []byte
	for _, t := range tags {
		texts = protowire.AppendVarint(texts, p.text(t))
	}
	p.groups = field(p.groups, 2, field(nil, 2, field(n, 10, append(texts, 0))))
}

func (p *pbf) way(id int64, nodes []int64, tags ...string) {
	w := p.tags(number(nil, 1, uint64(id)), tags)
	var refs []byte
	last := int64(0)
	for _, n := range nodes {
		refs = protowire.AppendVarint(refs, protowire.EncodeZigZag(n-last))
		last = n
	}
	p.groups = field(p.groups, 2, field(nil, 3, field(w, 8, refs)))
}

type member struct {
	role string
	kind uint64 // 0 node, 1 way
	id   int64
}

func (p *pbf) relation(id int64, members []member, tags ...string) {
	r := p.tags(number(nil, 1, uint64(id)), tags)
	var roles, ids, kinds []byte
	last := int64(0)
	for _, m := range members {
		roles = protowire.AppendVarint(roles, p.text(m.role))
		ids = protowire.AppendVarint(ids, protowire.EncodeZigZag(m.id-last))
		kinds = protowire.AppendVarint(kinds, m.kind)
		last = m.id
	}
	p.groups = field(p.groups, 2, field(nil, 4, field(field(field(r, 8, roles), 9, ids), 10, kinds)))
}

// file is the extract; its granularity is that of the format's default, 100 nanodegrees.
func (p *pbf) file(features ...string) []byte {
	head := field(nil, 4, []byte("OsmSchema-V0.6"))
	for _, f := range features {
		head = field(head, 4, []byte(f))
	}
	head = number(head, 32, 1_600_000_000)
	return append(blob("OSMHeader", head), blob("OSMData", append(field(nil, 1, p.table), p.groups...))...)
}

func blob(kind string, content []byte) []byte {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, err := z.Write(content)
	if err := errors.Join(err, z.Close()); err != nil {
		panic(err)
	}
	b := field(number(nil, 2, uint64(len(content))), 3, packed.Bytes())
	head := number(field(nil, 1, []byte(kind)), 3, uint64(len(b)))
	return append(append(binary.BigEndian.AppendUint32(nil, uint32(len(head))), head...), b...)
}

func readExtract(b *Builder, file []byte) error {
	return b.ReadPBF(context.Background(), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file)), nil })
}

// village is an extract: a square of border, and roads in and beyond it.
//
//	1 --- 2 --- 3 --- 4    ways: 10 main street 1-2-3, 11 on to 4, 12 2-5 side street,
//	      |     |          13 3-6 with a bollard in its middle (7), 14 6-99 cut off
//	      5     6
func village() *pbf {
	p := newPBF()
	for id, at := range map[int64]orb.Point{1: {9.50, 47.10}, 2: {9.51, 47.10}, 3: {9.52, 47.10}, 4: {9.60, 47.10}, 5: {9.51, 47.09}, 6: {9.52, 47.09},
		8: {9.53, 47.09}, 21: {9.49, 47.08}, 22: {9.55, 47.08}, 23: {9.55, 47.12}, 24: {9.49, 47.12}} {
		p.node(id, at)
	}
	p.node(7, orb.Point{9.52, 47.095}, "barrier", "bollard")
	p.way(10, []int64{1, 2, 3}, "highway", "primary", "name", "Landstrasse", "maxspeed", "60")
	p.way(11, []int64{3, 4}, "highway", "primary", "ref", "B191")
	p.way(12, []int64{2, 5}, "highway", "residential", "note", "a tag that nobody needs")
	p.way(13, []int64{3, 7, 6}, "highway", "service")
	p.way(14, []int64{6, 8, 99}, "highway", "unclassified")
	p.way(15, []int64{5, 6}, "highway", "footway")
	p.way(30, []int64{21, 22, 23}, "boundary", "administrative")
	p.way(31, []int64{23, 24, 21}, "boundary", "administrative")
	p.relation(40, []member{{"outer", 1, 30}, {"outer", 1, 31}}, "type", "boundary", "boundary", "administrative", "admin_level", "2", "ISO3166-1", "LI")
	rule := []member{{"from", 1, 10}, {"via", 0, 2}, {"to", 1, 12}}
	p.relation(41, rule, "type", "restriction", "restriction", "no_right_turn")
	p.relation(42, rule, "type", "restriction", "restriction", "no_right_turn", "except", "psv;motorcar")
	p.relation(43, rule, "type", "restriction", "restriction:hgv", "no_right_turn")
	p.relation(44, rule, "type", "restriction", "restriction:conditional", "no_right_turn @ (22:00-06:00)")
	p.relation(45, []member{{"from", 1, 10}, {"via", 1, 11}, {"to", 1, 12}}, "type", "restriction", "restriction", "no_u_turn")
	p.relation(46, rule[:2], "type", "restriction", "restriction", "no_right_turn")
	p.relation(47, []member{{"from", 1, 10}, {"via", 0, 5}, {"to", 1, 12}}, "type", "restriction", "restriction", "no_right_turn")
	return p
}

func TestReadPBF(t *testing.T) {
	var b Builder
	b.SetCountry("AT")
	if err := readExtract(&b, village().file("DenseNodes")); err != nil {
		t.Fatal(err)
	}
	m, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	at := func(p orb.Point) []Edge {
		var found []Edge
		for _, n := range m.Near(p, 1, nil) {
			found = append(found, n.Edge)
		}
		return found
	}
	if crossing := at(orb.Point{9.51, 47.10}); len(crossing) != 3 {
		t.Errorf("%d stretches meet at the crossing", len(crossing))
	}
	main := at(orb.Point{9.505, 47.10})[0]
	if kmh, _, _, _ := m.Limit(main).At(noon); m.Name(main) != "Landstrasse" || m.Country(main) != "LI" || kmh != 60 {
		t.Errorf("main street %q in %q at %v", m.Name(main), m.Country(main), kmh)
	}
	abroad := at(orb.Point{9.58, 47.10})[0]
	if m.Country(abroad) != "AT" || m.Ref(abroad) != "B191" {
		t.Errorf("the road abroad is %q in %q", m.Ref(abroad), m.Country(abroad))
	}
	if halves := at(orb.Point{9.52, 47.095}); len(halves) != 2 || len(m.Leaving(m.To(halves[0])))+len(m.Leaving(m.From(halves[0]))) > 4 {
		t.Errorf("the bollard stands between %d stretches", len(halves))
	} else if shared(m, halves[0], halves[1]) {
		t.Error("the bollard lets cars through")
	}
	want := map[string]int{restrictionUsed: 1, restrictionNotForCars: 2, restrictionConditional: 1, restrictionViaWay: 1, restrictionIncomplete: 1, restrictionNoTurn: 1}
	for what, n := range want {
		if m.Counts().Restrictions[what] != n {
			t.Errorf("restrictions %v, want %v", m.Counts().Restrictions, want)
		}
	}
	if m.Credit() != creditOSM {
		t.Errorf("credit %q", m.Credit())
	}
	c := m.Counts()
	if c.Ways != 8 || c.Roads != 5 || c.Barriers != 1 || c.Missing != 1 || c.LeftOut[outNotCars] != 1 || m.Summary().DataTime != "2020-09-13T12:26:40Z" {
		t.Errorf("%+v, data of %s", c, m.Summary().DataTime)
	}
}

// shared reports whether two stretches share a node.
func shared(m *Map, a, b Edge) bool {
	for _, x := range []Node{m.From(a), m.To(a)} {
		if x == m.From(b) || x == m.To(b) {
			return true
		}
	}
	return false
}

// A border that is not whole says nothing.
func TestABorderThatIsCutOffIsNone(t *testing.T) {
	p := village()
	p.relation(50, []member{{"outer", 1, 30}, {"outer", 1, 77}}, "type", "boundary", "boundary", "administrative", "admin_level", "2", "ISO3166-1", "CH")
	p.relation(51, []member{{"outer", 1, 30}}, "type", "boundary", "boundary", "administrative", "admin_level", "2", "ISO3166-1", "DE")
	var b Builder
	if err := readExtract(&b, p.file("DenseNodes")); err != nil {
		t.Fatal(err)
	}
	if len(b.countriesAt) != 1 || b.countriesAt[0].code != "LI" {
		t.Errorf("%d borders", len(b.countriesAt))
	}
}

// Two extracts that overlap give each road once.
func TestOverlappingExtractsGiveARoadOnce(t *testing.T) {
	var once, twice Builder
	file := village().file("DenseNodes")
	if err := errors.Join(readExtract(&once, file), readExtract(&twice, file), readExtract(&twice, file)); err != nil {
		t.Fatal(err)
	}
	a, errA := once.Build()
	b, errB := twice.Build()
	if errA != nil || errB != nil || a.Edges() != b.Edges() {
		t.Error(errA, errB, "not the same number of edges")
	}
}

func TestReadPBFEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var b Builder
	err := b.ReadPBF(ctx, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(village().file("DenseNodes"))), nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Nodes one by one are what the reader of extracts does not know.
func TestReadPBFRefusesPlainNodes(t *testing.T) {
	p := village()
	p.groups = field(p.groups, 2, field(nil, 1, number(nil, 1, 2)))
	var b Builder
	if err := readExtract(&b, p.file("DenseNodes")); !errors.Is(err, blocks.ErrPlainNodes) {
		t.Errorf("%v", err)
	}
}

// Each of two ways cannot be the only one.
func TestOnlyRuleWithTwoWaysOnIsNone(t *testing.T) {
	p := village()
	p.relation(60, []member{{"from", 1, 12}, {"via", 0, 2}, {"to", 1, 10}, {"to", 1, 12}}, "type", "restriction", "restriction", "only_right_turn")
	var b, c Builder
	if err := errors.Join(readExtract(&b, village().file("DenseNodes")), readExtract(&c, p.file("DenseNodes"))); err != nil {
		t.Fatal(err)
	}
	before, after := b.counts.Restrictions[restrictionIncomplete], c.counts.Restrictions[restrictionIncomplete]
	if after != before+1 || len(c.restrictions) != len(b.restrictions) {
		t.Errorf("%d of them used, %d incomplete; was %d", len(c.restrictions), after, before)
	}
}
