package config

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// reading fills a configuration and remembers where each setting came from.
type reading struct {
	problems
	file string
	from map[string]string // path of a setting -> its Source
}

// yamlText reads a file's text over c.
func (r *reading) yamlText(c *Config, text []byte) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		r.syntax(err)
		return
	}
	seen := false
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		if seen {
			r.add(r.line(doc.Body), "", "a second document: want one")
			return
		}
		seen = true
		r.read(root(c), doc.Body)
	}
}

// syntax reports what the YAML parser said, without its picture of the text: that
// could show a secret.
func (r *reading) syntax(err error) {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		r.add(fmt.Sprintf("%s:%d", r.file, at.GetToken().Position.Line), "", "not YAML: %s", at.GetMessage())
		return
	}
	r.add(r.file, "", "not YAML: %v", err)
}

func (r *reading) line(n ast.Node) string {
	return fmt.Sprintf("%s:%d", r.file, n.GetToken().Position.Line)
}

// read puts what stands at y into the setting, group or list n.
func (r *reading) read(n node, y ast.Node) {
	if tagged, ok := y.(*ast.TagNode); ok {
		y = tagged.Value
	}
	switch y.(type) {
	case *ast.AnchorNode, *ast.AliasNode:
		r.add(r.line(y), n.path, "anchors and aliases are not read: write the value itself")
		return
	}
	switch {
	case n.group():
		r.mapping(n, y)
	case n.list():
		r.entries(n, y)
	case n.value.Kind() == reflect.Slice:
		r.texts(n, y)
	default:
		text, ok := scalar(y)
		if !ok {
			r.add(r.line(y), n.path, "want one value, not %s", kind(y))
			return
		}
		r.take(n, text, r.line(y))
	}
}

// take sets one setting.
func (r *reading) take(n node, text, source string) {
	r.from[n.path] = source
	if err := set(n.value, text); err != nil {
		r.add(source, n.path, "%v", err)
	}
}

func (r *reading) mapping(n node, y ast.Node) {
	if y.Type() == ast.NullType {
		return // a group with all its settings commented out
	}
	values, ok := y.(ast.MapNode)
	if !ok {
		r.add(r.line(y), n.path, "want settings below it, not %s", kind(y))
		return
	}
	for entries := values.MapRange(); entries.Next(); {
		key, ok := scalar(entries.Key())
		if !ok || entries.Key().Type() == ast.MergeKeyType {
			r.add(r.line(entries.Key()), n.path, "want a setting's name, not %s", kind(entries.Key()))
			continue
		}
		if c, ok := n.child(key); ok {
			r.read(c, entries.Value())
			continue
		}
		r.unknown(n, key, entries.Key())
	}
}

func (r *reading) unknown(n node, key string, y ast.Node) {
	var known []string
	for _, c := range n.children() {
		known = append(known, c.key)
	}
	path := key
	if n.path != "" {
		path = n.path + "." + key
	}
	r.add(r.line(y), path, "there is no such setting%s", hint(key, known))
}

// entries reads a list of groups; it replaces the default.
func (r *reading) entries(n node, y ast.Node) {
	list, ok := y.(*ast.SequenceNode)
	if !ok {
		r.add(r.line(y), n.path, "want a list, not %s", kind(y))
		return
	}
	r.from[n.path] = r.line(y)
	n.value.SetZero()
	for _, each := range list.Values {
		r.read(n.grow(), each)
	}
}

// texts reads a list of texts.
func (r *reading) texts(n node, y ast.Node) {
	list, ok := y.(*ast.SequenceNode)
	if !ok {
		r.add(r.line(y), n.path, "want a list, not %s", kind(y))
		return
	}
	r.from[n.path] = r.line(y)
	var all []string
	for i, each := range list.Values {
		text, ok := scalar(each)
		if !ok {
			r.add(r.line(each), fmt.Sprintf("%s[%d]", n.path, i), "want one value, not %s", kind(each))
		}
		r.from[fmt.Sprintf("%s[%d]", n.path, i)] = r.line(each)
		all = append(all, text)
	}
	n.value.Set(reflect.ValueOf(all))
}

// scalar is the text of a single value, as it stands in the file: 007 stays so.
func scalar(y ast.Node) (string, bool) {
	switch v := y.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case *ast.NullNode:
		return "", true
	case ast.ScalarNode:
		return v.GetToken().Value, true
	}
	return "", false
}

func kind(y ast.Node) string {
	switch y.(type) {
	case ast.MapNode:
		return "a group of settings"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "nothing"
	}
	if _, ok := scalar(y); ok {
		return "a single value"
	}
	return "a " + y.Type().String()
}
