package main

import (
	"reflect"
	"testing"

	"milepost/config"
)

// Every setting of ClickHouse reaches the servers or the tables.
func TestClickHouseOfLeavesNothingOut(t *testing.T) {
	for i := range reflect.TypeFor[config.ClickHouse]().NumField() {
		field := reflect.TypeFor[config.ClickHouse]().Field(i)
		if field.Name == "PasswordFile" { // read into Password by package config
			continue
		}
		var set config.ClickHouse
		switch v := reflect.ValueOf(&set).Elem().Field(i); v.Kind() {
		case reflect.String:
			v.SetString("x")
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Slice:
			v.Set(reflect.ValueOf([]string{"a.example:9000"}))
		case reflect.Struct:
			v.Set(reflect.ValueOf(config.TLS{Enabled: true, CAFile: "a", CertFile: "b", KeyFile: "c", ServerName: "d"}))
		default:
			t.Fatalf("%s: settings of kind %s are not tried here", field.Name, v.Kind())
		}
		servers, tables := clickhouseOf(set)
		noServers, noTables := clickhouseOf(config.ClickHouse{})
		if reflect.DeepEqual(servers, noServers) && tables == noTables {
			t.Errorf("%s is set, and nothing follows from it", field.Name)
		}
	}
}
