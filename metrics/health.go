package metrics

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Key names a partition.
type Key struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
}

// Health is how each assigned partition stands. It is safe for concurrent use.
type Health struct {
	watchdog time.Duration

	mu         sync.Mutex
	joined     bool // an assignment has come, be it an empty one
	partitions map[Key]standing
}

type standing struct {
	state    string
	progress time.Time
	waits    bool // for a sink, which starting anew would not mend
}

// NewHealth makes the health of a process that has no partitions yet. A partition
// without progress for longer than watchdog is stuck.
func NewHealth(watchdog time.Duration) *Health {
	return &Health{watchdog: watchdog, partitions: map[Key]standing{}}
}

// Assign tells the whole set of partitions that this process has from now on. Ones
// that it had keep their state.
func (h *Health) Assign(partitions []Key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.joined = true
	now := map[Key]standing{}
	for _, k := range partitions {
		s, had := h.partitions[k]
		if !had {
			s = standing{state: StateAssigned, progress: time.Now()}
		}
		now[k] = s
	}
	h.partitions = now
}

// State tells the state of an assigned partition, which is progress too.
func (h *Health) State(k Key, state string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.partitions[k]; ok {
		h.partitions[k] = standing{state: state, progress: time.Now()}
	}
}

// Progress tells that a partition got on: it processed something, restored
// something, or found nothing to read.
func (h *Health) Progress(k Key) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s, ok := h.partitions[k]; ok {
		s.progress = time.Now()
		h.partitions[k] = s
	}
}

// Waits tells that a partition waits for a sink, or no longer does: it makes no
// progress then, and is not stuck.
func (h *Health) Waits(k Key, waits bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s, ok := h.partitions[k]; ok {
		s.waits, s.progress = waits, time.Now()
		h.partitions[k] = s
	}
}

// report is the body of /healthz and /readyz.
type report struct {
	Status     string      `json:"status"`
	Partitions int         `json:"partitions"`
	Because    string      `json:"because,omitempty"`
	Missing    []placement `json:"missing,omitempty"`
}

// placement is a partition that something is wrong with.
type placement struct {
	Key
	State string `json:"state"`
	IdleS int64  `json:"idle_s"`
}

// pick gives the partitions of which a test holds, by topic and number.
func (h *Health) pick(test func(standing) bool) []placement {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []placement
	for k, s := range h.partitions {
		if test(s) {
			found = append(found, placement{k, s.state, int64(time.Since(s.progress).Seconds())})
		}
	}
	slices.SortFunc(found, func(a, b placement) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Partition, b.Partition))
	})
	return found
}

func (h *Health) size() (partitions int, joined bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.partitions), h.joined
}

// alive is whether the process gets on: a restart might help where it does not.
func (h *Health) alive() report {
	now := time.Now()
	r := report{Status: "ok"}
	r.Partitions, _ = h.size()
	r.Missing = h.pick(func(s standing) bool { return !s.waits && now.Sub(s.progress) > h.watchdog })
	if len(r.Missing) > 0 {
		r.Status, r.Because = "stuck", "partitions made no progress for longer than the watchdog allows"
	}
	return r
}

// ready is whether the process works on all that it was given.
func (h *Health) ready() report {
	r := report{Status: "ok"}
	var joined bool
	r.Partitions, joined = h.size()
	r.Missing = h.pick(func(s standing) bool { return s.state != StateRunning && s.state != StateDraining })
	switch {
	case !joined:
		r.Status, r.Because = "not ready", "the consumer group has assigned no partitions yet"
	case len(r.Missing) > 0:
		r.Status, r.Because = "not ready", "partitions are not restored yet"
	}
	return r
}

// Handler serves /healthz, /readyz, and /metrics from g.
func (h *Health) Handler(g prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, h.alive()) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) { answer(w, h.ready()) })
	mux.Handle("GET /metrics", promhttp.HandlerFor(g, promhttp.HandlerOpts{EnableOpenMetrics: true, MaxRequestsInFlight: 4}))
	return mux
}

func answer(w http.ResponseWriter, r report) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if r.Status != "ok" {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	// Who asked has gone away where this fails.
	_ = json.NewEncoder(w).Encode(r)
}
