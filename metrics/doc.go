// Package metrics owns what milepost tells its operators in numbers: the names,
// help texts and labels of its Prometheus metrics, and the HTTP server with
// /healthz, /readyz and /metrics. No label ever holds a vehicle, a place or a
// driver: each takes a few fixed values, topics and partitions aside. Nothing here
// decides anything: numbers flow in and out.
package metrics
