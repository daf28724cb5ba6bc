package tables

import (
	"errors"
	"math"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// yamlText reads a file's one document.
func (r *reader) yamlText(text []byte) *value {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		r.syntax(err)
		return nil
	}
	var body ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.CommentType:
		case body != nil:
			r.refuse(lineOf(doc.Body), "a second document: write one table a file")
			return nil
		default:
			body = doc.Body
		}
	}
	if body == nil {
		r.refuse(1, "the file holds no table")
		return nil
	}
	return r.node(body, 0)
}

// syntax reports what the YAML parser said, without its picture of the text.
func (r *reader) syntax(err error) {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		r.refuse(at.GetToken().Position.Line, "not YAML: %s", at.GetMessage())
		return
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	r.refuse(0, "not YAML: %s", line)
}

func lineOf(y ast.Node) int {
	if t := y.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 0
}

// node turns a piece of YAML into a value; nil where it was refused.
func (r *reader) node(y ast.Node, depth int) *value {
	if depth > deepest {
		r.refuse(lineOf(y), "this is nested too deeply for a table")
		return nil
	}
	v := &value{line: lineOf(y)}
	switch y := y.(type) {
	case *ast.NullNode:
	case *ast.StringNode:
		v.of = y.Value
	case *ast.LiteralNode:
		v.of = y.Value.Value
	case *ast.BoolNode:
		v.of = y.Value
	case *ast.IntegerNode, *ast.FloatNode:
		return r.number(y.(ast.ScalarNode), v)
	case *ast.SequenceNode:
		return r.list(y, v, depth)
	case ast.MapNode:
		return r.group(y, v, depth)
	default:
		r.refuse(v.line, "a table holds plain groups, lists, numbers and texts, not a %s", y.Type())
		return nil
	}
	return v
}

func (r *reader) number(y ast.ScalarNode, v *value) *value {
	switch n := y.GetValue().(type) {
	case int64:
		v.of = float64(n)
	case uint64:
		v.of = float64(n)
	case float64:
		v.of = n
	}
	if f, ok := v.of.(float64); !ok || math.IsNaN(f) || math.IsInf(f, 0) {
		r.refuse(v.line, "%s is no number that a table can hold", y.GetToken().Value)
		return nil
	}
	return v
}

func (r *reader) list(y *ast.SequenceNode, v *value, depth int) *value {
	list := make([]*value, 0, len(y.Values))
	for _, each := range y.Values {
		if one := r.node(each, depth+1); one != nil {
			list = append(list, one)
		}
	}
	v.of = list
	return v
}

func (r *reader) group(y ast.MapNode, v *value, depth int) *value {
	entries := []entry{}
	for each := y.MapRange(); each.Next(); {
		key, ok := each.Key().(*ast.StringNode)
		if !ok {
			r.refuse(lineOf(each.Key()), "want a plain name before the colon")
			continue
		}
		one := r.node(each.Value(), depth+1)
		if one == nil {
			one = &value{line: lineOf(key), of: refused{}}
		}
		entries = append(entries, entry{key.Value, lineOf(key), *one})
	}
	v.of = entries
	return v
}

// refused stands where something was refused already, so that it is not called missing.
type refused struct{}
