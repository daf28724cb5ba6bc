package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHealthAsksTheRunningProcess(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/readyz" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = w.Write([]byte(`{"page":"` + r.URL.Path + "\"}\n"))
	}))
	t.Setenv("MILEPOST_HTTP_LISTEN", strings.TrimPrefix(server.URL, "http://"))
	for _, c := range []struct {
		args     []string
		code     int
		out, err string
	}{
		{[]string{"health"}, exitOK, `{"page":"/healthz"}`, ""},
		{[]string{"health", "--ready"}, exitFailed, `{"page":"/readyz"}`, "503"},
	} {
		out, err, code := health(t, c.args...)
		if code != c.code || strings.TrimSpace(out) != c.out || !strings.Contains(err, c.err) {
			t.Errorf("%v: code %d, %s, %s", c.args, code, out, err)
		}
	}
	server.Close()
	if _, err, code := health(t, "health"); code != exitFailed || !strings.Contains(err, "ask for the health") {
		t.Errorf("nobody listens: code %d, %s", code, err)
	}
	t.Setenv("MILEPOST_HTTP_LISTEN", "")
	if _, err, code := health(t, "health"); code != exitUsage || !strings.Contains(err, "http.listen") {
		t.Errorf("without an address: code %d, %s", code, err)
	}
}

func health(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, err strings.Builder
	code = run(t.Context(), args, &terminal{Stdout: &out, Stderr: &err})
	return out.String(), err.String(), code
}

func TestReachable(t *testing.T) {
	for listen, want := range map[string]string{
		"127.0.0.1:9464": "127.0.0.1:9464", "0.0.0.0:9464": "127.0.0.1:9464", ":9464": "127.0.0.1:9464", "[::]:80": "127.0.0.1:80",
		"milepost:9464": "milepost:9464", "[::1]:9464": "[::1]:9464",
	} {
		if got := reachable(listen); got != want {
			t.Errorf("%s is reached at %s, want %s", listen, got, want)
		}
	}
}
