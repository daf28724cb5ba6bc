package config

import "time"

const (
	kib Bytes = 1 << 10
	mib Bytes = 1 << 20
)

// Default gives the settings of a machine with a broker on it and nothing set.
func Default() Config {
	return Config{
		Kafka:       Kafka{Brokers: []string{"127.0.0.1:9092"}, ClientID: "milepost", Group: "milepost", Session: 6 * time.Second},
		Telemetry:   []Input{defaultInput()},
		Profiles:    Topic{"vehicle.profiles"},
		DeadLetters: Topic{"milepost.dead-letters"},
		Outcomes:    Topic{"milepost.outcomes"},
		Factors:     Topic{"insurance.factors"},
		Alerts:      Alerts{Vehicle: "vehicle.alerts", App: "app.notifications", Care: "care.collisions", Within: 24 * time.Hour},
		Start:       "earliest",
		OnGap:       "stop",
		State:       State{Dir: defaultStateDir, S3: S3{Secure: true}, Every: time.Minute, MaxBytes: 256 * mib},
		Roads:       Roads{Thin: true, Remote: RemoteRoads{Timeout: 5 * time.Second, Total: 15 * time.Second}},
		Store:       Store{SQLite: "milepost.db", ClickHouse: ClickHouse{Database: "milepost", Username: "milepost"}},
		Limits:      Limits{FetchBytes: mib, FetchQueue: 2, OutcomeQueue: 20_000},
		HTTP:        HTTP{Listen: "127.0.0.1:9464"},
		Log:         Log{Level: "info", Format: "text"},
		Shutdown:    30 * time.Second,
		Watchdog:    time.Minute,
	}
}

const defaultStateDir = "milepost-state"

// defaultInput is also what each entry of a list of inputs begins with.
func defaultInput() Input {
	return Input{Topic: "vehicle.telemetry", Format: "milepost-protobuf", MaxRecordBytes: mib}
}
