package places

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// Offers are brands that are treated alike, and what they or single places offer for a
// time. They are read-only and safe for concurrent use.
type Offers struct {
	offers []Offer
	brands map[string]string // folded name: folded name of the brand
	prefer map[string]bool   // folded
}

// Offer is what a brand, or one place, offers from one day to another.
type Offer struct {
	Brand string `yaml:"brand"` // or Place
	Place string `yaml:"place"` // a Place's ID
	Kinds string `yaml:"kinds"` // only for places of any of these; "" is all
	Text  string `yaml:"text"`  // what the driver reads
	From  string `yaml:"from"`  // 2006-01-02, the first day; "" is always so far
	To    string `yaml:"to"`    // the last day; "" is until further notice

	kinds Kinds
}

type offersFile struct {
	Brands []struct {
		Name   string   `yaml:"name"`
		Also   []string `yaml:"also"`
		Prefer bool     `yaml:"prefer"`
	} `yaml:"brands"`
	Offers []Offer `yaml:"offers"`
}

const mostOffers = 16 << 20 // bytes of a file

// ReadOffers reads a YAML or JSON file. Unknown keys, days that are none and offers of
// nobody are errors, which say where.
func ReadOffers(r io.Reader) (*Offers, error) {
	text, err := io.ReadAll(io.LimitReader(r, mostOffers+1))
	if err != nil {
		return nil, fmt.Errorf("read offers: %w", err)
	}
	if len(text) > mostOffers {
		return nil, fmt.Errorf("read offers: larger than %d MiB", mostOffers>>20)
	}
	var f offersFile
	if err := yaml.UnmarshalWithOptions(text, &f, yaml.Strict()); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read offers: %w", err)
	}
	o := &Offers{brands: map[string]string{}, prefer: map[string]bool{}}
	for i, b := range f.Brands {
		if fold(b.Name) == "" {
			return nil, fmt.Errorf("read offers: brands[%d] has no name", i)
		}
		for _, name := range append(b.Also, b.Name) {
			if other, taken := o.brands[fold(name)]; taken && other != fold(b.Name) {
				return nil, fmt.Errorf("read offers: brands[%d]: %q is of two brands", i, name)
			}
			o.brands[fold(name)] = fold(b.Name)
		}
		if b.Prefer {
			o.prefer[fold(b.Name)] = true
		}
	}
	for i := range f.Offers {
		if err := f.Offers[i].check(); err != nil {
			return nil, fmt.Errorf("read offers: offers[%d]: %w", i, err)
		}
	}
	o.offers = f.Offers
	return o, nil
}

var (
	errNobody = errors.New("it names a brand or a place, one of both")
	errNoText = errors.New("it has no text")
	errOrder  = errors.New("it ends before it begins")
)

func (o *Offer) check() (err error) {
	if (fold(o.Brand) == "") == (o.Place == "") {
		return errNobody
	}
	if strings.TrimSpace(o.Text) == "" {
		return errNoText
	}
	for _, day := range []string{o.From, o.To} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return fmt.Errorf("%q is no day such as 2006-01-02", day)
		}
	}
	if o.From != "" && o.To != "" && o.To < o.From {
		return errOrder
	}
	o.kinds, err = ParseKinds(o.Kinds)
	return err
}

// At gives the offers of a place that hold at a time, in the order of the file: its day
// counts in its own location, so that it should be in the zone where the place lies.
// Those of nobody, nil Offers' too, are none.
func (o *Offers) At(p *Place, at time.Time) (all []Offer) {
	if o == nil {
		return nil
	}
	day := at.Format(time.DateOnly)
	brand := o.brand(p.Brand)
	for i := range o.offers {
		f := &o.offers[i]
		mine := f.Place == p.ID && f.Place != "" || f.Brand != "" && brand != "" && o.brand(f.Brand) == brand
		if mine && f.holds(day) && (f.kinds == 0 || f.kinds&p.Kinds != 0) {
			all = append(all, *f)
		}
	}
	return all
}

// holds compares days as they are written: that is their order.
func (o *Offer) holds(day string) bool {
	return (o.From == "" || day >= o.From) && (o.To == "" || day <= o.To)
}

// Preferred reports whether the place's brand is one that the file says to prefer.
func (o *Offers) Preferred(p *Place) bool { return o != nil && o.prefer[o.brand(p.Brand)] }

// SameBrand reports whether two names are of one brand.
func (o *Offers) SameBrand(a, b string) bool { return fold(a) != "" && o.brand(a) == o.brand(b) }

func (o *Offers) brand(name string) string {
	name = fold(name)
	if o != nil {
		if b, ok := o.brands[name]; ok {
			return b
		}
	}
	return name
}

// fold makes names equal that differ in case and spaces.
func fold(name string) string {
	return strings.Join(slices.Collect(strings.FieldsSeq(strings.ToLower(name))), " ")
}
