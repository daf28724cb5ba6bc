// Package kafka owns writing to Kafka: records in order and acknowledged by all
// replicas in sync (Producer), and outcomes as CloudEvents (Writer). It never
// reads from Kafka and makes no connection of its own: the caller gives the
// transport, with its TLS and SASL.
package kafka
