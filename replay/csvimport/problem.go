package csvimport

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// problem is what is wrong with a mapping, and where: a path such as
// sources[0].columns[1].unit.
type problem struct {
	path string
	text string
}

func wrong(path, format string, args ...any) *problem {
	return &problem{path: path, text: fmt.Sprintf(format, args...)}
}

// locate gives ":line:column: path: text". A key that is not there is located by
// what should hold it.
func (p *problem) locate(data []byte) string {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return ": " + p.path + ": " + p.text
	}
	for path := p.path; ; path = parent(path) {
		if node := nodeAt(file, path); node != nil && node.GetToken() != nil {
			at := node.GetToken().Position
			return fmt.Sprintf(":%d:%d: %s: %s", at.Line, at.Column, p.path, p.text)
		}
		if path == "" {
			return ": " + p.path + ": " + p.text
		}
	}
}

func nodeAt(file *ast.File, path string) ast.Node {
	query := "$." + path
	if path == "" {
		query = "$"
	}
	compiled, err := yaml.PathString(query)
	if err != nil {
		return nil
	}
	node, err := compiled.FilterFile(file)
	if err != nil {
		return nil
	}
	return node
}

func parent(path string) string {
	return path[:max(0, strings.LastIndexAny(path, ".["))]
}
