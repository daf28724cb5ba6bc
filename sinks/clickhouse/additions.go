package clickhouse

import (
	"unsafe"

	"milepost/outcome"
)

type addition = outcome.Addition

var additions = mapping[addition]{
	table:   "additions",
	kind:    outcome.TypeAddition,
	head:    func(a *addition) *outcome.Header { return &a.Header },
	state:   func(a *addition) outcome.State { return a.State },
	method:  func(a *addition) string { return outcome.MethodOf(a) },
	columns: additionColumns,
	// What was added to which collision stays known: it goes when the collision goes.
	blank: func(a *addition) *addition {
		return &addition{Header: a.Header, State: a.State, CollisionID: a.CollisionID}
	},
	// A photo has up to 8 MiB: each addition is sent by itself.
	chunk: 1,
	block: 1,
}

var (
	additionKinds = []outcome.AdditionKind{"", outcome.AdditionAnswer, outcome.AdditionNote, outcome.AdditionPhoto}
	givenAnswers  = []outcome.Answer{"", outcome.AnswerAccident, outcome.AnswerNoAccident}
)

func additionColumns(Dialect) []column[addition] {
	return []column[addition]{
		identity("collision_id", func(a *addition) string { return a.CollisionID }),
		enum("kind", 0, additionKinds, func(a *addition) outcome.AdditionKind { return a.Kind }),
		enum("answer", 0, givenAnswers, func(a *addition) outcome.Answer { return a.Answer }),
		text("text", func(a *addition) string { return a.Text }),
		text("media_type", func(a *addition) string { return a.MediaType }),
		// The driver copies it: once is enough.
		text("content", func(a *addition) string { return unsafe.String(unsafe.SliceData(a.Content), len(a.Content)) }),
	}
}
