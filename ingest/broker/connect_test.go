package broker_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"

	"milepost/ingest/broker"
	"milepost/ingest/raw"
)

// connects tries each kind of connection, and says what the first that fails says.
func connects(t *testing.T, c broker.Config) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	client, err := c.Client()
	if err != nil {
		t.Fatal(err)
	}
	defer client.Transport.(*kafka.Transport).CloseIdleConnections()
	_, transportErr := client.Metadata(ctx, &kafka.MetadataRequest{})

	dialer, err := c.Dialer()
	if err != nil {
		t.Fatal(err)
	}
	conn, dialerErr := dialer.DialContext(ctx, "tcp", c.Brokers[0])
	if dialerErr == nil {
		_, dialerErr = conn.Brokers()
		conn.Close()
	}
	if (transportErr == nil) != (dialerErr == nil) {
		t.Errorf("the transport says %v, and the dialer %v", transportErr, dialerErr)
	}
	return transportErr
}

func TestConnectOnKfake(t *testing.T) {
	pki := newPKI(t)
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.TLS(&tls.Config{
		Certificates: []tls.Certificate{pki.server},
		ClientCAs:    pki.pool,
		ClientAuth:   tls.RequireAndVerifyClientCert,
	}), kfake.EnableSASL(),
		kfake.Superuser("PLAIN", "plain", "one"), kfake.Superuser("SCRAM-SHA-256", "s256", "two"), kfake.Superuser("SCRAM-SHA-512", "s512", "three"))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	base := broker.Config{
		Brokers: cluster.ListenAddrs(),
		TLS:     broker.TLS{Enabled: true, CAFile: pki.file("ca.pem"), CertFile: pki.file("client.pem"), KeyFile: pki.file("client-key.pem")},
	}
	for _, sasl := range []broker.SASL{
		{Mechanism: broker.Plain, Username: "plain", Password: "one"},
		{Mechanism: broker.ScramSHA256, Username: "s256", Password: "two"},
		{Mechanism: broker.ScramSHA512, Username: "s512", Password: "three"},
	} {
		t.Run(sasl.Mechanism, func(t *testing.T) {
			c := base
			c.SASL = sasl
			if err := connects(t, c); err != nil {
				t.Error(err)
			}
			c.TLS.CertFile, c.TLS.KeyFile = "", ""
			refused(t, c, "certificate required")
			c = base
			c.SASL = sasl
			c.TLS.CAFile = pki.file("other-ca.pem")
			refused(t, c, "unknown authority")
			c = base
			c.SASL = sasl
			c.TLS.ServerName = "elsewhere"
			refused(t, c, "valid for localhost, not elsewhere")
			c = base
			c.SASL = sasl
			c.SASL.Password = "wrong"
			if err := connects(t, c); err == nil { // kfake hangs up; Kafka says why
				t.Error("a wrong password signs in")
			}
		})
	}
}

// refused checks that a connection fails, and for good.
func refused(t *testing.T, c broker.Config, want string) {
	t.Helper()
	err := connects(t, c)
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "wrong") {
		t.Errorf("got %v, want %s", err, want)
	}
	if err != nil && raw.Retryable(err) {
		t.Errorf("%v: asking again does not help", err)
	}
}

// On the listeners that dev/kafka opens beside the plain one.
func TestConnectOnKafka(t *testing.T) {
	var at [6]string
	for i, name := range []string{"", "_TLS", "_SASL", "_CA", "_USER", "_PASSWORD"} {
		name = "MILEPOST_KAFKA" + name
		if at[i] = os.Getenv(name); at[i] == "" {
			missing := name + " is not set (export $(dev/kafka up))"
			if os.Getenv("MILEPOST_REQUIRE_SERVICES") == "1" {
				t.Fatal(missing)
			}
			t.Skip(missing)
		}
	}
	plain, encrypted, signedIn, ca, user, password := at[0], at[1], at[2], at[3], at[4], at[5]
	if err := connects(t, broker.Config{Brokers: []string{plain}}); err != nil {
		t.Error("plain:", err)
	}
	withTLS := broker.TLS{Enabled: true, CAFile: ca}
	if err := connects(t, broker.Config{Brokers: []string{encrypted}, TLS: withTLS}); err != nil {
		t.Error("TLS:", err)
	}
	refused(t, broker.Config{Brokers: []string{encrypted}, TLS: broker.TLS{Enabled: true}}, "certificate")
	for _, mechanism := range []string{broker.Plain, broker.ScramSHA256, broker.ScramSHA512} {
		c := broker.Config{
			Brokers: []string{signedIn}, TLS: withTLS, ClientID: "milepost-test",
			SASL: broker.SASL{Mechanism: mechanism, Username: user, Password: broker.Secret(password)},
		}
		if err := connects(t, c); err != nil {
			t.Error(mechanism, err)
		}
		c.SASL.Password = "wrong"
		refused(t, c, "SASL Authentication Failed")
	}
}

// pki is an authority and what it signed, in files.
type pki struct {
	dir    string
	server tls.Certificate
	pool   *x509.CertPool
}

func (p pki) file(name string) string { return filepath.Join(p.dir, name) }

func newPKI(t *testing.T) pki {
	p := pki{dir: t.TempDir(), pool: x509.NewCertPool()}
	ca, caKey := p.certificate(t, "ca", nil, nil)
	p.certificate(t, "other-ca", nil, nil)
	p.certificate(t, "client", ca, caKey)
	server, serverKey := p.certificate(t, "server", ca, caKey)
	p.server = tls.Certificate{Certificate: [][]byte{server.Raw}, PrivateKey: serverKey}
	p.pool.AddCert(ca)
	return p
}

// certificate writes NAME.pem and NAME-key.pem; without a parent it is an authority.
func (p pki) certificate(t *testing.T, name string, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if parent == nil {
		template.IsCA, template.BasicConstraintsValid, template.KeyUsage = true, true, x509.KeyUsageCertSign
		parent, parentKey = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	p.write(t, name+".pem", "CERTIFICATE", der)
	p.write(t, name+"-key.pem", "EC PRIVATE KEY", keyDER)
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return made, key
}

func (p pki) write(t *testing.T, name, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(p.file(name), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}
