package broker

import (
	"errors"
	"fmt"
	"net"
	"strconv"
)

// Config says which cluster, and how to sign in.
type Config struct {
	// Brokers are the addresses asked first, host:port; the cluster names the others.
	Brokers []string `yaml:"brokers" json:"brokers"`
	TLS     TLS      `yaml:"tls" json:"tls"`
	SASL    SASL     `yaml:"sasl" json:"sasl"`
	// ClientID names milepost in the brokers' logs and quotas.
	ClientID string `yaml:"client_id" json:"client_id"`
}

// TLS encrypts the connections. Certificates are files in PEM.
type TLS struct {
	Enabled bool `yaml:"enabled" json:"enabled"`
	// CAFile holds the authorities that brokers' certificates are checked against; empty: the system's.
	CAFile string `yaml:"ca_file" json:"ca_file"`
	// CertFile and KeyFile are milepost's own certificate, where brokers ask for one.
	CertFile string `yaml:"cert_file" json:"cert_file"`
	KeyFile  string `yaml:"key_file" json:"key_file"`
	// ServerName is the name that certificates must bear; empty: the host that is connected to.
	ServerName string `yaml:"server_name" json:"server_name"`
}

// SASL signs in with a name and a password.
type SASL struct {
	// Mechanism is plain, scram-sha-256 or scram-sha-512; empty: no sign-in.
	Mechanism string `yaml:"mechanism" json:"mechanism"`
	Username  string `yaml:"username" json:"username"`
	Password  Secret `yaml:"password" json:"password"`
}

// The mechanisms of SASL.
const (
	Plain       = "plain"
	ScramSHA256 = "scram-sha-256"
	ScramSHA512 = "scram-sha-512"
)

// Validate names every setting that cannot be, one a line, by its path. Files are read when a connection is made, not here.
func (c Config) Validate() error {
	var errs []error
	if len(c.Brokers) == 0 {
		errs = append(errs, errors.New("brokers: must name at least one host:port"))
	}
	for i, address := range c.Brokers {
		if err := checkAddress(address); err != nil {
			errs = append(errs, fmt.Errorf("brokers[%d] %q: %w", i, address, err))
		}
	}
	return errors.Join(append(errs, c.TLS.validate(), c.SASL.validate())...)
}

func checkAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return errors.New("must be host:port")
	}
	if host == "" {
		return errors.New("has no host")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return errors.New("the port must be a number from 1 to 65535")
	}
	return nil
}

func (t TLS) validate() error {
	var errs []error
	if !t.Enabled {
		for _, set := range []struct{ path, value string }{
			{"tls.ca_file", t.CAFile}, {"tls.cert_file", t.CertFile}, {"tls.key_file", t.KeyFile}, {"tls.server_name", t.ServerName},
		} {
			if set.value != "" {
				errs = append(errs, fmt.Errorf("%s: is set, but tls.enabled is false", set.path))
			}
		}
	}
	if t.CertFile != "" && t.KeyFile == "" {
		errs = append(errs, errors.New("tls.key_file: must be set where tls.cert_file is"))
	}
	if t.KeyFile != "" && t.CertFile == "" {
		errs = append(errs, errors.New("tls.cert_file: must be set where tls.key_file is"))
	}
	return errors.Join(errs...)
}

func (s SASL) validate() error {
	var errs []error
	switch s.Mechanism {
	case "":
		if s.Username != "" {
			errs = append(errs, errors.New("sasl.username: is set, but sasl.mechanism is empty"))
		}
		if s.Password != "" {
			errs = append(errs, errors.New("sasl.password: is set, but sasl.mechanism is empty"))
		}
	case Plain, ScramSHA256, ScramSHA512:
		if s.Username == "" {
			errs = append(errs, fmt.Errorf("sasl.username: must be set for %s", s.Mechanism))
		}
		if s.Password == "" {
			errs = append(errs, fmt.Errorf("sasl.password: must be set for %s", s.Mechanism))
		}
	default:
		errs = append(errs, fmt.Errorf("sasl.mechanism %q: must be %s, %s, %s or empty", s.Mechanism, Plain, ScramSHA256, ScramSHA512))
	}
	return errors.Join(errs...)
}
