package clickhouse

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
)

// Config is how the servers are reached.
type Config struct {
	// Addresses are host:port of the native protocol. A connection goes to the first
	// that answers, and to another when that one fails.
	Addresses []string
	Database  string
	Username  string
	Password  string
	TLS       TLS
}

// TLS is how connections are encrypted. Without files the system's certificate
// authorities are trusted.
type TLS struct {
	Enabled    bool
	CAFile     string // PEM
	CertFile   string // PEM, of the client
	KeyFile    string // PEM
	ServerName string // that the certificate must have, where it is not the host's
}

const (
	// One that starts or is busy may say hello late, and `milepost run` begins with one try.
	dialTimeout = 15 * time.Second
	// A server that merges or mutates under load may say nothing for a while.
	readTimeout = 2 * time.Minute
)

// Options gives the driver's form of the configuration. It reads the files of TLS;
// what is wrong with them is a permanent error.
func (c Config) Options() (*ch.Options, error) {
	if len(c.Addresses) == 0 {
		return nil, errors.New("no address of a ClickHouse server")
	}
	encryption, err := c.TLS.config()
	if err != nil {
		return nil, fmt.Errorf("prepare TLS to ClickHouse: %w", err)
	}
	return &ch.Options{
		Addr:             c.Addresses,
		Auth:             ch.Auth{Database: c.Database, Username: c.Username, Password: c.Password},
		TLS:              encryption,
		Compression:      &ch.Compression{Method: ch.CompressionLZ4},
		DialTimeout:      dialTimeout,
		ReadTimeout:      readTimeout,
		ConnOpenStrategy: ch.ConnOpenInOrder,
		ClientInfo:       ch.ClientInfo{Products: []struct{ Name, Version string }{{Name: "milepost"}}},
	}, nil
}

func (t TLS) config() (*tls.Config, error) {
	if !t.Enabled {
		return nil, nil //nolint:nilnil // the driver's way to say "none"
	}
	out := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("read the authorities: %w", err)
		}
		out.RootCAs = x509.NewCertPool()
		if !out.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("read the authorities: no certificate in %s", t.CAFile)
		}
	}
	if t.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("read the client's certificate: %w", err)
		}
		out.Certificates = []tls.Certificate{pair}
	}
	return out, nil
}
