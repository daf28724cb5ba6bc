package config

import "time"

// Config is every setting of `milepost run`. Its fields' tags are the one table of
// settings: yaml is the key, doc what it is for, oneof the values that there are.
type Config struct {
	Kafka       Kafka         `yaml:"kafka" doc:"The brokers, and how to reach them."`
	Telemetry   []Input       `yaml:"telemetry" doc:"The topics that telemetry is read from. All topics of the input need the same number of partitions."`
	Profiles    Topic         `yaml:"profiles" doc:"What is known of the vehicles: a compacted topic, partitioned as telemetry is. Empty for none."`
	DeadLetters Topic         `yaml:"dead_letters" doc:"Records that cannot be used, with the reason."`
	Outcomes    Topic         `yaml:"outcomes" doc:"Trips, events, months, charging sessions, insurance factors and collisions as CloudEvents, keyed by vehicle. Empty for none."`
	Factors     Topic         `yaml:"factors" doc:"Insurance factors as CloudEvents, keyed by vehicle, once they are issued: what an insurer reads. Empty for none."`
	Alerts      Alerts        `yaml:"alerts" doc:"Who is told of collisions, as CloudEvents keyed by vehicle. docs/alerts.md says what of. Nobody where the topic is empty."`
	Start       string        `yaml:"start" oneof:"earliest latest" doc:"Where a partition without a checkpoint begins. With latest, what was written before is never read."`
	OnGap       string        `yaml:"on_gap" oneof:"stop continue" doc:"What to do where the broker has deleted records that were not read yet: stop, or count them as lost and continue."`
	Identity    Identity      `yaml:"identity" doc:"How vehicle identification numbers (VIN) become vehicle ids."`
	State       State         `yaml:"state" doc:"Where the vehicles' state is kept, and how often it is written."`
	Roads       Roads         `yaml:"roads" doc:"The map that trips are put onto when they close: a file, or a service. Without one, routes are the lines of fixes, and limits are those that the vehicle itself reads from signs."`
	Events      Events        `yaml:"events" doc:"From where a manoeuvre is harsh. docs/method/performance.md says what a table holds."`
	Insurance   Insurance     `yaml:"insurance" doc:"What insurers' factors are computed by. docs/method/insurance.md says what a table holds."`
	Store       Store         `yaml:"store" doc:"Where outcomes are kept."`
	Limits      Limits        `yaml:"limits" doc:"What may be in memory at once."`
	HTTP        HTTP          `yaml:"http" doc:"Health and metrics: /healthz, /readyz, /metrics."`
	Log         Log           `yaml:"log" doc:"The log, on standard error."`
	Shutdown    time.Duration `yaml:"shutdown_timeout" doc:"How long an orderly end may take: outcomes written, checkpoints made."`
	Watchdog    time.Duration `yaml:"watchdog" doc:"How long a partition may do nothing, with records to read, before it counts as stuck."`
}

// Kafka is how the brokers are reached; every connection uses it.
type Kafka struct {
	Brokers  []string `yaml:"brokers" doc:"Some of the brokers, host:port."`
	ClientID string   `yaml:"client_id" doc:"The name by which the brokers log and limit this client."`
	Group    string   `yaml:"group" doc:"The consumer group. Processes of one group share the partitions."`
	// Session is short, as a restart after a crash waits for it.
	Session time.Duration `yaml:"session_timeout" doc:"Without a sign of life for this long the group goes on without this process; a restart after a crash waits for it. Brokers allow 6 s and more by default."`
	TLS     TLS           `yaml:"tls" doc:"Encryption. Without files, the system's certificate authorities are trusted."`
	SASL    SASL          `yaml:"sasl" doc:"Authentication. Without a mechanism there is none."`
}

// TLS is how connections are encrypted.
type TLS struct {
	Enabled    bool   `yaml:"enabled" doc:"Encrypt connections."`
	CAFile     string `yaml:"ca_file" doc:"PEM file of the authorities to trust instead of the system's."`
	CertFile   string `yaml:"cert_file" doc:"PEM file of the client's certificate, where servers ask for one."`
	KeyFile    string `yaml:"key_file" doc:"PEM file of that certificate's key."`
	ServerName string `yaml:"server_name" doc:"The name that servers' certificates must have, where it is not the host's."`
}

// SASL is how the client says who it is.
type SASL struct {
	Mechanism    string `yaml:"mechanism" oneof:" plain scram-sha-256 scram-sha-512" doc:"How to authenticate."`
	Username     string `yaml:"username" doc:"The user."`
	Password     Secret `yaml:"password" doc:"The password; a password_file or the environment is a better place for it."`
	PasswordFile string `yaml:"password_file" doc:"File that holds the password."`
}

// Input is one topic of telemetry.
type Input struct {
	Topic          string `yaml:"topic" doc:"The topic."`
	Format         string `yaml:"format" oneof:"milepost-protobuf tesla-v-protobuf tesla-v-json dimo-signals-json by-header" doc:"What its records hold; by-header asks each record's content-type."`
	MaxRecordBytes Bytes  `yaml:"max_record_bytes" doc:"A larger record is a dead letter."`
}

// Topic is a topic's name.
type Topic struct {
	Topic string `yaml:"topic" doc:"The topic."`
}

// Alerts is where those who are told of collisions read.
type Alerts struct {
	Vehicle string        `yaml:"vehicle_topic" doc:"Topic that vehicles are told by, from a possible collision on, to ask whether all is well."`
	App     string        `yaml:"notifications_topic" doc:"Topic that the app is told by, from a probable collision on."`
	Care    string        `yaml:"care_topic" doc:"Topic that a care centre is told by, from a probable collision on, where the consent connected_vehicle_assistance is given."`
	Within  time.Duration `yaml:"within" doc:"Nobody is told of what was reported longer ago: an old topic that is read again wakes nobody. What a vehicle reports late is told whatever its age."`
}

// Topics are those that are named, with the paths of their settings.
func (a Alerts) Topics() []Named {
	var named []Named
	for _, t := range []Named{{"alerts.vehicle_topic", a.Vehicle}, {"alerts.notifications_topic", a.App}, {"alerts.care_topic", a.Care}} {
		if t.Topic != "" {
			named = append(named, t)
		}
	}
	return named
}

// Named is a topic, and the setting that names it.
type Named struct{ Path, Topic string }

// Identity is how a VIN becomes a vehicle id: HMAC-SHA-256 under the key.
type Identity struct {
	VINKey     Secret `yaml:"vin_key" doc:"The key that turns VINs into vehicle ids, at least 32 characters. Without one, records keyed by VIN are dead letters. Another key makes other vehicles of the same cars."`
	VINKeyFile string `yaml:"vin_key_file" doc:"File that holds the key."`
}

// State is where checkpoints go: to a directory, or to S3 where a bucket is set.
type State struct {
	Dir      string        `yaml:"dir" doc:"Directory of the state; processes of one group need the same one, or S3. Must be empty with S3."`
	S3       S3            `yaml:"s3" doc:"A bucket instead of a directory."`
	Every    time.Duration `yaml:"every" doc:"Time between checkpoints: what a restart reads again at most."`
	MaxBytes Bytes         `yaml:"max_bytes" doc:"Records read since the last checkpoint of a partition that call for one before its time."`
}

// S3 is a bucket of an S3-compatible store.
type S3 struct {
	Endpoint      string `yaml:"endpoint" doc:"host or host:port, without scheme."`
	Bucket        string `yaml:"bucket" doc:"The bucket; it must exist. Empty for none."`
	Prefix        string `yaml:"prefix" doc:"What the names of milepost's objects begin with."`
	Region        string `yaml:"region" doc:"The bucket's region."`
	AccessKey     string `yaml:"access_key" doc:"The access key's id. Empty: as the environment or the machine's role says."`
	SecretKey     Secret `yaml:"secret_key" doc:"The secret access key."`
	SecretKeyFile string `yaml:"secret_key_file" doc:"File that holds the secret access key."`
	Secure        bool   `yaml:"secure" doc:"Use HTTPS."`
}

// Roads is the map: a file where one is named, else a service where its address is given.
type Roads struct {
	File   string      `yaml:"file" doc:"File that milepost roads build made. Empty for none."`
	Thin   bool        `yaml:"thin" doc:"Match few of a trip's fixes, in which nearly as much lies: at a fraction of the time. docs/method/roads.md has figures of both."`
	Remote RemoteRoads `yaml:"remote" doc:"A Valhalla service instead of a file, where a map is too large for one machine. What it answers is as repeatable as it is itself."`
}

// RemoteRoads is a service that puts tracks onto roads.
type RemoteRoads struct {
	URL       string        `yaml:"url" doc:"Its address, such as http://valhalla:8002. Empty for none."`
	KeyHeader string        `yaml:"key_header" doc:"Name of a header that carries a key with every request, such as Authorization. Empty for none."`
	Key       Secret        `yaml:"key" doc:"What that header says; a key_file or the environment is a better place for it."`
	KeyFile   string        `yaml:"key_file" doc:"File that holds it."`
	Timeout   time.Duration `yaml:"timeout" doc:"How long the service may take for one answer."`
	Total     time.Duration `yaml:"total" doc:"How long one trip may wait for it, with all that is asked and asked again. Then the trip closes with the line of its fixes, and says so."`
}

// Events is the table of thresholds of harsh manoeuvres.
type Events struct {
	File string `yaml:"file" doc:"File of a table of one's own. Empty for the default one."`
}

// Insurance is the tables that factors are computed by.
type Insurance struct {
	Tables string `yaml:"tables" doc:"Folder of insurers' tables, beside the default ones; milepost tables check says what is in it. Empty for the default ones alone."`
}

// Store is where outcomes are kept: in an embedded store, on ClickHouse, or in both.
type Store struct {
	SQLite     string     `yaml:"sqlite" doc:"File of the embedded store; it is made where there is none. Empty for no such store."`
	ClickHouse ClickHouse `yaml:"clickhouse" doc:"The store of record, where addresses are given; milepost store migrate makes its tables."`
	Retention  Retention  `yaml:"retention" doc:"How long the stores keep what has happened; milepost store retain sees to it. 0 is for ever."`
}

// ClickHouse is how the servers are reached, and how tables lie on them.
type ClickHouse struct {
	Addresses    []string `yaml:"addresses" doc:"host:port of the native protocol. The first is used while it answers, the others stand by; several need replicated or distributed tables. Empty for no such store."`
	Database     string   `yaml:"database" doc:"The database; milepost store migrate makes it where there is none."`
	Username     string   `yaml:"username" doc:"The user."`
	Password     Secret   `yaml:"password" doc:"The password; a password_file or the environment is a better place for it."`
	PasswordFile string   `yaml:"password_file" doc:"File that holds the password."`
	TLS          TLS      `yaml:"tls" doc:"Encryption. Without files, the system's certificate authorities are trusted."`
	Cluster      string   `yaml:"cluster" doc:"Name of the servers' cluster: tables are made and changed on all of them. Empty for one server."`
	Replicated   bool     `yaml:"replicated" doc:"Make replicated tables; servers need the macros shard and replica, and a keeper."`
	Distributed  bool     `yaml:"distributed" doc:"Spread rows over the cluster's shards by vehicle."`
}

// Retention is how many days a type of outcome is kept after it happened.
type Retention struct {
	Trips  int `yaml:"trips_days" doc:"Days that trips are kept."`
	Events int `yaml:"events_days" doc:"Days that events are kept."`
	Months int `yaml:"months_days" doc:"Days that months are kept, from the month's beginning: 0, or 62 at least, so that the running one and the one before stay."`

	Charges int `yaml:"charges_days" doc:"Days that charging sessions are kept."`
	Factors int `yaml:"factors_days" doc:"Days that insurance factors are kept with their receipts, from their periods' beginning: 0, or 400 at least, so that a year's and what it is adjusted by stay."`

	Collisions int `yaml:"collisions_days" doc:"Days that collisions are kept, with their pulses and with what people added to them."`
}

// Limits bound memory.
type Limits struct {
	Memory       Bytes `yaml:"memory" doc:"Soft limit of the process's memory; 0 leaves it to GOMEMLIMIT."`
	FetchBytes   Bytes `yaml:"fetch_bytes" doc:"What one fetch of one partition asks for."`
	FetchQueue   int   `yaml:"fetch_queue" doc:"Fetches of a partition that may wait to be processed."`
	OutcomeQueue int   `yaml:"outcome_queue" doc:"Outcomes that may wait to be written; when it is full, reading pauses."`
}

// HTTP is the health and metrics server.
type HTTP struct {
	Listen string `yaml:"listen" doc:"host:port to listen on; empty for no server. It has no sign-in: keep it within the machine or its private network."`
}

// Log is how the log is written.
type Log struct {
	Level  string `yaml:"level" oneof:"debug info warn error" doc:"The least severe lines to write."`
	Format string `yaml:"format" oneof:"text json" doc:"How lines are written."`
}
