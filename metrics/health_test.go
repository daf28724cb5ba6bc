package metrics

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// ask gives what a page of the handler says.
func ask(h *Health, page string) (code int, body string) {
	w := httptest.NewRecorder()
	h.Handler(prometheus.NewRegistry()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, page, http.NoBody))
	return w.Code, strings.TrimSpace(w.Body.String())
}

func TestHealthOverAPartitionsLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := NewHealth(time.Minute)
		one, two := Key{"cars", 1}, Key{"cars", 2}
		for _, step := range []struct {
			name           string
			do             func()
			healthz        int
			readyz         int
			healthy, ready string
		}{
			{"start", func() {}, 200, 503, `{"status":"ok","partitions":0}`,
				`{"status":"not ready","partitions":0,"because":"the consumer group has assigned no partitions yet"}`},
			{"assigned", func() { h.Assign([]Key{two, one}) }, 200, 503, `{"status":"ok","partitions":2}`,
				`{"status":"not ready","partitions":2,"because":"partitions are not restored yet","missing":[` +
					`{"topic":"cars","partition":1,"state":"assigned","idle_s":0},{"topic":"cars","partition":2,"state":"assigned","idle_s":0}]}`},
			{"one restored", func() { h.State(one, StateRunning); h.State(two, StateRestoring) }, 200, 503, `{"status":"ok","partitions":2}`,
				`{"status":"not ready","partitions":2,"because":"partitions are not restored yet","missing":[` +
					`{"topic":"cars","partition":2,"state":"restoring","idle_s":0}]}`},
			{"both restored", func() { h.State(two, StateRunning) }, 200, 200, `{"status":"ok","partitions":2}`, `{"status":"ok","partitions":2}`},
			{"one stuck", func() { time.Sleep(40 * time.Second); h.Progress(one); time.Sleep(40 * time.Second) }, 503, 200,
				`{"status":"stuck","partitions":2,"because":"partitions made no progress for longer than the watchdog allows","missing":[` +
					`{"topic":"cars","partition":2,"state":"running","idle_s":80}]}`, `{"status":"ok","partitions":2}`},
			{"it goes on", func() { h.Progress(two) }, 200, 200, `{"status":"ok","partitions":2}`, `{"status":"ok","partitions":2}`},
			{"drains", func() { h.State(two, StateDraining) }, 200, 200, `{"status":"ok","partitions":2}`, `{"status":"ok","partitions":2}`},
			{"taken away", func() { h.Assign([]Key{one}); h.State(two, StateRunning); h.Progress(two) }, 200, 200,
				`{"status":"ok","partitions":1}`, `{"status":"ok","partitions":1}`},
			{"none left for this process", func() { h.Assign(nil); time.Sleep(time.Hour) }, 200, 200,
				`{"status":"ok","partitions":0}`, `{"status":"ok","partitions":0}`},
		} {
			step.do()
			if code, body := ask(h, "/healthz"); code != step.healthz || body != step.healthy {
				t.Errorf("%s: /healthz %d %s\nwant %d %s", step.name, code, body, step.healthz, step.healthy)
			}
			if code, body := ask(h, "/readyz"); code != step.readyz || body != step.ready {
				t.Errorf("%s: /readyz %d %s\nwant %d %s", step.name, code, body, step.readyz, step.ready)
			}
		}
	})
}

func TestServerServesAndStops(t *testing.T) {
	reg := prometheus.NewRegistry()
	m, err := New(reg, "v1")
	if err != nil {
		t.Fatal(err)
	}
	m.Samples.Add(5)
	s, err := Listen(t.Context(), "127.0.0.1:0", NewHealth(time.Minute).Handler(reg))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx) }()
	page := get(t, "http://"+s.Addr()+"/metrics")
	for _, want := range []string{"milepost_samples_total 5", `milepost_vehicles{kind="live"} 0`, `milepost_late_frames_total{fate="amended"} 0`, `milepost_build_info{`} {
		if !strings.Contains(page, want) {
			t.Errorf("/metrics lacks %q", want)
		}
	}
	if _, err := Listen(t.Context(), s.Addr(), nil); err == nil || !strings.Contains(err.Error(), "listen for health and metrics") {
		t.Errorf("an address that is taken: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("after its end: %v", err)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d, error %v", url, res.StatusCode, err)
	}
	return string(body)
}

func TestServerThatNeverServes(t *testing.T) {
	s, err := Listen(t.Context(), "127.0.0.1:0", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(t.Context()); err == nil {
		t.Error("it serves on an address that was given back")
	}
}

// A partition that waits for a sink is not stuck, however long it takes.
func TestWaitingForASinkIsNotStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, k := NewHealth(time.Minute), Key{Topic: "t"}
		h.Assign([]Key{k})
		h.Waits(k, true)
		time.Sleep(time.Hour)
		if r := h.alive(); r.Status != "ok" {
			t.Errorf("status %s while a sink is away", r.Status)
		}
		h.Waits(k, false)
		time.Sleep(2 * time.Minute)
		if r := h.alive(); r.Status == "ok" {
			t.Error("a partition without progress is well")
		}
	})
}
