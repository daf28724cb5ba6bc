package partition

import (
	"errors"
	"testing"

	"milepost/pipeline"
)

// A piece whose file is gone or damaged is lost for good; it is not asked for again.
func TestAPieceThatIsGoneIsLost(t *testing.T) {
	store := dir(t)
	ports := newPorts(t, store)
	cut := ports.State.Begin()
	p := New(Config{Topic: "telemetry", Partitions: 1}, ports)
	at := &pieces{work: t.Context(), insist: p.insist, log: ports.State, checkpoint: cut}
	ref, err := at.Put(true, []byte("a piece"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := at.Read(ref); string(got) != "a piece" || err != nil {
		t.Fatalf("%q, error %v", got, err)
	}
	for _, lost := range []pipeline.Ref{
		{File: ref.File, Offset: ref.Offset + 1, Length: ref.Length},
		{File: ref.File + 1, Offset: ref.Offset, Length: ref.Length},
	} {
		if got, err := at.Read(lost); !errors.Is(err, pipeline.ErrPiece) {
			t.Errorf("%+v gives %q and error %v, want a lost piece", lost, got, err)
		}
	}
}
