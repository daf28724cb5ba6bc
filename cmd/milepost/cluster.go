package main

import (
	"fmt"
	"os"
	"strings"

	kafkago "github.com/segmentio/kafka-go"

	"milepost/config"
	"milepost/ingest/broker"
	"milepost/ingest/deadletter"
	"milepost/sinks/kafka"
)

// clusterFlags say which brokers a command talks to.
type clusterFlags struct {
	Kafka  []string `xor:"cluster" required:"" placeholder:"HOST:PORT" help:"Brokers to ask first, without TLS and sign-in."`
	Config string   `xor:"cluster" required:"" type:"existingfile" placeholder:"FILE" help:"Settings of milepost run: brokers, TLS, sign-in, names of topics."`
}

// cluster is the way to the brokers.
type cluster struct {
	brokers  broker.Config
	rt       *kafkago.Transport
	settings config.Config // the defaults where the flags name no file
}

// connect makes the way to the brokers that the flags name; it connects when it is
// first used. Without a file, program names the client to the brokers.
func (f *clusterFlags) connect(program string) (*cluster, error) {
	c := &cluster{settings: config.Default(), brokers: broker.Config{Brokers: f.Kafka, ClientID: program}}
	if f.Config != "" {
		settings, err := config.Load(f.Config, os.Environ())
		if err != nil {
			return nil, usageError{err}
		}
		c.settings, c.brokers = settings, brokerConfig(settings.Kafka)
	}
	return c, c.open()
}

// connected makes the way to the brokers of the settings.
func connected(cfg config.Config) (*cluster, error) {
	c := &cluster{settings: cfg, brokers: brokerConfig(cfg.Kafka)}
	return c, c.open()
}

func (c *cluster) open() (err error) {
	if c.rt, err = c.brokers.Transport(); err != nil {
		return usageError{fmt.Errorf("connect to Kafka: %w", err)}
	}
	return nil
}

func (c *cluster) close() { c.rt.CloseIdleConnections() }

// String names the brokers that are asked first.
func (c *cluster) String() string { return strings.Join(c.brokers.Brokers, ",") }

func (c *cluster) client() *kafkago.Client {
	return &kafkago.Client{Addr: c.brokers.Addr(), Transport: c.rt}
}

func (c *cluster) log() *deadletter.Log { return deadletter.NewLog(c.rt, c.brokers.Addr()) }

func (c *cluster) producer(topic string) *kafka.Producer {
	return kafka.NewProducer(c.rt, c.brokers.Addr(), kafka.ProducerConfig{Topic: topic, Compression: kafkago.Zstd})
}
