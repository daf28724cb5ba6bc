package blob_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"milepost/ingest/blob"
)

// service is an S3 service in this process, whose answers a test may change.
type service struct {
	server *httptest.Server
	// around, where set, serves instead; it may call the real handler.
	around atomic.Pointer[func(w http.ResponseWriter, r *http.Request, serve http.Handler)]
}

const bucket = "milepost"

func newService(t *testing.T) *service {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket(bucket); err != nil {
		t.Fatal(err)
	}
	handler := gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	s := &service{}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if around := s.around.Load(); around != nil {
			(*around)(w, r, handler)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(s.server.Close)
	return s
}

func (s *service) serve(around func(w http.ResponseWriter, r *http.Request, serve http.Handler)) {
	s.around.Store(&around)
}

func (s *service) config(prefix string) blob.S3Config {
	return blob.S3Config{Endpoint: strings.TrimPrefix(s.server.URL, "http://"), Bucket: bucket, Prefix: prefix,
		Region: "us-east-1", AccessKey: "key", SecretKey: "secret", Insecure: true, Attempts: 2}
}

func (s *service) open(t *testing.T, prefix string) *blob.S3 {
	t.Helper()
	store, err := blob.OpenS3(s.config(prefix))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// The first attempt took the name, its answer was lost, the client tried again.
func TestPutNewWhoseAnswerWasLost(t *testing.T) {
	s := newService(t)
	store := s.open(t, "p")
	var puts atomic.Int32
	s.serve(func(w http.ResponseWriter, r *http.Request, serve http.Handler) {
		if r.Method == http.MethodPut && puts.Add(1) == 1 {
			serve.ServeHTTP(httptest.NewRecorder(), r)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		serve.ServeHTTP(w, r)
	})
	if err := store.PutNew(t.Context(), "claim", []byte("mine")); err != nil {
		t.Errorf("own claim: %v", err)
	}
	if puts.Load() != 2 {
		t.Errorf("%d attempts, want 2", puts.Load())
	}
	if err := store.PutNew(t.Context(), "claim", []byte("mine")); !errors.Is(err, blob.ErrExists) {
		t.Errorf("a second claim: %v", err)
	}
}

func TestServiceFailures(t *testing.T) {
	for _, c := range []struct {
		name      string
		status    int
		retryable bool
	}{
		{"busy", http.StatusServiceUnavailable, true},
		{"internal error", http.StatusInternalServerError, true},
		{"too many requests", http.StatusTooManyRequests, true},
		{"conflicting writes", http.StatusConflict, true},
		{"not allowed", http.StatusForbidden, false},
		{"bad request", http.StatusBadRequest, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newService(t)
			store := s.open(t, "")
			s.serve(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(c.status) })
			_, getErr := store.Get(t.Context(), "a")
			_, listErr := store.List(t.Context(), "")
			for doing, err := range map[string]error{"Put": store.Put(t.Context(), "a", nil), "Get": getErr,
				"PutNew": store.PutNew(t.Context(), "a", nil), "List": listErr} {
				if err == nil || blob.Retryable(err) != c.retryable {
					t.Errorf("%s: retryable %v, want %v: %v", doing, blob.Retryable(err), c.retryable, err)
				}
			}
		})
	}
}

func TestServiceAway(t *testing.T) {
	s := newService(t)
	store := s.open(t, "")
	s.server.Close()
	if err := store.Put(t.Context(), "a", nil); !blob.Retryable(err) {
		t.Errorf("no service: %v", err)
	}
}

func TestBrokenAnswer(t *testing.T) {
	s := newService(t)
	store := s.open(t, "")
	put(t, store, "a", "0123456789")
	s.serve(func(w http.ResponseWriter, r *http.Request, serve http.Handler) {
		answer := httptest.NewRecorder()
		serve.ServeHTTP(answer, r)
		for k, v := range answer.Header() {
			w.Header()[k] = v
		}
		w.Header().Set("Content-Length", "10")
		w.WriteHeader(answer.Code)
		w.Write(answer.Body.Bytes()[:4])
	})
	if got, err := store.Get(t.Context(), "a"); !blob.Retryable(err) {
		t.Errorf("half an answer: %q, %v", got, err)
	}
}

func TestMissingBucket(t *testing.T) {
	s := newService(t)
	c := s.config("")
	c.Bucket = "another"
	store, err := blob.OpenS3(c)
	if err != nil {
		t.Fatal(err)
	}
	_, getErr := store.Get(t.Context(), "a")
	_, listErr := store.List(t.Context(), "")
	for doing, err := range map[string]error{"Get": getErr, "List": listErr, "Put": store.Put(t.Context(), "a", nil)} {
		if err == nil || errors.Is(err, blob.ErrNotFound) || blob.Retryable(err) {
			t.Errorf("%s: %v", doing, err)
		}
	}
}

func TestOpenS3RefusesHalfAConfig(t *testing.T) {
	for _, c := range []blob.S3Config{{}, {Endpoint: "s3.example"}, {Bucket: "b"}, {Endpoint: "s3.example", Bucket: "b", Prefix: "a//b"},
		{Endpoint: "http://s3.example/x", Bucket: "b"}} {
		if _, err := blob.OpenS3(c); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}
