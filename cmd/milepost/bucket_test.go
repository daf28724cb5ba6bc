package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// State in a bucket survives a restart as state in a folder does.
func TestStateInABucket(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("state"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	defer server.Close()
	w := newWorld(t, fakeBroker(t), town(7), 2)
	cfg, want := w.config(), w.oracle(t)
	cfg.State.Dir = ""
	cfg.State.S3.Endpoint, cfg.State.S3.Bucket, cfg.State.S3.Prefix = strings.TrimPrefix(server.URL, "http://"), "state", "fleet"
	cfg.State.S3.Region, cfg.State.S3.AccessKey, cfg.State.S3.SecretKey, cfg.State.S3.Secure = "eu", "key", "secret", false
	for range 2 {
		m := w.start(t, cfg, wrappers{})
		until(t, "something is stored", func() bool { return len(inStore(t, cfg.Store.SQLite)) > 0 })
		m.end(t)
	}
	m := w.start(t, cfg, wrappers{})
	settled(t, cfg.Store.SQLite, want)
	m.end(t)
}
