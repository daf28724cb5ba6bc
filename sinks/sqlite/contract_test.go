package sqlite_test

import (
	"testing"

	"milepost/sinks/read/readtest"
)

func TestReadContract(t *testing.T) {
	s := openStore(t, storePath(t))
	readtest.Contract(t, readtest.Store{Model: s.Model, Write: s.Write, Clear: s.Clear})
}
