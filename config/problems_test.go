package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProblemsNameTheirPlace(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(secret, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, yaml, env, want string }{
		{"unknown keys, all of them", "kafka:\n  broker: [a:1]\n  topic: x\nstats: {}\n", "",
			`m.yaml:2: kafka.broker: there is no such setting; did you mean brokers?
m.yaml:3: kafka.topic: there is no such setting
m.yaml:4: stats: there is no such setting; did you mean state?`},
		{"unknown key in a list", "telemetry:\n- topic: a\n  formats: x", "", "m.yaml:3: telemetry[0].formats: there is no such setting; did you mean format?"},
		{"broker without port", "kafka:\n  brokers:\n  - a:1\n  - host", "", `m.yaml:4: kafka.brokers[1]: "host" has no port: want host:port`},
		{"broker from outside", "", "MILEPOST_KAFKA_BROKERS=a:1,http://b:1,:9,c:x",
			`MILEPOST_KAFKA_BROKERS: kafka.brokers[1]: "http://b:1" has a scheme: want host:port
MILEPOST_KAFKA_BROKERS: kafka.brokers[2]: ":9" has no host: want host:port
MILEPOST_KAFKA_BROKERS: kafka.brokers[3]: "c:x": port "x": want a number from 1 to 65535`},
		{"no brokers", "kafka: {brokers: []}", "", "m.yaml:1: kafka.brokers: is empty: want at least one host:port"},
		{"one broker, not a list", "kafka: {brokers: a:1}", "", "m.yaml:1: kafka.brokers: want a list, not a single value"},
		{"no list", "telemetry: {topic: a}", "", "m.yaml:1: telemetry: want a list, not a group of settings"},
		{"no group", "kafka: [a]", "", "m.yaml:1: kafka: want settings below it, not a list"},
		{"no topics", "telemetry: []", "", "m.yaml:1: telemetry: is empty: want at least one topic"},
		{"group for a value", "store: {sqlite: {path: a}}", "", "m.yaml:1: store.sqlite: want one value, not a group of settings"},
		{"key without value", "on_gap:", "", `m.yaml:1: on_gap: "": want stop or continue`},
		{"choice", "on_gap: stopp\nlog: {level: 1}", "", `m.yaml:1: on_gap: "stopp": want stop or continue; did you mean stop?
m.yaml:2: log.level: "1": want debug, info, warn or error`},
		{"format", "telemetry: [{format: json}]", "", `m.yaml:1: telemetry[0].format: "json": want milepost-protobuf, tesla-v-protobuf, tesla-v-json, dimo-signals-json or by-header`},
		{"types", "shutdown_timeout: 30\nstate: {max_bytes: much}\nlimits: {fetch_queue: 1.5}\nkafka: {tls: {enabled: yes}}", "",
			`m.yaml:1: shutdown_timeout: "30" is not a time: want a number with its unit, such as 30s or 5m
m.yaml:2: state.max_bytes: "much" is not a size: want a number of bytes, or one with its unit, such as 512KiB or 64MiB
m.yaml:3: limits.fetch_queue: "1.5" is not a whole number
m.yaml:4: kafka.tls.enabled: "yes" is neither true nor false`},
		{"ranges", "watchdog: 1s\nstate: {every: 2h, max_bytes: 1}\nlimits: {memory: 1MiB, fetch_bytes: 1GiB, fetch_queue: 0, outcome_queue: -1}", "",
			`m.yaml:2: state.every: 2h: want 1s to 1h
m.yaml:2: state.max_bytes: 1: want 1MiB to 1024GiB
m.yaml:3: limits.memory: 1MiB: want 64MiB to 16384GiB
m.yaml:3: limits.fetch_bytes: 1GiB: want 64KiB to 512MiB
m.yaml:3: limits.fetch_queue: 0: want 1 to 1000
m.yaml:3: limits.outcome_queue: -1: want 1 to 10000000
m.yaml:1: watchdog: 1s: want 5s to 1h`},
		{"topics", "profiles: {topic: vehicle.telemetry}\ndead_letters: {topic: ''}\noutcomes: {topic: a b}", "",
			`m.yaml:1: profiles.topic: vehicle.telemetry is telemetry[0].topic already: want another topic
m.yaml:2: dead_letters.topic: is empty: want a name
m.yaml:3: outcomes.topic: "a b" cannot be a topic: want at most 249 letters, digits, dots, _ and -`},
		{"nowhere to go", "store: {sqlite: ''}", "MILEPOST_OUTCOMES_TOPIC=",
			"m.yaml:1: store.sqlite: is empty, and store.clickhouse.addresses and outcomes.topic too, so that outcomes would go nowhere: want one of them"},
		{"VIN without key", "telemetry: [{topic: a}, {topic: b, format: tesla-v-json}]", "",
			"identity.vin_key: is empty, though telemetry[1] (tesla-v-json) is keyed by VIN: want a key, here or in identity.vin_key_file"},
		{"short key", "identity: {vin_key: abc}", "", "m.yaml:1: identity.vin_key: has 3 characters: want at least 32, such as `openssl rand -hex 32` gives"},
		{"shown secret", "identity: {vin_key: '***'}", "", "m.yaml:1: identity.vin_key: is ***, which only stands for a secret where settings are shown: want the secret itself, or identity.vin_key_file"},
		{"state twice", "state:\n  dir: x\n  s3: {bucket: b, endpoint: 'https://s3.example', access_key: k}", "",
			`m.yaml:2: state.dir: "x", though state.s3.bucket is set too: want one of them
m.yaml:3: state.s3.access_key: want both access_key and secret_key, or neither
m.yaml:3: state.s3.endpoint: "https://s3.example": want host or host:port alone; state.s3.secure says whether it is HTTPS`},
		{"no state", "state: {dir: '', s3: {endpoint: e}}", "", `m.yaml:1: state.dir: is empty, and state.s3.bucket too: want one of them
state.s3.bucket: is empty, though there is an endpoint: want the bucket`},
		{"no endpoint", "state: {s3: {bucket: e}}", "", "state.s3.endpoint: is empty: want the host of the S3 service, such as s3.eu-west-1.amazonaws.com"},
		{"sasl", "kafka:\n  sasl: {mechanism: plain}\n  tls: {cert_file: c}", "",
			`m.yaml:3: kafka.tls.cert_file: a certificate needs its key: want both cert_file and key_file, or neither
kafka.tls.enabled: is false, though other settings of TLS are there: want true, or none of them
kafka.sasl.username: is empty: want a name
kafka.sasl.password: is empty: mechanism plain needs a password, here or in kafka.sasl.password_file`},
		{"two maps", "roads: {file: a.roads, remote: {url: 'http://valhalla:8002', timeout: 30s, total: 10s}}", "",
			`m.yaml:1: roads.remote.url: is set, and roads.file too: want one map
m.yaml:1: roads.remote.total: 10s: want 30s to 30m`},
		{"a map's service with a key in its address", "roads: {remote: {url: 'http://valhalla:8002/?key=hunter2', key_header: X-Key}}", "",
			`m.yaml:1: roads.remote.url: is no address: want http:// or https:// with a host, without user, query or fragment; a key goes into roads.remote.key
m.yaml:1: roads.remote.key_header: a key needs the header that carries it: want both key_header and key, or neither`},
		{"user without mechanism", "kafka: {sasl: {username: u}}", "", "kafka.sasl.mechanism: is empty, though there is a user or a password: want plain, scram-sha-256 or scram-sha-512"},
		{"store", "store: {clickhouse: {addresses: [ch.example, 'b.example:9000'], database: a-b, username: '', distributed: true, tls: {ca_file: c}}, retention: {trips_days: -1}}", "",
			`m.yaml:1: store.clickhouse.addresses[0]: "ch.example" has no port: want host:port
m.yaml:1: store.clickhouse.database: "a-b" cannot be a database: want letters, digits and _, not a digit first
m.yaml:1: store.clickhouse.username: is empty: want a name
store.clickhouse.tls.enabled: is false, though other settings of TLS are there: want true, or none of them
store.clickhouse.cluster: is empty, though tables shall be distributed: want the cluster whose shards to use
m.yaml:1: store.retention.trips_days: -1: want 0 to 36500`},
		{"servers that share nothing", "store: {clickhouse: {addresses: ['a.example:9000', 'b.example:9000']}}", "",
			"m.yaml:1: store.clickhouse.addresses: are 2, though tables are neither replicated nor distributed: what one server takes while another is away would be seen there alone; want one, or such tables"},
		{"running month", "store: {retention: {months_days: 61}}", "", "m.yaml:1: store.retention.months_days: 61: want 0 or 62 to 36500: months count from their beginning, and the running one and the one before must stay"},
		{"listen", "http: {listen: '9464'}", "", `m.yaml:1: http.listen: "9464" has no port: want host:port`},
		{"secret and its file", "identity: {vin_key_file: " + secret + "}", "MILEPOST_IDENTITY_VIN_KEY=01234567890123456789012345678901",
			"m.yaml:1: identity.vin_key_file: identity.vin_key is set too: want one of them"},
		{"empty secret file", "", "MILEPOST_IDENTITY_VIN_KEY_FILE=" + secret,
			"MILEPOST_IDENTITY_VIN_KEY_FILE: identity.vin_key_file: " + secret + " is empty"},
		{"variable with a typo", "", "MILEPOST_KAFKA_BROKER=a:1", "MILEPOST_KAFKA_BROKER: there is no such setting; did you mean MILEPOST_KAFKA_BROKERS?"},
		{"syntax", "kafka:\n  sasl: {password: hunter2\n", "", "m.yaml:2: not YAML: could not find flow mapping end token '}'"},
		{"key twice", "start: latest\nstart: earliest", "", `m.yaml:2: not YAML: mapping key "start" already defined at [1:1]`},
		{"alias", "store: &s {sqlite: a}\nhttp: *s", "", `m.yaml:1: store: anchors and aliases are not read: write the value itself
m.yaml:2: http: anchors and aliases are not read: write the value itself`},
		{"two documents", "start: latest\n---\nstart: latest", "", "m.yaml:3: a second document: want one"},
		{"not a group at all", "hello", "", "m.yaml:1: want settings below it, not a single value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("m.yaml", []byte(c.yaml), []string{c.env})
			var got []string
			for _, one := range asProblems(err) {
				got = append(got, one.String())
			}
			if diff := cmp.Diff(strings.Split(c.want, "\n"), got); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func asProblems(err error) Problems {
	var p Problems
	errors.As(err, &p)
	return p
}
