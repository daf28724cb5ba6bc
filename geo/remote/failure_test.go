package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"milepost/geo/match"
)

// answer is a service that says the same to everything.
func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func coded(status, code int) http.HandlerFunc {
	return answer(status, fmt.Sprintf(`{"error_code":%d,"error":"No luck at 47.14,9.52","status_code":%d,"status":"Bad Request"}`, code, status))
}

// Whatever the service does, the call ends, says what it was, and holds no place, no
// key and nothing of what the service said.
func TestFailures(t *testing.T) {
	const html = "<html><body>Bad Gateway 47.14 9.52</body></html>"
	for _, c := range []struct {
		name     string
		handler  http.HandlerFunc
		want     error // of errors.Is; nil: no path and no error
		code     int   // of a Refused
		attempts int32
	}{
		{"no match", coded(400, 444), nil, 0, 1},
		{"no exact match", coded(400, 443), nil, 0, 1},
		{"no path", coded(400, 442), nil, 0, 1},
		{"no road near", coded(400, 171), nil, 0, 1},
		{"too long", coded(400, 154), nil, 154, 1},
		{"too many points", coded(400, 153), nil, 153, 1},
		{"unknown code", coded(400, 99), nil, 99, 1},
		{"no key", answer(401, "who are you"), nil, -1, 1},
		{"not implemented", coded(501, 107), nil, 107, 1},
		{"in trouble", coded(500, 401), ErrNotReached, 0, 3},
		{"gateway", answer(502, html), ErrNotReached, 0, 3},
		{"too often", answer(429, html), ErrNotReached, 0, 3},
		{"no such page", answer(404, html), ErrNotReached, 0, 3},
		{"another page", answer(200, html), ErrNotReached, 0, 3},
		{"nothing", answer(200, ""), ErrNotReached, 0, 3},
		{"another list", answer(200, `[1,2,3]`), ErrNotReached, 0, 3},
		{"no points", answer(200, `{"shape":"","edges":[],"matched_points":[]}`), ErrNotReached, 0, 3},
		{"bad line", answer(200, `{"shape":"~~~~~~~~~~~~~~~~~~~~~","edges":[]}`), ErrNotReached, 0, 3},
		{"elsewhere", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}, ErrNotReached, 0, 3},
		{"too large", func(w http.ResponseWriter, _ *http.Request) {
			for range 100 {
				_, _ = w.Write(make([]byte, 1<<12))
			}
		}, ErrNotReached, 0, 3},
		{"said to be too large", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Length", "99999999") }, ErrNotReached, 0, 3},
		{"cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"shape":"`)
		}, ErrNotReached, 0, 3},
		{"hung up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, ErrNotReached, 0, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			var attempts atomic.Int32
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				attempts.Add(1)
				c.handler(w, r)
			}))
			defer s.Close()
			to := client(t, s.URL, func(o *Options) {
				o.Header, o.MaxReply = http.Header{"Authorization": {"Bearer sesame"}}, 100_000
			})
			paths, err := to.Match(t.Context(), drive(100, 1_000, 50, 0), nil)
			if len(paths) > 0 || attempts.Load() != c.attempts {
				t.Errorf("%d paths, %d attempts", len(paths), attempts.Load())
			}
			var refused *Refused
			switch {
			case c.code != 0:
				if !errors.As(err, &refused) || c.code > 0 && refused.Code != c.code || errors.Is(err, ErrNotReached) {
					t.Errorf("%v, want it refused with %d", err, c.code)
				}
			case !errors.Is(err, c.want):
				t.Errorf("%v, want %v", err, c.want)
			}
			quiet(t, err)
		})
	}
}

// quiet tells whether an error keeps to itself what must not be told.
func quiet(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, secret := range []string{"47.1", "9.5", "sesame", "luck", "html", "/trace_attributes", "shape"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%q is in %q", secret, err)
		}
	}
}

func TestNobodyThere(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	s.Close()
	_, err := client(t, s.URL, nil).Match(t.Context(), drive(100, 1_000, 50, 0), nil)
	if !errors.Is(err, ErrNotReached) {
		t.Error(err)
	}
	quiet(t, err)
}

// A service that says nothing is left after each attempt's time-out.
func TestSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts, begin := 0, time.Now()
		rt := roundTrip(func(r *http.Request) (*http.Response, error) {
			attempts++
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		_, err := client(t, "http://map", func(o *Options) { o.Client = &http.Client{Transport: rt} }).Match(t.Context(), drive(100, 1_000, 50, 0), nil)
		if took := time.Since(begin); !errors.Is(err, ErrNotReached) || attempts != 3 || took != 15*time.Second {
			t.Errorf("%v after %d attempts and %v, want three attempts and all of 15 s", err, attempts, took)
		}
		quiet(t, err)
	})
}

// roundTrip is a service without a network, for a bubble's clock.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func say(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// The pauses double, and all of it ends within the call's time.
func TestRetriesTakeTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		begin := time.Now()
		rt := roundTrip(func(r *http.Request) (*http.Response, error) {
			at = append(at, time.Since(begin))
			if len(at) == 3 {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}
			return say(503, ""), nil
		})
		c, err := New(Options{URL: "http://map", Client: &http.Client{Transport: rt}, Attempts: 9,
			Pause: time.Second, Timeout: 4 * time.Second, Total: 15 * time.Second, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Match(t.Context(), drive(0, 500, 50, 0), nil)
		// 1 s, 2 s, an answer that does not come for 4 s, 4 s; 8 s more are not left.
		want := []time.Duration{0, time.Second, 3 * time.Second, 11 * time.Second}
		if !errors.Is(err, ErrNotReached) || fmt.Sprint(at) != fmt.Sprint(want) {
			t.Errorf("asked at %v, want %v: %v", at, want, err)
		}
		if took := time.Since(begin); took > 15*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// A service that fails again and again is let be: calls fail at once, and one is tried
// when the pause is over. A no is an answer.
func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked, status := 0, 500
		rt := roundTrip(func(*http.Request) (*http.Response, error) {
			asked++
			return say(status, `{"error_code":444}`), nil
		})
		c, err := New(Options{URL: "http://map", Client: &http.Client{Transport: rt}, Attempts: 1, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		call := func(want error, wantAsked int) {
			t.Helper()
			if _, err := c.Match(t.Context(), drive(0, 500, 50, 0), nil); !errors.Is(err, want) || asked != wantAsked {
				t.Errorf("%v after %d requests, want %v after %d", err, asked, want, wantAsked)
			}
		}
		for i := range 3 {
			call(ErrNotReached, i+1)
		}
		call(ErrNotReached, 3)
		time.Sleep(29 * time.Second)
		call(ErrNotReached, 3)
		time.Sleep(2 * time.Second)
		call(ErrNotReached, 4)
		call(ErrNotReached, 4)
		time.Sleep(31 * time.Second)
		status = 400
		call(nil, 5)
		call(nil, 6)
	})
}

// A caller that goes away is no failure of the service's.
func TestCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		rt := roundTrip(func(r *http.Request) (*http.Response, error) {
			asked++
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		c, err := New(Options{URL: "http://map", Client: &http.Client{Transport: rt}, Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			_, err := c.Match(ctx, drive(0, 500, 50, 0), nil)
			if !errors.Is(err, context.Canceled) || errors.Is(err, ErrNotReached) {
				t.Error(err)
			}
		}
		if asked != 5 {
			t.Errorf("%d requests: the service was let be", asked)
		}
	})
}

func TestOptionsThatCannotWork(t *testing.T) {
	for _, url := range []string{"", "valhalla:8002", "ftp://valhalla", "http://", "http://user:sesame@valhalla", "http://valhalla?key=sesame", "http://valhalla#sesame", "http://sesame\x00"} {
		_, err := New(Options{URL: url, Now: time.Now})
		if !errors.Is(err, errURL) {
			t.Errorf("%q: %v", url, err)
		}
		quiet(t, err)
	}
	for _, o := range []Options{{Timeout: -1}, {Attempts: -1}, {MaxPoints: 2}, {MaxM: -1}, {MaxReply: -1}} {
		o.URL, o.Now = "http://valhalla:8002/", time.Now
		if _, err := New(o); !errors.Is(err, errLimits) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := New(Options{URL: "http://valhalla:8002/"}); !errors.Is(err, errClock) {
		t.Errorf("without a clock: %v", err)
	}
}

// A track of which nothing can be asked is not asked about.
func TestNothingToAsk(t *testing.T) {
	c := client(t, "http://127.0.0.1:1", nil)
	var one, none match.Track
	one.Add(match.Fix{Lat: 47, Lon: 9})
	none.Add(match.Fix{Lat: 91})
	none.Add(match.Fix{Lat: -91})
	for _, track := range []*match.Track{{}, &one, &none} {
		if paths, err := c.Match(t.Context(), track, nil); err != nil || paths != nil {
			t.Errorf("%v, %v", paths, err)
		}
	}
}
