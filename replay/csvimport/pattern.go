package csvimport

import (
	"fmt"
	"path/filepath"
	"regexp"
)

// pattern takes a text out of a file's or its folder's name.
type pattern struct {
	expr   *regexp.Regexp
	folder bool
}

func compilePattern(expr string, folder bool) (*pattern, error) {
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	if re.NumSubexp() != 1 {
		return nil, fmt.Errorf("%q needs exactly one group", expr)
	}
	return &pattern{expr: re, folder: folder}, nil
}

// find gives the text of the group in the name of the file at path.
func (p *pattern) find(path string) (string, error) {
	name, what := filepath.Base(path), "file"
	if p.folder {
		name, what = filepath.Base(filepath.Dir(path)), "folder"
	}
	m := p.expr.FindStringSubmatch(name)
	if m == nil || m[1] == "" {
		return "", fmt.Errorf("%w: the name of %s %q does not match %s", ErrInput, what, name, p.expr)
	}
	return m[1], nil
}
