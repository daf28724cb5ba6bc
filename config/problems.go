package config

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	Source string // where it was set: file:line or a variable's name; empty for a default
	Path   string // the setting, such as kafka.brokers[1]; empty for the file as a whole
	Text   string // what is wrong and what would be right
}

// String is the problem on one line.
func (p Problem) String() string {
	var b strings.Builder
	for _, part := range []string{p.Source, p.Path} {
		if part != "" {
			b.WriteString(part + ": ")
		}
	}
	return b.String() + p.Text
}

// Problems is everything that is wrong with a configuration.
type Problems []Problem

// Error lists the problems, a line each.
func (p Problems) Error() string {
	if len(p) == 1 {
		return p[0].String()
	}
	lines := []string{fmt.Sprintf("%d settings are wrong:", len(p))}
	for _, one := range p {
		lines = append(lines, "  "+one.String())
	}
	return strings.Join(lines, "\n")
}

// problems collects.
type problems struct{ all Problems }

func (p *problems) add(source, path, format string, args ...any) {
	p.all = append(p.all, Problem{source, path, fmt.Sprintf(format, args...)})
}

// err is nil where there is no problem.
func (p *problems) err() error {
	if len(p.all) == 0 {
		return nil
	}
	return p.all
}
