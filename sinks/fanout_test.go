package sinks_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"milepost/outcome"
	"milepost/sinks"
)

// shelf is a sink in memory: what it took, in order, and how it behaves.
type shelf struct {
	mu     sync.Mutex
	took   []string
	writes []int         // sizes
	slow   time.Duration // of each write
	fail   func(batch []outcome.Outcome) error
}

func (s *shelf) Write(ctx context.Context, batch []outcome.Outcome) error {
	if s.slow > 0 {
		select {
		case <-time.After(s.slow):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		if err := s.fail(batch); err != nil {
			return err
		}
	}
	for _, o := range batch {
		s.took = append(s.took, o.Head().ID)
	}
	s.writes = append(s.writes, len(batch))
	return nil
}

func (s *shelf) ids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.took)
}

func batchOf(from, to int) []outcome.Outcome {
	var out []outcome.Outcome
	for i := from; i < to; i++ {
		out = append(out, &outcome.Event{Header: outcome.Header{Type: outcome.TypeEvent, ID: strconv.Itoa(i), VehicleID: "car"}})
	}
	return out
}

func idsOf(from, to int) (out []string) {
	for i := from; i < to; i++ {
		out = append(out, strconv.Itoa(i))
	}
	return out
}

// start runs the fan-out; the function gives what Run returned.
func start(t *testing.T, f *sinks.Fanout) (ended func() error) {
	t.Helper()
	result := make(chan error, 1)
	go func() { result <- f.Run(t.Context()) }()
	return func() error { return <-result }
}

func submit(t *testing.T, f *sinks.Fanout, batch []outcome.Outcome) *sinks.Ticket {
	t.Helper()
	ticket, err := f.Submit(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}

func isDone(ticket *sinks.Ticket) bool {
	select {
	case <-ticket.Done():
		return true
	default:
		return false
	}
}

func TestATicketIsDoneWhenAllSinksHaveTheBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quick, slow := &shelf{}, &shelf{slow: time.Minute}
		f := sinks.NewFanout(sinks.FanoutConfig{}, sinks.Named{Name: "quick", Writer: quick}, sinks.Named{Name: "slow", Writer: slow})
		ended := start(t, f)
		ticket := submit(t, f, batchOf(0, 3))
		time.Sleep(30 * time.Second)
		if len(quick.ids()) != 3 || isDone(ticket) {
			t.Errorf("after 30 s the quick sink has %d of 3, done %t: want all, not done", len(quick.ids()), isDone(ticket))
		}
		time.Sleep(31 * time.Second)
		if !isDone(ticket) {
			t.Error("the slow sink has it, and the ticket is not done")
		}
		closeAll(t, f, ended)
	})
}

func closeAll(t *testing.T, f *sinks.Fanout, ended func() error) {
	t.Helper()
	if err := f.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := ended(); err != nil {
		t.Error(err)
	}
}

func TestBatchesAreMergedUpToALimitOrAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		f := sinks.NewFanout(sinks.FanoutConfig{Batch: 10, Linger: time.Second}, sinks.Named{Name: "s", Writer: s})
		ended := start(t, f)
		submit(t, f, batchOf(0, 4))
		submit(t, f, batchOf(4, 8))
		submit(t, f, batchOf(8, 12)) // does not fit: the first two go at once
		synctest.Wait()
		if want := idsOf(0, 8); !slices.Equal(s.ids(), want) {
			t.Errorf("at once: %v, want %v", s.ids(), want)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		last := submit(t, f, batchOf(12, 35)) // larger than a write
		synctest.Wait()
		if diff := cmp.Diff([]int{8, 4, 10, 10, 3}, s.writes); diff != "" || !isDone(last) {
			t.Errorf("sizes of the writes (-want +got), done %t:\n%s", isDone(last), diff)
		}
		closeAll(t, f, ended)
	})
}

func TestASinkMayHaveLimitsOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		large, small := &shelf{}, &shelf{}
		f := sinks.NewFanout(sinks.FanoutConfig{Queue: 40, Batch: 5, Linger: time.Millisecond},
			sinks.Named{Name: "large", Writer: large, Batch: 1000, Linger: time.Second}, sinks.Named{Name: "small", Writer: small})
		ended := start(t, f)
		for i := range 3 {
			submit(t, f, batchOf(i*4, i*4+4))
			time.Sleep(100 * time.Millisecond)
		}
		if len(small.ids()) != 12 || len(large.ids()) != 0 {
			t.Errorf("after 300 ms: %d and %d written, want 12 and none", len(small.ids()), len(large.ids()))
		}
		time.Sleep(time.Second)
		submit(t, f, batchOf(12, 37)) // more than half of the queue
		closeAll(t, f, ended)
		if diff := cmp.Diff([]int{12, 20, 5}, large.writes); diff != "" {
			t.Errorf("sizes of the large writes (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]int{4, 4, 4, 5, 5, 5, 5, 5}, small.writes); diff != "" {
			t.Errorf("sizes of the small writes (-want +got):\n%s", diff)
		}
	})
}

// While a store is away and its queue full, what comes first is written all the same, and
// the ticket is not done before the store has its part.
func TestWhatComesFirstDoesNotWaitForTheRoomOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		back := make(chan struct{})
		store, urgent := &shelf{}, &shelf{}
		store.fail = func([]outcome.Outcome) error {
			select {
			case <-back:
				return nil
			default:
				return &sinks.RetryableError{Err: errors.New("away")}
			}
		}
		third := func(o outcome.Outcome) bool { return strings.HasSuffix(o.Head().ID, "3") }
		f := sinks.NewFanout(sinks.FanoutConfig{Queue: 10}, sinks.Named{Name: "store", Writer: store},
			sinks.Named{Name: "urgent", Writer: urgent, Takes: third, First: true, Linger: time.Microsecond})
		ended := start(t, f)
		submit(t, f, batchOf(0, 10))
		tickets := make(chan *sinks.Ticket)
		go func() { tickets <- submit(t, f, batchOf(10, 20)) }() // there is no room for it
		time.Sleep(time.Second)
		if diff := cmp.Diff([]string{"3", "13"}, urgent.ids()); diff != "" {
			t.Errorf("while the store is away (-want +got):\n%s", diff)
		}
		ended2 := submitEnded(t, f)
		close(back)
		ticket := <-tickets
		if err := ticket.Wait(t.Context()); err != nil || len(store.ids()) != 20 {
			t.Errorf("the store has %d of 20, error %v", len(store.ids()), err)
		}
		if diff := cmp.Diff([]string{"3", "13", "23"}, urgent.ids()); diff != "" || ended2 == nil {
			t.Errorf("what was given up by its submitter: %v, (-want +got):\n%s", ended2, diff)
		}
		if !isDone(submit(t, f, nil)) {
			t.Error("an empty batch has something to wait for")
		}
		closeAll(t, f, ended)
	})
}

// submitEnded submits a batch that finds no room, gives it up, and gives the error.
func submitEnded(t *testing.T, f *sinks.Fanout) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := f.Submit(ctx, batchOf(20, 25))
	return err
}

func TestNobodyLingersForWhatIsAwaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{slow: time.Second}
		f := sinks.NewFanout(sinks.FanoutConfig{Batch: 10, Linger: time.Hour}, sinks.Named{Name: "s", Writer: s})
		ended := start(t, f)
		began := time.Now()
		submit(t, f, batchOf(0, 4))
		synctest.Wait() // it lingers
		submit(t, f, batchOf(4, 11))
		last := submit(t, f, batchOf(11, 12)) // in the second write
		if err := last.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took != 2*time.Second {
			t.Errorf("waited for %s, want two writes of 1 s", took)
		}
		submit(t, f, batchOf(12, 13)) // nobody waits for this one
		time.Sleep(time.Minute)
		if got := len(s.ids()); got != 12 {
			t.Errorf("%d outcomes were written, want 12", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := submit(t, f, batchOf(13, 14)).Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait: %v", err)
		}
		closeAll(t, f, ended)
	})
}

func TestASinkDownForTenMinutesBlocksAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		down := &shelf{fail: func([]outcome.Outcome) error {
			if time.Since(began) < 10*time.Minute {
				return &sinks.RetryableError{Err: errors.New("connection refused")}
			}
			return nil
		}}
		up := &shelf{}
		var mu sync.Mutex
		most, retries, waiting := 0, 0, map[string]int{}
		f := sinks.NewFanout(sinks.FanoutConfig{Queue: 1000, Hooks: sinks.Hooks{
			Waiting: func(sink string, change int) {
				mu.Lock()
				defer mu.Unlock()
				waiting[sink] += change
				most = max(most, waiting[sink])
			},
			Retried: func(sink string, _ int, _ error) {
				if retries++; sink != "down" {
					t.Errorf("sink %s is tried again", sink)
				}
			},
		}}, sinks.Named{Name: "down", Writer: down}, sinks.Named{Name: "up", Writer: up})
		ended := start(t, f)

		// The fetching side: ten outcomes at a time, as fast as it is let.
		submitted := 0
		go func() {
			for ; submitted < 5000; submitted += 10 {
				submit(t, f, batchOf(submitted, submitted+10))
			}
		}()
		time.Sleep(9 * time.Minute)
		synctest.Wait()
		if submitted != 1000 || most > 1000 {
			t.Errorf("%d submitted, at most %d held, want both 1000: the queue's size", submitted, most)
		}
		if len(down.ids()) != 0 || len(up.ids()) != 1000 {
			t.Errorf("down has %d, up has %d", len(down.ids()), len(up.ids()))
		}
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		for name, s := range map[string]*shelf{"down": down, "up": up} {
			if diff := cmp.Diff(idsOf(0, 5000), s.ids()); diff != "" {
				t.Errorf("%s: not everything once and in order:\n%s", name, diff)
			}
		}
		if retries < 20 || retries > 40 || most > 1000 {
			t.Errorf("%d retries in 10 minutes, want one in 30 s after the first few; at most %d held", retries, most)
		}
		closeAll(t, f, ended)
		if waiting["up"] != 0 || waiting["down"] != 0 {
			t.Errorf("still counted as waiting: %v", waiting)
		}
	})
}

func TestAPermanentFailureStopsAndDeliversNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refusing := &shelf{fail: func(batch []outcome.Outcome) error {
			if i := slices.IndexFunc(batch, func(o outcome.Outcome) bool { return o.Head().ID == "7" }); i >= 0 {
				return &sinks.OutcomeError{Index: i, Type: outcome.TypeEvent, ID: "7", Err: errors.New("id is empty")}
			}
			return nil
		}}
		fine := &shelf{}
		f := sinks.NewFanout(sinks.FanoutConfig{Queue: 20, Linger: time.Millisecond}, sinks.Named{Name: "fine", Writer: fine}, sinks.Named{Name: "store", Writer: refusing})
		ended := start(t, f)
		good := submit(t, f, batchOf(0, 5))
		time.Sleep(time.Second)
		bad, after := submit(t, f, batchOf(5, 10)), submit(t, f, batchOf(10, 20))
		time.Sleep(time.Second)
		err := ended()
		var refused *sinks.SinkError
		if !errors.As(err, &refused) || refused.Sink != "store" || !strings.Contains(err.Error(), "sink store: ") || !strings.Contains(err.Error(), "event 7") {
			t.Errorf("Run returned %v", err)
		}
		if !isDone(good) || isDone(bad) || isDone(after) {
			t.Errorf("done: before %t, with it %t, after it %t", isDone(good), isDone(bad), isDone(after))
		}
		if _, again := f.Submit(t.Context(), batchOf(20, 21)); !errors.Is(again, err) {
			t.Errorf("Submit after the failure: %v", again)
		}
		if err := f.Close(t.Context()); err == nil || !strings.Contains(err.Error(), "not delivered: ") {
			t.Errorf("Close: %v", err)
		}
	})
}

func TestAFailureWithoutAnOutcomeNamesTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{fail: func([]outcome.Outcome) error { return errors.New("access denied") }}
		f := sinks.NewFanout(sinks.FanoutConfig{}, sinks.Named{Name: "kafka", Writer: s})
		ended := start(t, f)
		submit(t, f, batchOf(3, 5))
		want := "sink kafka: 2 outcomes, the first of them event 3: access denied"
		if err := ended(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

func TestBlockedSubmitEndsWithItsContextOrTheSinks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := &shelf{slow: time.Hour}
		other := &shelf{}
		f := sinks.NewFanout(sinks.FanoutConfig{Queue: 10}, sinks.Named{Name: "other", Writer: other}, sinks.Named{Name: "stuck", Writer: stuck})
		ended := start(t, f)
		submit(t, f, batchOf(0, 10))
		time.Sleep(time.Minute) // the other sink has its queue empty again
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := f.Submit(ctx, batchOf(10, 20)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Submit: %v", err)
		}
		// What the blocked one had taken of the other's queue was given back.
		blocked := make(chan error)
		go func() {
			_, err := f.Submit(t.Context(), batchOf(10, 20))
			blocked <- err
		}()
		synctest.Wait()
		closing, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := f.Close(closing)
		if want := "close the sinks: outcomes not delivered: stuck 10"; err == nil || err.Error() != want {
			t.Errorf("Close: %v, want %s", err, want)
		}
		if err := <-blocked; !errors.Is(err, sinks.ErrClosed) {
			t.Errorf("the blocked Submit: %v", err)
		}
		if err := ended(); !errors.Is(err, sinks.ErrClosed) {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestCloseWritesWhatWasSubmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{slow: time.Second}
		f := sinks.NewFanout(sinks.FanoutConfig{Batch: 7, Linger: time.Hour}, sinks.Named{Name: "s", Writer: s})
		ended := start(t, f)
		var tickets []*sinks.Ticket
		for i := range 10 {
			tickets = append(tickets, submit(t, f, batchOf(i*3, i*3+3)))
		}
		closeAll(t, f, ended)
		if !slices.Equal(s.ids(), idsOf(0, 30)) || slices.ContainsFunc(tickets, func(ticket *sinks.Ticket) bool { return !isDone(ticket) }) {
			t.Errorf("after Close: %v", s.ids())
		}
		if _, err := f.Submit(t.Context(), batchOf(0, 1)); !errors.Is(err, sinks.ErrClosed) {
			t.Errorf("Submit after Close: %v", err)
		}
		if err := f.Close(t.Context()); err != nil {
			t.Errorf("second Close: %v", err)
		}
	})
}

func TestWithoutSinksEverythingIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := sinks.NewFanout(sinks.FanoutConfig{})
		ended := start(t, f)
		if !isDone(submit(t, f, batchOf(0, 3))) {
			t.Error("not done")
		}
		closeAll(t, f, ended)
	})
}

func TestRunEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := sinks.NewFanout(sinks.FanoutConfig{}, sinks.Named{Name: "s", Writer: &shelf{slow: time.Hour}})
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error)
		go func() { result <- f.Run(ctx) }()
		ticket := submit(t, f, batchOf(0, 1))
		time.Sleep(time.Minute)
		cancel()
		if err := <-result; !errors.Is(err, context.Canceled) || isDone(ticket) {
			t.Errorf("Run: %v, done %t", err, isDone(ticket))
		}
		if _, err := f.Submit(t.Context(), batchOf(1, 2)); !errors.Is(err, context.Canceled) {
			t.Errorf("Submit: %v", err)
		}
	})
}

func TestOnlyWhatIsLeftIsWrittenAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{}
		s.fail = func(batch []outcome.Outcome) error {
			if len(batch) == 1 {
				return nil
			}
			s.took = append(s.took, batch[0].Head().ID)
			return &sinks.RetryableError{Err: errors.New("leader gone"), Left: batch[1:]}
		}
		var written int
		hooks := sinks.Hooks{Written: func(_ string, outcomes int, _ time.Duration) { written += outcomes }}
		f := sinks.NewFanout(sinks.FanoutConfig{Hooks: hooks}, sinks.Named{Name: "s", Writer: s})
		ended := start(t, f)
		submit(t, f, batchOf(0, 6))
		closeAll(t, f, ended)
		if !slices.Equal(s.ids(), idsOf(0, 6)) || written != 6 {
			t.Errorf("got %v, %d said to be written", s.ids(), written)
		}
	})
}

// Whatever the sinks do short of refusing: each has every outcome at least once,
// first seen in the order of submission, and the last copies in that order too.
func TestAnyTroubleKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		cfg := sinks.FanoutConfig{
			Queue:   rapid.IntRange(1, 30).Draw(r, "queue"),
			Batch:   rapid.IntRange(1, 12).Draw(r, "batch"),
			Backoff: sinks.Backoff{Jitter: func() float64 { return 0.5 }},
		}
		a, b := troubled(r, "a"), troubled(r, "b")
		sizes := rapid.SliceOfN(rapid.IntRange(0, 40), 1, 20).Draw(r, "sizes")
		total := 0
		synctest.Test(t, func(t *testing.T) {
			f := sinks.NewFanout(cfg, sinks.Named{Name: "a", Writer: a}, sinks.Named{Name: "b", Writer: b})
			ended := start(t, f)
			for _, size := range sizes {
				submit(t, f, batchOf(total, total+size))
				total += size
			}
			closeAll(t, f, ended)
		})
		for _, s := range []*shelf{a, b} {
			backwards := slices.Clone(s.took)
			slices.Reverse(backwards)
			last := firsts(backwards)
			slices.Reverse(last)
			if want := idsOf(0, total); !slices.Equal(firsts(s.took), want) || !slices.Equal(last, want) {
				r.Fatalf("took %v, want 0 to %d in order", s.took, total-1)
			}
		}
	})
}

// troubled is a sink that is slow and fails as drawn, before or after it wrote.
func troubled(r *rapid.T, name string) *shelf {
	s := &shelf{slow: time.Duration(rapid.IntRange(0, 2000).Draw(r, name+" ms")) * time.Millisecond}
	troubles := rapid.SliceOfN(rapid.IntRange(0, 2), 0, 30).Draw(r, name)
	s.fail = func(batch []outcome.Outcome) error {
		if len(troubles) == 0 {
			return nil
		}
		trouble := troubles[0]
		troubles = troubles[1:]
		if trouble == 0 {
			return nil
		}
		if trouble == 2 { // the reply was lost
			for _, o := range batch {
				s.took = append(s.took, o.Head().ID)
			}
		}
		return &sinks.RetryableError{Err: fmt.Errorf("trouble %d", trouble)}
	}
	return s
}

// firsts keeps the first copy of each.
func firsts(ids []string) (out []string) {
	seen := map[string]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}
