package broker

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestValidate(t *testing.T) {
	brokers := []string{"kafka-1:9092", "[::1]:9092"}
	tests := []struct {
		name string
		c    Config
		want string
	}{
		{"plain connections", Config{Brokers: brokers}, ""},
		{"everything", Config{
			Brokers: brokers, ClientID: "milepost",
			TLS:  TLS{Enabled: true, CAFile: "ca.pem", CertFile: "own.pem", KeyFile: "own-key.pem", ServerName: "kafka"},
			SASL: SASL{Mechanism: ScramSHA512, Username: "u", Password: "p"},
		}, ""},
		{"nothing", Config{}, "brokers: must name at least one host:port"},
		{"addresses", Config{Brokers: []string{"kafka", ":9092", "kafka:", "kafka:0", "kafka:65536", "kafka:http"}},
			`brokers[0] "kafka": must be host:port
brokers[1] ":9092": has no host
brokers[2] "kafka:": the port must be a number from 1 to 65535
brokers[3] "kafka:0": the port must be a number from 1 to 65535
brokers[4] "kafka:65536": the port must be a number from 1 to 65535
brokers[5] "kafka:http": the port must be a number from 1 to 65535`},
		{"TLS files without TLS", Config{Brokers: brokers, TLS: TLS{CAFile: "ca.pem", CertFile: "a", KeyFile: "b", ServerName: "c"}},
			`tls.ca_file: is set, but tls.enabled is false
tls.cert_file: is set, but tls.enabled is false
tls.key_file: is set, but tls.enabled is false
tls.server_name: is set, but tls.enabled is false`},
		{"certificate without key", Config{Brokers: brokers, TLS: TLS{Enabled: true, CertFile: "a"}},
			"tls.key_file: must be set where tls.cert_file is"},
		{"key without certificate", Config{Brokers: brokers, TLS: TLS{Enabled: true, KeyFile: "a"}},
			"tls.cert_file: must be set where tls.key_file is"},
		{"unknown mechanism", Config{Brokers: brokers, SASL: SASL{Mechanism: "SCRAM", Password: "geheim"}},
			`sasl.mechanism "SCRAM": must be plain, scram-sha-256, scram-sha-512 or empty`},
		{"nobody", Config{Brokers: brokers, SASL: SASL{Mechanism: Plain}},
			"sasl.username: must be set for plain\nsasl.password: must be set for plain"},
		{"no mechanism", Config{Brokers: brokers, SASL: SASL{Username: "u", Password: "geheim"}},
			"sasl.username: is set, but sasl.mechanism is empty\nsasl.password: is set, but sasl.mechanism is empty"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if err := test.c.Validate(); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
			_, err := test.c.Transport()
			if test.want != "" && (err == nil || err.Error() != test.want) {
				t.Errorf("a transport is made of it: %v", err)
			}
		})
	}
}

func TestUnreadableFiles(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]TLS{
		"tls.ca_file: open " + dir + "/none.pem":                           {CAFile: dir + "/none.pem"},
		"tls.ca_file: " + empty + ": no certificate in PEM found":          {CAFile: empty},
		"tls.cert_file and tls.key_file: open " + dir + "/none.pem":        {CertFile: dir + "/none.pem", KeyFile: empty},
		"tls.cert_file and tls.key_file: tls: failed to find any PEM data": {CertFile: empty, KeyFile: empty},
	} {
		c.Enabled = true
		config := Config{Brokers: []string{"kafka:9092"}, TLS: c}
		_, err := config.Transport()
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
		if _, other := config.Dialer(); other == nil || other.Error() != err.Error() {
			t.Errorf("the dialer says %v", other)
		}
		if _, other := config.Client(); other == nil || other.Error() != err.Error() {
			t.Errorf("the client says %v", other)
		}
	}
}

func TestScramRefusesWhatItCannotSend(t *testing.T) {
	c := Config{Brokers: []string{"kafka:9092"}, SASL: SASL{Mechanism: ScramSHA256, Username: "u", Password: "geheim\x01"}}
	_, err := c.Transport()
	if err == nil || !strings.HasPrefix(err.Error(), "sasl.username, sasl.password: ") || strings.Contains(err.Error(), "geheim") {
		t.Error(err)
	}
}

func TestPasswordIsNeverShown(t *testing.T) {
	c := Config{Brokers: []string{"kafka:9092"}, SASL: SASL{Mechanism: Plain, Username: "u", Password: "geheim"}}
	var shown []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown = append(shown, fmt.Sprintf(verb, c), fmt.Sprintf(verb, &c), fmt.Sprintf(verb, c.SASL.Password), fmt.Sprintf(verb, []any{c.SASL}))
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c, "password", c.SASL.Password)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "config", c, "password", c.SASL.Password)
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	shown = append(shown, log.String(), string(asJSON), string(asYAML))
	for _, s := range shown {
		if strings.Contains(s, "geheim") || strings.Contains(s, "67656865696d") {
			t.Errorf("the password is in %s", s)
		}
		if !strings.Contains(s, "***") {
			t.Errorf("nothing stands for the password in %s", s)
		}
	}
	if s := fmt.Sprintf("%+v", SASL{}); strings.Contains(s, "***") {
		t.Errorf("%s: where there is none, nothing must stand for it", s)
	}
}

func TestReadFromYAMLAndJSON(t *testing.T) {
	want := Config{
		Brokers: []string{"a:1", "b:2"}, ClientID: "milepost-7",
		TLS:  TLS{Enabled: true, CAFile: "ca", CertFile: "cert", KeyFile: "key", ServerName: "name"},
		SASL: SASL{Mechanism: Plain, Username: "u", Password: "geheim"},
	}
	const asYAML = `
brokers: [a:1, b:2]
client_id: milepost-7
tls: {enabled: true, ca_file: ca, cert_file: cert, key_file: key, server_name: name}
sasl: {mechanism: plain, username: u, password: geheim}
`
	const asJSON = `{"brokers": ["a:1", "b:2"], "client_id": "milepost-7",
		"tls": {"enabled": true, "ca_file": "ca", "cert_file": "cert", "key_file": "key", "server_name": "name"},
		"sasl": {"mechanism": "plain", "username": "u", "password": "geheim"}}`
	var one, two Config
	if err := yaml.UnmarshalWithOptions([]byte(asYAML), &one, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(asJSON), &two); err != nil {
		t.Fatal(err)
	}
	for _, got := range []Config{one, two} {
		if fmt.Sprint(got) != fmt.Sprint(want) || got.SASL.Password != want.SASL.Password {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}
