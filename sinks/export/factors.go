package export

import (
	"context"
	"slices"
	"time"

	"milepost/outcome"
	"milepost/sinks/read"
)

// factorPage is how many factors are read at a time.
const factorPage = 100

// factorsOf gives the vehicle's factors whose periods overlap the range, the earliest first.
func factorsOf(ctx context.Context, from Source, r Request) (all []*outcome.Factor, err error) {
	since := ""
	if r.From != 0 {
		since = r.From.Std().Format(time.DateOnly)
	}
	var last read.Key
	for {
		page, err := from.Factors(ctx, read.FactorFilter{Vehicle: r.Vehicle, To: r.To}, last, factorPage)
		if err != nil {
			return nil, err
		}
		for _, f := range page {
			// A period's days are local: up to a day beside those of UTC.
			if f.To >= since {
				all = append(all, f)
			}
		}
		if len(page) < factorPage {
			slices.Reverse(all)
			return all, nil
		}
		last = read.IdentityOf(page[len(page)-1]).Key
	}
}
