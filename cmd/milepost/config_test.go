package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigShowsAndChecks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.yaml")
	if err := os.WriteFile(path, []byte("kafka:\n  group: cars\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("MILEPOST_LOG_FORMAT", "json")
	code, stdout, stderr := invoke(t.Context(), "config", "--config", path)
	if code != exitOK || !strings.Contains(stdout, "\n  group: cars\n") || !strings.Contains(stdout, "\n  format: json\n") {
		t.Errorf("exit %d: %s\n%s", code, stderr, stdout)
	}
	if code, stdout, _ := invoke(t.Context(), "config", "--check", "--config", path); code != exitOK || stdout != "The settings are right.\n" {
		t.Errorf("exit %d: %q", code, stdout)
	}
	t.Setenv("MILEPOST_LOG_FORMAT", "xml")
	code, stdout, stderr = invoke(t.Context(), "config", "--check", "--config", path)
	if want := `MILEPOST_LOG_FORMAT: log.format: "xml": want text or json`; code != exitUsage || stdout != "" || !strings.Contains(stderr, want) {
		t.Errorf("exit %d, want %q in: %s", code, want, stderr)
	}
}
