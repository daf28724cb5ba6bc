package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"milepost/ingest/blob"
)

// store is all that both stores can do.
type store interface {
	Put(ctx context.Context, name string, data []byte) error
	PutNew(ctx context.Context, name string, data []byte) error
	Get(ctx context.Context, name string) ([]byte, error)
	GetRange(ctx context.Context, name string, offset, length int64) ([]byte, error)
	List(ctx context.Context, prefix string) ([]string, error)
	Delete(ctx context.Context, name string) error
}

// onEach runs a test of the contract on every store.
func onEach(t *testing.T, test func(t *testing.T, s store)) {
	t.Run("dir", func(t *testing.T) {
		d, err := blob.OpenDir(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		test(t, d)
	})
	t.Run("s3", func(t *testing.T) { test(t, newService(t).open(t, "state")) })
	t.Run("s3 without prefix", func(t *testing.T) { test(t, newService(t).open(t, "")) })
}

func put(t *testing.T, s store, name, content string) {
	t.Helper()
	if err := s.Put(t.Context(), name, []byte(content)); err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, s store, name, content string) {
	t.Helper()
	got, err := s.Get(t.Context(), name)
	if err != nil || string(got) != content {
		t.Errorf("%s: got %q, %v; want %q", name, got, err, content)
	}
}

func TestPutReplacesAndGetReads(t *testing.T) {
	onEach(t, func(t *testing.T, s store) {
		put(t, s, "t/0/a", "one")
		want(t, s, "t/0/a", "one")
		put(t, s, "t/0/a", "two, and longer")
		want(t, s, "t/0/a", "two, and longer")
		large := bytes.Repeat([]byte("0123456789abcdef"), 20<<16)
		put(t, s, "t/0/large", string(large))
		if got, err := s.Get(t.Context(), "t/0/large"); err != nil || !bytes.Equal(got, large) {
			t.Errorf("20 MiB came back as %d bytes, %v", len(got), err)
		}
	})
}

func TestPutNewKeepsWhatIsThere(t *testing.T) {
	onEach(t, func(t *testing.T, s store) {
		if err := s.PutNew(t.Context(), "t/0/claim", []byte("first")); err != nil {
			t.Fatal(err)
		}
		// The same content, too, is another's.
		for _, content := range []string{"second", "first"} {
			if err := s.PutNew(t.Context(), "t/0/claim", []byte(content)); !errors.Is(err, blob.ErrExists) || blob.Retryable(err) {
				t.Errorf("taken name: %v", err)
			}
		}
		want(t, s, "t/0/claim", "first")
		if err := s.Delete(t.Context(), "t/0/claim"); err != nil {
			t.Fatal(err)
		}
		if err := s.PutNew(t.Context(), "t/0/claim", []byte("third")); err != nil {
			t.Errorf("after it was deleted: %v", err)
		}
	})
}

func TestOneOfManyWinsAName(t *testing.T) {
	onEach(t, func(t *testing.T, s store) {
		for round := range 10 {
			name := fmt.Sprintf("t/0/claim-%d", round)
			errs := make([]error, 8)
			var wg sync.WaitGroup
			for i := range errs {
				wg.Go(func() { errs[i] = s.PutNew(t.Context(), name, fmt.Append(nil, "writer ", i)) })
			}
			wg.Wait()
			winner := -1
			for i, err := range errs {
				switch {
				case err == nil && winner >= 0:
					t.Errorf("round %d: both %d and %d won", round, winner, i)
				case err == nil:
					winner = i
				case !errors.Is(err, blob.ErrExists):
					t.Errorf("round %d: %v", round, err)
				}
			}
			want(t, s, name, fmt.Sprint("writer ", winner))
		}
	})
}

func TestMissingNames(t *testing.T) {
	onEach(t, func(t *testing.T, s store) {
		put(t, s, "t/0/a", "one")
		for _, name := range []string{"t/0/b", "t/0", "u/a"} {
			_, err := s.Get(t.Context(), name)
			if name != "t/0" && !errors.Is(err, blob.ErrNotFound) || err == nil || blob.Retryable(err) {
				t.Errorf("Get %s: %v", name, err)
			}
		}
		if _, err := s.GetRange(t.Context(), "t/0/b", 0, 1); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("GetRange: %v", err)
		}
		if err := s.Delete(t.Context(), "t/0/b"); err != nil {
			t.Errorf("Delete: %v", err)
		}
	})
}

func TestGetRange(t *testing.T) {
	onEach(t, func(t *testing.T, s store) {
		put(t, s, "a", "0123456789")
		for _, c := range []struct {
			offset, length int64
			want           string
			err            error
		}{
			{0, 10, "0123456789", nil},
			{3, 4, "3456", nil},
			{9, 1, "9", nil},
			{4, 0, "", nil},
			{8, 3, "", io.ErrUnexpectedEOF},
			{10, 1, "", io.ErrUnexpectedEOF},
			{1 << 40, 1, "", io.ErrUnexpectedEOF},
		} {
			got, err := s.GetRange(t.Context(), "a", c.offset, c.length)
			if !errors.Is(err, c.err) || err == nil && string(got) != c.want || blob.Retryable(err) {
				t.Errorf("%d bytes from %d: %q, %v; want %q, %v", c.length, c.offset, got, err, c.want, c.err)
			}
		}
		for _, c := range [][2]int64{{-1, 1}, {0, -1}} {
			if _, err := s.GetRange(t.Context(), "a", c[0], c[1]); err == nil {
				t.Errorf("%d bytes from %d: no error", c[1], c[0])
			}
		}
	})
}

func TestListIsSortedByName(t *testing.T) {
	onEach(t, func(t *testing.T, s store) {
		names := []string{"t/0/b", "t/10/a", "t/0/a", "t/0/c/d", "t-2/0/a", "u/1/x"}
		for _, n := range names {
			put(t, s, n, n)
		}
		for _, prefix := range []string{"", "t", "t/", "t/0/", "t/1", "t/0/c/d", "t/0/b/", "v", "v/w/"} {
			var expected []string
			for _, n := range names {
				if strings.HasPrefix(n, prefix) {
					expected = append(expected, n)
				}
			}
			slices.Sort(expected)
			got, err := s.List(t.Context(), prefix)
			if diff := cmp.Diff(expected, got); err != nil || diff != "" {
				t.Errorf("prefix %q: %v (-want +got):\n%s", prefix, err, diff)
			}
		}
	})
}

func TestUnsafeNamesAreRefused(t *testing.T) {
	onEach(t, func(t *testing.T, s store) {
		for _, name := range []string{"", "/a", "a/", "a//b", "..", "a/../../b", "a/.", "~tmp/x", `a\b`, "a b", "ä", "a\x00", strings.Repeat("a", 901)} {
			_, getErr := s.Get(t.Context(), name)
			_, rangeErr := s.GetRange(t.Context(), name, 0, 1)
			for doing, err := range map[string]error{
				"Put": s.Put(t.Context(), name, nil), "PutNew": s.PutNew(t.Context(), name, nil),
				"Get": getErr, "GetRange": rangeErr, "Delete": s.Delete(t.Context(), name),
			} {
				if err == nil || errors.Is(err, blob.ErrNotFound) || blob.Retryable(err) {
					t.Errorf("%s %q: %v", doing, name, err)
				}
			}
		}
		for _, prefix := range []string{"..", "../", "/", "a//", "~tmp"} {
			if _, err := s.List(t.Context(), prefix); err == nil {
				t.Errorf("List %q: no error", prefix)
			}
		}
		if names, err := s.List(t.Context(), ""); err != nil || len(names) != 0 {
			t.Errorf("left behind: %v, %v", names, err)
		}
	})
}

func TestCancelledCallsDoNothing(t *testing.T) {
	onEach(t, func(t *testing.T, s store) {
		put(t, s, "a", "one")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, getErr := s.Get(ctx, "a")
		_, listErr := s.List(ctx, "")
		for doing, err := range map[string]error{"Put": s.Put(ctx, "a", nil), "PutNew": s.PutNew(ctx, "b", nil),
			"Get": getErr, "List": listErr, "Delete": s.Delete(ctx, "a")} {
			if !errors.Is(err, context.Canceled) || blob.Retryable(err) {
				t.Errorf("%s: %v", doing, err)
			}
		}
		want(t, s, "a", "one")
	})
}
