package deploy_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"milepost/metrics"
)

// promtool gives the path of Prometheus's own checker: MILEPOST_PROMTOOL, or on PATH.
// The test is skipped where there is none; with MILEPOST_REQUIRE_SERVICES=1 it fails.
func promtool(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("MILEPOST_PROMTOOL"); path != "" {
		return path
	}
	path, err := exec.LookPath("promtool")
	if err == nil {
		return path
	}
	const missing = "there is no promtool (Debian: prometheus), and MILEPOST_PROMTOOL names none"
	if os.Getenv("MILEPOST_REQUIRE_SERVICES") == "1" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

func TestPromtoolAgrees(t *testing.T) {
	tool := promtool(t)
	for _, args := range [][]string{
		{"check", "config", "prometheus.yml"},
		{"test", "rules", "alerts_test.yml"},
	} {
		if out, err := command(t, tool, args...); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

// command runs a program in the folder of the rules and gives what it printed.
func command(t *testing.T, program string, args ...string) (printed []byte, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Dir = "prometheus"
	return cmd.CombinedOutput()
}

// rule is what alerts.yml says of an alert.
type rule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

func rules(t *testing.T) (all []rule) {
	t.Helper()
	var file struct {
		Groups []struct {
			Name  string `yaml:"name"`
			Rules []rule `yaml:"rules"`
		} `yaml:"groups"`
	}
	readYAML(t, "prometheus/alerts.yml", &file)
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	return all
}

func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.DisallowUnknownField()).Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func TestAlertsSayWhatToDo(t *testing.T) {
	for _, r := range rules(t) {
		if r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%s lacks a summary or a description", r.Alert)
		}
		if s := r.Labels["severity"]; s != "page" && s != "ticket" {
			t.Errorf("%s has severity %q", r.Alert, s)
		}
	}
}

// The page for operators has every alert, with its severity.
func TestAlertsStandOnThePage(t *testing.T) {
	page, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules(t) {
		if row := "| `" + r.Alert + "` | " + r.Labels["severity"] + " | "; !strings.Contains(string(page), row) {
			t.Errorf("docs/operations.md has no row %q", row)
		}
	}
}

// Every alert has a test in which it fires and one in which it does not.
func TestAlertsAreTested(t *testing.T) {
	var file struct {
		RuleFiles []string `yaml:"rule_files"`
		Every     string   `yaml:"evaluation_interval"`
		Tests     []struct {
			Name     string `yaml:"name"`
			Interval string `yaml:"interval"`
			Input    []any  `yaml:"input_series"`
			Alerts   []struct {
				At       string `yaml:"eval_time"`
				Name     string `yaml:"alertname"`
				Expected []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		} `yaml:"tests"`
	}
	readYAML(t, "prometheus/alerts_test.yml", &file)
	fires, silent := map[string]bool{}, map[string]bool{}
	for _, test := range file.Tests {
		for _, a := range test.Alerts {
			if len(a.Expected) > 0 {
				fires[a.Name] = true
			} else {
				silent[a.Name] = true
			}
		}
	}
	for _, r := range rules(t) {
		if !fires[r.Alert] || !silent[r.Alert] {
			t.Errorf("%s: a test in which it fires: %t, one in which it does not: %t", r.Alert, fires[r.Alert], silent[r.Alert])
		}
	}
}

// known are the names of metrics that milepost has, and of those that Prometheus and
// its Go library have everywhere.
func known(t *testing.T) map[string]bool {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	all := &everyName{Registerer: registry, names: map[string]bool{"up": true}}
	if _, err := metrics.New(all, "test"); err != nil {
		t.Fatal(err)
	}
	// What milepost run registers beside its own, and gathers from the start.
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	gathered, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range gathered {
		all.names[family.GetName()] = true
	}
	if len(all.names) < 40 {
		t.Fatalf("only %d names of metrics: %q", len(all.names), slices.Sorted(maps.Keys(all.names)))
	}
	return all.names
}

// everyName learns the names of what is registered, be it of use already or not.
type everyName struct {
	prometheus.Registerer
	names map[string]bool
}

var fqName = regexp.MustCompile(`fqName: "([^"]+)"`)

func (e *everyName) Register(c prometheus.Collector) error {
	described := make(chan *prometheus.Desc, 16)
	go func() { c.Describe(described); close(described) }()
	for d := range described {
		name := fqName.FindStringSubmatch(d.String())[1]
		e.names[name] = true
		_, one := c.(prometheus.Histogram)
		if _, several := c.(*prometheus.HistogramVec); one || several {
			for _, part := range []string{"_bucket", "_sum", "_count"} {
				e.names[name+part] = true
			}
		}
	}
	return e.Registerer.Register(c)
}

var metricName = regexp.MustCompile(`\b(?:milepost|go|process)_[a-z0-9_]+|\bup\b`)

// unknown gives the names in an expression that no metric has.
func unknown(expr string, known map[string]bool) (out []string) {
	for _, name := range metricName.FindAllString(expr, -1) {
		if !known[name] {
			out = append(out, name)
		}
	}
	return out
}

func TestAlertsNameMetricsThatAreThere(t *testing.T) {
	names := known(t)
	for _, r := range rules(t) {
		if !metricName.MatchString(r.Expr) {
			t.Errorf("%s looks at no metric: %s", r.Alert, r.Expr)
		}
		for _, name := range unknown(r.Expr, names) {
			t.Errorf("%s: there is no metric %s", r.Alert, name)
		}
	}
}
