package deploy_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// dashboard is what the tests look at; the schema looks at the rest.
type dashboard struct {
	UID        string  `json:"uid"`
	Title      string  `json:"title"`
	Panels     []panel `json:"panels"`
	Templating struct {
		List []variable `json:"list"`
	} `json:"templating"`

	file string
}

type panel struct {
	ID         int                      `json:"id"`
	Type       string                   `json:"type"`
	Title      string                   `json:"title"`
	Datasource datasource               `json:"datasource"`
	Targets    []target                 `json:"targets"`
	Panels     []panel                  `json:"panels"` // of a row
	Grid       struct{ X, Y, W, H int } `json:"gridPos"`
}

type datasource struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

type target struct {
	RefID      string     `json:"refId"`
	Datasource datasource `json:"datasource"`
	Expr       string     `json:"expr"`
	RawSQL     string     `json:"rawSql"`
}

type variable struct {
	Name       string          `json:"name"`
	Type       string          `json:"type"`
	Datasource datasource      `json:"datasource"`
	Query      json.RawMessage `json:"query"`
}

// sql is the query of a variable that asks ClickHouse, or empty.
func (v variable) sql(t *testing.T) (text string) {
	t.Helper()
	if v.Type != "query" || v.Datasource.Type != clickhouseSource {
		return ""
	}
	if err := json.Unmarshal(v.Query, &text); err != nil || text == "" {
		t.Errorf("variable %s has no query: %v", v.Name, err)
	}
	return text
}

const (
	prometheusSource = "prometheus"
	clickhouseSource = "grafana-clickhouse-datasource"
)

func dashboardFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("grafana/dashboards/*.json")
	if err != nil || len(files) < 3 {
		t.Fatalf("the dashboards are %q (error %v)", files, err)
	}
	return files
}

func dashboards(t *testing.T) (all []dashboard) {
	t.Helper()
	for _, file := range dashboardFiles(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := dashboard{file: filepath.Base(file)}
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, d)
	}
	return all
}

// The schema is made of Grafana's own types; it refuses members that Grafana does not know.
func TestDashboardsAreAsGrafanaTakesThem(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("grafana/dashboard.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range dashboardFiles(t) {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(f)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if err := schema.Validate(document); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		document.(map[string]any)["pannels"] = []any{}
		if schema.Validate(document) == nil {
			t.Errorf("%s: a member that is none passes, so the schema checks nothing", file)
		}
	}
}

func TestPanelsLieBesideEachOther(t *testing.T) {
	const columns = 24
	uids := map[string]bool{}
	for _, d := range dashboards(t) {
		if uids[d.UID] || d.UID == "" {
			t.Errorf("%s: uid %q is empty or another's", d.file, d.UID)
		}
		uids[d.UID] = true
		ids := map[int]string{}
		taken := map[[2]int]string{}
		for _, p := range d.Panels {
			if other, ok := ids[p.ID]; ok {
				t.Errorf("%s: %q and %q have the id %d", d.file, p.Title, other, p.ID)
			}
			ids[p.ID] = p.Title
			if p.Grid.W < 1 || p.Grid.H < 1 || p.Grid.X < 0 || p.Grid.X+p.Grid.W > columns {
				t.Errorf("%s: %q lies outside: %+v", d.file, p.Title, p.Grid)
			}
			for x := range p.Grid.W {
				for y := range p.Grid.H {
					at := [2]int{p.Grid.X + x, p.Grid.Y + y}
					if other, ok := taken[at]; ok {
						t.Fatalf("%s: %q lies on %q", d.file, p.Title, other)
					}
					taken[at] = p.Title
				}
			}
		}
	}
}

// sources are the uids of the data sources that are provisioned, with their types.
func sources(t *testing.T) map[string]string {
	t.Helper()
	var file struct {
		Version int `yaml:"apiVersion"`
		Sources []struct {
			Name     string         `yaml:"name"`
			UID      string         `yaml:"uid"`
			Type     string         `yaml:"type"`
			Access   string         `yaml:"access"`
			URL      string         `yaml:"url"`
			Default  bool           `yaml:"isDefault"`
			Editable bool           `yaml:"editable"`
			Data     map[string]any `yaml:"jsonData"`
			Secure   map[string]any `yaml:"secureJsonData"`
		} `yaml:"datasources"`
	}
	readYAML(t, "grafana/provisioning/datasources/milepost.yml", &file)
	uids := map[string]string{}
	for _, s := range file.Sources {
		uids[s.UID] = s.Type
		if s.Type != clickhouseSource {
			continue
		}
		password, _ := s.Secure["password"].(string)
		if user, _ := s.Data["username"].(string); password != "$__file{/run/secrets/clickhouse-"+user+"}" {
			t.Errorf("source %s: user %s has password %s", s.Name, user, password)
		}
	}
	return uids
}

func TestPanelsAskSourcesThatAreThere(t *testing.T) {
	uids := sources(t)
	for _, d := range dashboards(t) {
		for _, p := range d.Panels {
			if p.Type == "row" {
				continue
			}
			if len(p.Targets) == 0 {
				t.Errorf("%s: %q asks nothing", d.file, p.Title)
			}
			for _, q := range p.Targets {
				if uids[q.Datasource.UID] != q.Datasource.Type || q.Datasource != p.Datasource {
					t.Errorf("%s: %q asks %+v, which is not provisioned or not the panel's", d.file, p.Title, q.Datasource)
				}
				if (q.Expr == "") == (q.RawSQL == "") {
					t.Errorf("%s: %q has both queries or none", d.file, p.Title)
				}
			}
		}
	}
}

func TestDashboardsNameMetricsThatAreThere(t *testing.T) {
	names := known(t)
	asked := map[string]bool{}
	for _, d := range dashboards(t) {
		for _, p := range d.Panels {
			for _, q := range p.Targets {
				for _, name := range unknown(q.Expr, names) {
					t.Errorf("%s: %q: there is no metric %s", d.file, p.Title, name)
				}
				for _, name := range metricName.FindAllString(q.Expr, -1) {
					asked[name] = true
				}
			}
		}
	}
	if len(asked) < 20 {
		t.Errorf("the dashboards ask for only %d metrics", len(asked))
	}
}

// Promtool reads rules only, so each query becomes one.
func TestPromtoolReadsTheQueries(t *testing.T) {
	tool := promtool(t)
	type recording struct {
		Record string `json:"record"`
		Expr   string `json:"expr"`
	}
	var all []recording
	variables := strings.NewReplacer("$__rate_interval", "1m", "$instance", ".*")
	for _, d := range dashboards(t) {
		for _, p := range d.Panels {
			for _, q := range p.Targets {
				if q.Datasource.Type == prometheusSource {
					all = append(all, recording{"query:" + strings.ToLower(q.RefID) + strings.Repeat("_", len(all)), variables.Replace(q.Expr)})
				}
			}
		}
	}
	if len(all) < 30 {
		t.Fatalf("only %d queries", len(all))
	}
	group := map[string]any{"groups": []any{map[string]any{"name": "queries", "rules": all}}}
	text, err := json.Marshal(group)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "queries.yml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := command(t, tool, "check", "rules", file); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	broken := filepath.Join(t.TempDir(), "broken.yml")
	if err := os.WriteFile(broken, slices.Concat(text[:len(text)-5], []byte(`)"}]}]}`)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := command(t, tool, "check", "rules", broken); err == nil {
		t.Error("a broken query passes, so the check checks nothing")
	}
}
