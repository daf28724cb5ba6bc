package config

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Validate reports all that is wrong with the settings, as Problems without
// sources; Load has done so already.
func (c Config) Validate() error {
	var p problems
	c.check(func(path, format string, args ...any) { p.add("", path, format, args...) })
	return p.err()
}

// report takes one problem.
type report func(path, format string, args ...any)

func (c Config) check(bad report) {
	c.checkChoices(bad)
	c.checkSecrets(bad)
	c.Kafka.check(bad)
	c.checkTopics(bad)
	c.checkIdentity(bad)
	c.State.check(bad)
	c.Limits.check(bad)
	if c.Store.SQLite == "" && len(c.Store.ClickHouse.Addresses) == 0 && c.Outcomes.Topic == "" {
		bad("store.sqlite", "is empty, and store.clickhouse.addresses and outcomes.topic too, so that outcomes would go nowhere: want one of them")
	}
	c.Store.check(bad)
	c.Roads.check(bad)
	if c.HTTP.Listen != "" {
		checkAddress(bad, "http.listen", c.HTTP.Listen, true)
	}
	within(bad, "shutdown_timeout", c.Shutdown, time.Second, time.Hour)
	within(bad, "watchdog", c.Watchdog, 5*time.Second, time.Hour)
}

// checkChoices checks every setting that has a list of values in its tag.
func (c Config) checkChoices(bad report) {
	for _, s := range root(&c).settings() {
		if s.oneof != nil && !slices.Contains(s.oneof, s.value.String()) {
			bad(s.path, "%q: want %s%s", s.value.String(), alternatives(s.oneof), hint(s.value.String(), s.oneof))
		}
	}
}

// alternatives lists values as people do: a, b or c.
func alternatives(all []string) string {
	named := slices.Clone(all)
	for i, a := range named {
		if a == "" {
			named[i] = `""`
		}
	}
	last := len(named) - 1
	return strings.Join(named[:last], ", ") + " or " + named[last]
}

// checkSecrets refuses the mark that stands for a secret in what Render prints.
func (c Config) checkSecrets(bad report) {
	for _, s := range root(&c).settings() {
		if s.secret() && s.value.String() == hidden {
			bad(s.path, "is %s, which only stands for a secret where settings are shown: want the secret itself, or %s%s", hidden, s.path, fileSuffix)
		}
	}
}

func (k Kafka) check(bad report) {
	if len(k.Brokers) == 0 {
		bad("kafka.brokers", "is empty: want at least one host:port")
	}
	for i, b := range k.Brokers {
		checkAddress(bad, "kafka.brokers["+strconv.Itoa(i)+"]", b, false)
	}
	required(bad, "kafka.client_id", k.ClientID)
	required(bad, "kafka.group", k.Group)
	within(bad, "kafka.session_timeout", k.Session, time.Second, 30*time.Minute)
	k.TLS.check("kafka.tls", bad)
	k.SASL.check(bad)
}

func (t TLS) check(path string, bad report) {
	if (t.CertFile == "") != (t.KeyFile == "") {
		bad(path+".cert_file", "a certificate needs its key: want both cert_file and key_file, or neither")
	}
	if !t.Enabled && (t.CAFile != "" || t.CertFile != "" || t.KeyFile != "" || t.ServerName != "") {
		bad(path+".enabled", "is false, though other settings of TLS are there: want true, or none of them")
	}
}

func (s SASL) check(bad report) {
	if s.Mechanism == "" {
		if s.Username != "" || s.Password != "" {
			bad("kafka.sasl.mechanism", "is empty, though there is a user or a password: want plain, scram-sha-256 or scram-sha-512")
		}
		return
	}
	required(bad, "kafka.sasl.username", s.Username)
	if s.Password == "" {
		bad("kafka.sasl.password", "is empty: mechanism %s needs a password, here or in kafka.sasl.password_file", s.Mechanism)
	}
}

func (c Config) checkTopics(bad report) {
	if len(c.Telemetry) == 0 {
		bad("telemetry", "is empty: want at least one topic")
	}
	used := map[string]string{}
	check := func(path, topic string) {
		if topic == "" {
			return
		}
		if !topicName.MatchString(topic) || len(topic) > longestTopic || topic == "." || topic == ".." {
			bad(path, "%q cannot be a topic: want at most %d letters, digits, dots, _ and -", topic, longestTopic)
		}
		if first, ok := used[topic]; ok {
			bad(path, "%s is %s already: want another topic", topic, first)
		}
		used[topic] = path
	}
	for i, in := range c.Telemetry {
		at := "telemetry[" + strconv.Itoa(i) + "]."
		required(bad, at+"topic", in.Topic)
		check(at+"topic", in.Topic)
		within(bad, at+"max_record_bytes", in.MaxRecordBytes, kib, 64*mib)
	}
	check("profiles.topic", c.Profiles.Topic)
	required(bad, "dead_letters.topic", c.DeadLetters.Topic)
	check("dead_letters.topic", c.DeadLetters.Topic)
	check("outcomes.topic", c.Outcomes.Topic)
	check("factors.topic", c.Factors.Topic)
	for _, t := range c.Alerts.Topics() {
		check(t.Path, t.Topic)
	}
	within(bad, "alerts.within", c.Alerts.Within, time.Minute, 30*24*time.Hour)
}

var topicName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

const longestTopic = 249

// checkIdentity wants a key where records are keyed by VIN. Elsewhere one without a
// key is a dead letter.
func (c Config) checkIdentity(bad report) {
	const least = 32 // characters
	if key := c.Identity.VINKey; key != "" && key != hidden && len(key) < least {
		bad("identity.vin_key", "has %d characters: want at least %d, such as `openssl rand -hex 32` gives", len(key), least)
	}
	if c.Identity.VINKey != "" {
		return
	}
	for i, in := range c.Telemetry {
		if strings.HasPrefix(in.Format, "tesla-") {
			bad("identity.vin_key", "is empty, though telemetry[%d] (%s) is keyed by VIN: want a key, here or in identity.vin_key_file", i, in.Format)
			return
		}
	}
}

func (s State) check(bad report) {
	switch {
	case s.Dir == "" && s.S3.Bucket == "":
		bad("state.dir", "is empty, and state.s3.bucket too: want one of them")
	case s.Dir != "" && s.S3.Bucket != "":
		bad("state.dir", "%q, though state.s3.bucket is set too: want one of them", s.Dir)
	}
	s.S3.check(bad)
	within(bad, "state.every", s.Every, time.Second, time.Hour)
	within(bad, "state.max_bytes", s.MaxBytes, mib, 1<<40)
}

func (s S3) check(bad report) {
	if (s.AccessKey == "") != (s.SecretKey == "") {
		bad("state.s3.access_key", "want both access_key and secret_key, or neither")
	}
	if s.Bucket == "" {
		if s.Endpoint != "" {
			bad("state.s3.bucket", "is empty, though there is an endpoint: want the bucket")
		}
		return
	}
	switch {
	case s.Endpoint == "":
		bad("state.s3.endpoint", "is empty: want the host of the S3 service, such as s3.eu-west-1.amazonaws.com")
	case strings.Contains(s.Endpoint, "/"):
		bad("state.s3.endpoint", "%q: want host or host:port alone; state.s3.secure says whether it is HTTPS", s.Endpoint)
	}
}

func (l Limits) check(bad report) {
	if l.Memory != 0 {
		within(bad, "limits.memory", l.Memory, 64*mib, 1<<44)
	}
	within(bad, "limits.fetch_bytes", l.FetchBytes, 64*kib, 512*mib)
	within(bad, "limits.fetch_queue", l.FetchQueue, 1, 1000)
	within(bad, "limits.outcome_queue", l.OutcomeQueue, 1, 10_000_000)
}

func required(bad report, path, value string) {
	if value == "" {
		bad(path, "is empty: want a name")
	}
}

// within checks a value against its range.
func within[T int | Bytes | time.Duration](bad report, path string, v, least, most T) {
	if v >= least && v <= most {
		return
	}
	bad(path, "%s: want %s to %s", showAny(v), showAny(least), showAny(most))
}

// checkAddress checks host:port; the host may be empty where it is to listen on.
func checkAddress(bad report, path, address string, listen bool) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		what := "has no port"
		if strings.Contains(address, "://") {
			what = "has a scheme"
		} else if strings.Contains(address, ":") {
			what = "is not an address"
		}
		bad(path, "%q %s: want host:port", address, what)
		return
	}
	if host == "" && !listen {
		bad(path, "%q has no host: want host:port", address)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 || n == 0 && !listen {
		bad(path, "%q: port %q: want a number from 1 to 65535", address, port)
	}
}
