package clickhouse

import (
	"encoding/json"
	"fmt"
	"time"

	"milepost/outcome"
)

type factor = outcome.Factor

var factors = mapping[factor]{
	table:   "factors",
	kind:    outcome.TypeFactor,
	head:    func(f *factor) *outcome.Header { return &f.Header },
	state:   func(f *factor) outcome.State { return f.State },
	method:  func(f *factor) string { return f.Method },
	columns: factorColumns,
	// Product and policy stay known: they are part of what the identity is made of, and a
	// list of a policy's factors must see that one is withdrawn.
	blank: func(f *factor) *factor {
		return &factor{Header: f.Header, State: f.State, Method: f.Method, Product: f.Product, PolicyID: f.PolicyID}
	},
	block: 256,
}

var (
	stages   = []outcome.FactorStage{"", outcome.FactorOpen, outcome.FactorIssued}
	products = []outcome.Product{"", outcome.ProductUBI, outcome.ProductFHI, outcome.ProductPHI}
	endings  = []outcome.EndedBy{"", outcome.EndedByConsent, outcome.EndedByPolicy}
)

func factorColumns(d Dialect) []column[factor] {
	return []column[factor]{
		enum("stage", 0, stages, func(f *factor) outcome.FactorStage { return f.Stage }),
		enum("product", 0, products, func(f *factor) outcome.Product { return f.Product }),
		text("policy_id", func(f *factor) string { return f.PolicyID }),
		date("from_date", func(f *factor) string { return unlessWithdrawn(f.State, f.From, zeroDate) }),
		date("to_date", func(f *factor) string { return unlessWithdrawn(f.State, f.To, zeroDate) }),
		periodEnd(d),
		enum("ended_by", 0, endings, func(f *factor) outcome.EndedBy { return f.EndedBy }),
		text("table_name", func(f *factor) string { return f.Table }),
		text("method", func(f *factor) string { return unlessWithdrawn(f.State, f.Method, "") }),
		truth("enough", func(f *factor) bool { return f.Enough }),
		count("trips", func(f *factor) int { return f.Exposure.Trips }),
		count("trip_days", func(f *factor) int { return f.Exposure.Days }),
		number("distance_m", func(f *factor) float64 { return f.Exposure.DistanceM }),
		number("driving_s", func(f *factor) float64 { return f.Exposure.DrivingS }),
		optional("score", func(f *factor) *float64 { return f.Score }),
		optional("credibility", func(f *factor) *float64 { return f.Credibility }),
		optional("factor", func(f *factor) *float64 { return f.Factor }),
		optional("adjustment", func(f *factor) *float64 { return f.Adjustment }),
		optional("applied", func(f *factor) *float64 { return f.Applied }),
		factorPart("components", func(f *factor) any { return f.Components }),
		value("electric", electricUse),
		factorPart("reason_codes", func(f *factor) any { return f.ReasonCodes }),
		value("left_out", func(f *factor) any { return list(f.LeftOut) }),
		factorPart("receipt", func(f *factor) any { return &f.Receipt }),
	}
}

// periodEnd is the last midnight of the period taken as UTC, as at is the first; of what is
// withdrawn it is that first.
func periodEnd(d Dialect) column[factor] {
	const name = "ends_at"
	ends := instant(name, d, func(f *factor) outcome.Time {
		day, err := time.Parse(time.DateOnly, f.To)
		if err != nil { // only where it is withdrawn: to_date refuses others
			return f.At
		}
		return outcome.Time(day.UnixMicro())
	})
	return ends
}

// factorPart is a String that holds the JSON of a part that every factor has; only one that
// is withdrawn has none.
func factorPart(name string, get func(*factor) any) column[factor] {
	return jsonText(name, func(e *encoder, f *factor) error {
		if f.State == outcome.Withdrawn {
			return nil
		}
		b, err := json.Marshal(get(f))
		if err != nil {
			return fmt.Errorf("encode: %w", err)
		}
		e.out = append(e.out, b...)
		return nil
	})
}

func electricUse(f *factor) any {
	if f.Electric == nil {
		return nil
	}
	return f.Electric
}
