package broker

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

const (
	// dialLimit bounds connecting, TLS and sign-in together.
	dialLimit = 10 * time.Second
	// requestLimit bounds one request of a Client.
	requestLimit = 30 * time.Second
	// metadataAge is how long a moved leader may go unnoticed: kafka-go asks anew after half of it on average, and only then. It is
	// also how long a busy broker has for the first answer, without which nothing begins.
	metadataAge = 6 * time.Second
)

// Addr is the brokers to ask first, as kafka-go wants them.
func (c Config) Addr() net.Addr { return kafka.TCP(c.Brokers...) }

// Transport makes what requests are sent by: a pool of connections that follows the cluster's leaders. It connects on the
// first request. The error is of settings and of files that cannot be read.
func (c Config) Transport() (*kafka.Transport, error) {
	encryption, mechanism, err := c.security()
	if err != nil {
		return nil, err
	}
	return &kafka.Transport{
		Dial:        (&net.Dialer{Timeout: dialLimit}).DialContext,
		DialTimeout: dialLimit,
		MetadataTTL: metadataAge,
		ClientID:    c.ClientID,
		TLS:         encryption,
		SASL:        mechanism,
	}, nil
}

// Dialer makes what kafka-go's consumer groups connect by. The error is as Transport's.
func (c Config) Dialer() (*kafka.Dialer, error) {
	encryption, mechanism, err := c.security()
	if err != nil {
		return nil, err
	}
	return &kafka.Dialer{
		Timeout:       dialLimit,
		DualStack:     true,
		KeepAlive:     15 * time.Second,
		ClientID:      c.ClientID,
		TLS:           encryption,
		SASLMechanism: mechanism,
	}, nil
}

// Client makes a client over a Transport of its own. The error is as Transport's.
func (c Config) Client() (*kafka.Client, error) {
	transport, err := c.Transport()
	if err != nil {
		return nil, err
	}
	return &kafka.Client{Addr: c.Addr(), Timeout: requestLimit, Transport: transport}, nil
}

// security is nil and nil for plain connections.
func (c Config) security() (*tls.Config, sasl.Mechanism, error) {
	if err := c.Validate(); err != nil {
		return nil, nil, err
	}
	encryption, err := c.TLS.config()
	if err != nil {
		return nil, nil, err
	}
	mechanism, err := c.SASL.mechanism()
	return encryption, mechanism, err
}

func (t TLS) config() (*tls.Config, error) {
	if !t.Enabled {
		return nil, nil
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
	if t.CAFile != "" {
		authorities, err := readAuthorities(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("tls.ca_file: %w", err)
		}
		c.RootCAs = authorities
	}
	if t.CertFile != "" {
		own, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("tls.cert_file and tls.key_file: %w", err)
		}
		c.Certificates = []tls.Certificate{own}
	}
	return c, nil
}

func readAuthorities(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s: no certificate in PEM found", file)
	}
	return pool, nil
}

func (s SASL) mechanism() (sasl.Mechanism, error) {
	switch s.Mechanism {
	case "":
		return nil, nil
	case Plain:
		return plain.Mechanism{Username: s.Username, Password: string(s.Password)}, nil
	case ScramSHA256:
		return s.scram(scram.SHA256)
	default:
		return s.scram(scram.SHA512)
	}
}

func (s SASL) scram(hash scram.Algorithm) (sasl.Mechanism, error) {
	m, err := scram.Mechanism(hash, s.Username, string(s.Password))
	if err != nil {
		// The cause may quote what it could not prepare.
		return nil, errors.New("sasl.username, sasl.password: hold a character that SCRAM does not allow (RFC 4013)")
	}
	return m, nil
}
