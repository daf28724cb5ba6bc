package config

import (
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write milepost.yaml anew")

// The example at the project's root is the defaults, and reads back as them.
func TestExampleIsTheDefaults(t *testing.T) {
	const path = "../milepost.yaml"
	shown, err := Default().Render()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, shown, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	example, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(example), string(shown)); diff != "" {
		t.Errorf("%s is not what Render gives; -update writes it anew (-file +rendered):\n%s", path, diff)
	}
	read, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default(), read); diff != "" {
		t.Errorf("defaults (-default +read):\n%s", diff)
	}
}

const whole = `
kafka:
  brokers: [a.example:9092, "b.example:9093"]
  tls: {enabled: true, ca_file: ca.pem}
  sasl:
    mechanism: scram-sha-512
    username: 007
    password: "hunter2: # yes"
telemetry:
  - topic: cars
  - topic: tesla_V
    format: tesla-v-json
    max_record_bytes: 512KiB
identity:
  vin_key: 0123456789012345678901234567890123456789
state:
  s3: {endpoint: "s3.example:9000", bucket: miles, secure: false}
  every: 90s
store: {sqlite: }
limits:
http: {listen: ""}
`

func TestFileAndEnvironment(t *testing.T) {
	got, err := Parse("m.yaml", []byte(whole), []string{
		"MILEPOST_KAFKA_BROKERS=c.example:1, d.example:2", "MILEPOST_TELEMETRY_1_TOPIC=tesla_W", "MILEPOST_TELEMETRY_2_TOPIC=dimo",
		"MILEPOST_TELEMETRY_2_FORMAT=dimo-signals-json", "MILEPOST_LOG_LEVEL=debug", "MILEPOST_SHUTDOWN_TIMEOUT=2m",
		"MILEPOST_PORT_9464_TCP=tcp://10.0.0.1:9464", "MILEPOST_PORT=tcp://10.0.0.1:9464", "MILEPOST_SERVICE_HOST=10.0.0.1", "HOME=/root",
		// Of the project's own tests and scripts:
		"MILEPOST_DATA=/d", "MILEPOST_PYTHON=/p", "MILEPOST_REQUIRE_SERVICES=1", "MILEPOST_KAFKA=a:1", "MILEPOST_KAFKA_TLS=a:2",
		"MILEPOST_KAFKA_CA=c.pem", "MILEPOST_KAFKA_SASL=a:3", "MILEPOST_KAFKA_USER=u", "MILEPOST_KAFKA_PASSWORD=p",
		"MILEPOST_CLICKHOUSE=a:4", "MILEPOST_CLICKHOUSE_HTTP=a:5", "MILEPOST_CLICKHOUSE_TLS=a:6", "MILEPOST_CLICKHOUSE_CA=c.pem",
		"MILEPOST_CLICKHOUSE_USER=u", "MILEPOST_CLICKHOUSE_PASSWORD=p", "MILEPOST_CLICKHOUSE_READER=u",
		"MILEPOST_CLICKHOUSE_READER_PASSWORD=p", "MILEPOST_CHDB=a:7", "MILEPOST_PROMTOOL=/p",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Kafka.Brokers = []string{"c.example:1", "d.example:2"}
	want.Kafka.TLS = TLS{Enabled: true, CAFile: "ca.pem"}
	want.Kafka.SASL = SASL{Mechanism: "scram-sha-512", Username: "007", Password: "hunter2: # yes"}
	want.Telemetry = []Input{{"cars", "milepost-protobuf", mib}, {"tesla_W", "tesla-v-json", 512 * kib}, {"dimo", "dimo-signals-json", mib}}
	want.Identity.VINKey = "0123456789012345678901234567890123456789"
	want.State.Dir = ""
	want.State.S3 = S3{Endpoint: "s3.example:9000", Bucket: "miles"}
	want.State.Every = 90 * time.Second
	want.Store.SQLite, want.HTTP.Listen = "", ""
	want.Log.Level = "debug"
	want.Shutdown = 2 * time.Minute
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestSecretsAreReadFromFilesAndNeverShown(t *testing.T) {
	const password, key = "correct horse", "battery staple battery staple 32"
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Parse("", nil, []string{"MILEPOST_KAFKA_SASL_PASSWORD_FILE=" + file, "MILEPOST_KAFKA_SASL_USERNAME=u",
		"MILEPOST_KAFKA_SASL_MECHANISM=plain", "MILEPOST_IDENTITY_VIN_KEY=" + key})
	if err != nil || c.Kafka.SASL.Password.Reveal() != password || c.Identity.VINKey.Reveal() != key {
		t.Fatalf("password %q, key %q, error %v", c.Kafka.SASL.Password.Reveal(), c.Identity.VINKey.Reveal(), err)
	}
	shown, err := c.Render()
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("started", "config", c, "key", c.Identity.VINKey)
	for _, text := range []string{string(shown), log.String(), fmt.Sprintf("%v %+v %#v", c, c, c)} {
		if strings.Contains(text, password) || strings.Contains(text, key) || !strings.Contains(text, hidden) {
			t.Errorf("a secret is shown, or is not marked as hidden:\n%s", text)
		}
	}
	// The one from a file reads back; the other has to be put in again.
	again, err := Parse("shown.yaml", shown, nil)
	if p := asProblems(err); len(p) != 1 || p[0].Path != "identity.vin_key" {
		t.Errorf("reading back what was shown: %v", err)
	}
	again.Identity.VINKey = c.Identity.VINKey
	if diff := cmp.Diff(c, again); diff != "" {
		t.Errorf("settings (-shown +read back):\n%s", diff)
	}
}

// Every setting can be set by file and by environment, and is shown as it was set.
func TestWhatIsShownReadsBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Default()
		for range rapid.IntRange(0, 2).Draw(t, "inputs") {
			inputs, _ := root(&c).child("telemetry")
			inputs.grow()
		}
		var environ []string
		for _, s := range root(&c).settings() {
			if s.secret() {
				continue
			}
			if strings.HasSuffix(s.path, fileSuffix) && !strings.Contains(s.path, "tls") {
				continue // is read at once
			}
			draw(t, s)
			environ = append(environ, EnvName(s.path)+"="+show(s.value))
		}
		shown, err := c.Render()
		if err != nil {
			t.Fatal(err)
		}
		read := func(take func(*reading, *Config)) Config {
			got, r := Default(), &reading{from: map[string]string{}}
			take(r, &got)
			if err := r.err(); err != nil {
				t.Fatalf("%v\n%s", err, shown)
			}
			return got
		}
		byFile := read(func(r *reading, c *Config) { r.yamlText(c, shown) })
		if diff := cmp.Diff(c, byFile); diff != "" {
			t.Fatalf("by file (-set +read):\n%s\n%s", diff, shown)
		}
		byEnvironment := read(func(r *reading, c *Config) { r.environ(c, environ) })
		if diff := cmp.Diff(c, byEnvironment); diff != "" {
			t.Fatalf("by environment (-set +read):\n%s", diff)
		}
	})
}

func draw(t *rapid.T, s node) {
	words := rapid.StringMatching(`[ -~é]{0,12}`)
	switch p := s.value.Addr().Interface().(type) {
	case *string:
		*p = words.Draw(t, s.path)
	case *bool:
		*p = rapid.Bool().Draw(t, s.path)
	case *int:
		*p = rapid.Int().Draw(t, s.path)
	case *time.Duration:
		*p = time.Duration(rapid.Int64().Draw(t, s.path))
	case *Bytes:
		*p = Bytes(rapid.Int64Range(0, 1<<50).Draw(t, s.path))
	case *[]string:
		*p = rapid.SliceOfN(rapid.StringMatching(`[a-z0-9.:-]{1,12}`), 1, 3).Draw(t, s.path)
	default:
		t.Fatalf("%s: settings of type %T are not drawn", s.path, p)
	}
}

// The table of settings is whole: each has a key, a comment, and a variable of its
// own, and each secret a file beside it.
func TestSettingsAreDescribed(t *testing.T) {
	c := Default()
	names := map[string]string{}
	for _, s := range root(&c).settings() {
		if s.key == "" || !strings.HasSuffix(s.doc, ".") {
			t.Errorf("%s has the comment %q", s.path, s.doc)
		}
		if other, ok := names[EnvName(s.path)]; ok {
			t.Errorf("%s and %s are both set by %s", s.path, other, EnvName(s.path))
		}
		names[EnvName(s.path)] = s.path
		if s.secret() && names[EnvName(s.path+fileSuffix)] == "" {
			if _, ok := find(&c, s.path+fileSuffix); !ok {
				t.Errorf("%s has no %s%s beside it", s.path, s.path, fileSuffix)
			}
		}
	}
}

func find(c *Config, path string) (node, bool) {
	for _, s := range root(c).settings() {
		if s.path == path {
			return s, true
		}
	}
	return node{}, false
}

func TestMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.yaml")
	if _, err := Load(path, nil); err == nil || !strings.Contains(err.Error(), "read the configuration: open "+path) {
		t.Errorf("error %v", err)
	}
}

func FuzzParse(f *testing.F) {
	shown, err := Default().Render()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(shown))
	f.Add(whole)
	f.Add("- a\n? b\n: *c\n<<: {}\n!t x: |\n  y")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse("f.yaml", []byte(text), nil)
		if err != nil {
			return
		}
		if err := c.Validate(); err != nil {
			t.Fatalf("loaded, and yet: %v", err)
		}
	})
}
