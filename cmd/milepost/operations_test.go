package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"milepost/config"
	"milepost/geo/remote"
	"milepost/ingest/deadletter"
)

// operations is docs/operations.md, or what stands in it between two lines.
func operations(t *testing.T, from, to string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, found := strings.Cut(string(text), from)
	part, _, ended := strings.Cut(part, to)
	if !found || !ended {
		t.Fatalf("docs/operations.md has nothing between %q and %q", from, to)
	}
	return part
}

// firstColumn gives what stands in code in the first column of a table's rows.
func firstColumn(table string) (names []string) {
	for line := range strings.Lines(table) {
		row := strings.Split(line, "|")
		if len(row) < 3 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			names = append(names, m[1])
		}
	}
	return names
}

func TestOperationsNamesTheClassesOfDeadLetters(t *testing.T) {
	var want []string
	for _, c := range deadletter.Classes {
		want = append(want, string(c))
	}
	if got := firstColumn(operations(t, "| Class | The record |", "\n\n")); !slices.Equal(got, want) {
		t.Errorf("classes %q, want %q", got, want)
	}
}

func TestOperationsNamesTheCommands(t *testing.T) {
	parser, err := kong.New(&cli{}, kong.Vars{"version": "", "classes": ""})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, n := range parser.Model.Leaves(true) {
		want = append(want, "milepost "+n.Path())
	}
	got := firstColumn(operations(t, "| Command | Does | Writes |", "\n\n"))
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("commands %q, want %q", got, want)
	}
}

func TestOperationsShowsSettingsThatAreRight(t *testing.T) {
	_, text, _ := strings.Cut(operations(t, "## Connecting to Kafka", "## Privacy"), "```yaml\n")
	text, _, _ = strings.Cut(text, "```")
	// The file of the password is not on this machine.
	text = strings.ReplaceAll(text, "password_file: /etc/milepost/kafka-password", "password: secret")
	cfg, err := config.Parse("operations.md", []byte(text), nil)
	if err != nil || !cfg.Kafka.TLS.Enabled || cfg.Kafka.SASL.Username == "" {
		t.Errorf("%+v, %v", cfg.Kafka, err)
	}
}

// The settings of alerts on the page are the defaults.
func TestOperationsShowsTheSettingsOfAlerts(t *testing.T) {
	_, text, _ := strings.Cut(operations(t, "## Telling people of collisions", "## What each metric means"), "```yaml\n")
	text, _, _ = strings.Cut(text, "```")
	cfg, err := config.Parse("operations.md", []byte(text), nil)
	if err != nil || cfg.Alerts != config.Default().Alerts || !strings.Contains(text, "within: 24h") {
		t.Errorf("%+v, %v", cfg.Alerts, err)
	}
}

// The settings of a map's service on the page are right, and its times the defaults.
func TestOperationsShowsTheSettingsOfAMapsService(t *testing.T) {
	_, text, _ := strings.Cut(operations(t, "## Past one machine", "## Connecting to Kafka"), "```yaml\n")
	text, _, _ = strings.Cut(text, "```")
	// The file of the key is not on this machine.
	text = strings.ReplaceAll(text, "key_file: /etc/milepost/valhalla-key", "key: secret")
	cfg, err := config.Parse("operations.md", []byte(text), nil)
	r, d := cfg.Roads.Remote, config.Default().Roads.Remote
	if err != nil || r.URL == "" || r.KeyHeader == "" || r.Timeout != d.Timeout || r.Total != d.Total {
		t.Errorf("%+v, %v", r, err)
	}
	o := remote.Defaults()
	if o.Timeout != d.Timeout || o.Total != d.Total {
		t.Errorf("defaults of %v and %v, the settings' are %v and %v", o.Timeout, o.Total, d.Timeout, d.Total)
	}
}

// What stands behind "docker compose run" are commands with flags that there are, and
// settings where the service has them.
func TestOperationsRunsCommandsByCompose(t *testing.T) {
	const settings = "/etc/milepost/milepost.yaml"
	service, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(service), ":"+settings+":ro") {
		t.Errorf("docker-compose.yml does not mount %s", settings)
	}
	// The file is not on this machine.
	named := kong.MapperFunc(func(c *kong.DecodeContext, target reflect.Value) error {
		return c.Scan.PopValueInto("file", target.Addr().Interface())
	})
	parser, err := kong.New(&cli{}, kong.Vars{"version": "", "classes": ""}, kong.NamedMapper("existingfile", named))
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(operations(t, "### With docker compose", "## The store")) {
		_, args, found := strings.Cut(strings.TrimSpace(line), " milepost ")
		if !found || !strings.Contains(line, "docker compose run ") {
			continue
		}
		lines++
		if _, err := parser.Parse(strings.Fields(args)); err != nil || !strings.Contains(args, "--config "+settings) {
			t.Errorf("%s: %v", args, err)
		}
	}
	if lines < 5 {
		t.Errorf("only %d commands", lines)
	}
}
