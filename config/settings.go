package config

import (
	"fmt"
	"reflect"
	"strings"
)

// node is a place in the tree of settings: a setting, a group of them, or a list
// of groups.
type node struct {
	path  string // telemetry[0].topic; empty for the whole
	key   string // topic
	doc   string
	oneof []string
	value reflect.Value // addressable
}

func (n node) group() bool { return n.value.Kind() == reflect.Struct }

func (n node) list() bool {
	return n.value.Kind() == reflect.Slice && n.value.Type().Elem().Kind() == reflect.Struct
}

func (n node) secret() bool { return n.value.Type() == reflect.TypeFor[Secret]() }

// root is the whole of a configuration.
func root(c *Config) node { return node{value: reflect.ValueOf(c).Elem()} }

// children are what a group holds, in the order of its fields, or a list's entries.
func (n node) children() []node {
	var all []node
	if n.list() {
		for i := range n.value.Len() {
			all = append(all, n.entry(i))
		}
		return all
	}
	for i := range n.value.NumField() {
		tag := n.value.Type().Field(i).Tag
		c := node{key: tag.Get("yaml"), doc: tag.Get("doc"), value: n.value.Field(i)}
		c.path = c.key
		if n.path != "" {
			c.path = n.path + "." + c.key
		}
		if allowed, ok := tag.Lookup("oneof"); ok {
			c.oneof = strings.Split(allowed, " ")
		}
		all = append(all, c)
	}
	return all
}

func (n node) entry(i int) node {
	return node{path: fmt.Sprintf("%s[%d]", n.path, i), key: n.key, doc: n.doc, value: n.value.Index(i)}
}

// entryPath is the path that a list's next entry will have.
func (n node) entryPath() string { return fmt.Sprintf("%s[%d]", n.path, n.value.Len()) }

// grow appends an entry with its defaults to a list and gives it.
func (n node) grow() node {
	n.value.Set(reflect.Append(n.value, reflect.ValueOf(defaultInput())))
	return n.entry(n.value.Len() - 1)
}

// child finds a group's member by its key.
func (n node) child(key string) (node, bool) {
	for _, c := range n.children() {
		if c.key == key {
			return c, true
		}
	}
	return node{}, false
}

// settings lists all settings below n, depth first.
func (n node) settings() []node {
	if !n.group() && !n.list() {
		return []node{n}
	}
	var all []node
	for _, c := range n.children() {
		all = append(all, c.settings()...)
	}
	return all
}

// EnvName is the environment variable of a setting: MILEPOST_ and the path in
// capitals, with _ for what stands between its parts.
func EnvName(path string) string {
	name := strings.NewReplacer(".", "_", "[", "_", "]", "").Replace(path)
	return envPrefix + strings.ToUpper(name)
}

const envPrefix = "MILEPOST_"
