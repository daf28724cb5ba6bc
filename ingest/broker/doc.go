// Package broker owns how milepost connects to Kafka: addresses, TLS and SASL, said once and turned into the two kinds of
// connection that kafka-go has, so that group membership and fetching cannot differ. It never reads or writes a record.
package broker
