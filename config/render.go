package config

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/jedib0t/go-pretty/v6/text"
)

const preamble = `# The settings of milepost run, as YAML. Each comment names what the setting is
# for, its values, its default, and the environment variable that overrides it
# (of a list: a,b; of a telemetry entry: with its number). Sizes have units (KiB,
# MiB, GiB), times too (s, m, h). What is left out has its default. Secrets are
# shown as ***: put them into a file that the setting beside them names.
`

// Render shows the settings as YAML with a comment for each. What it gives reads
// back as the same configuration, save secrets: they are hidden.
func (c Config) Render() ([]byte, error) {
	given := root(&c)
	normal := Default()
	out := bytes.NewBufferString(preamble)
	err := render(out, &c, given, root(&normal), "")
	return out.Bytes(), err
}

// render writes the members of a group; normal is the same group by default.
func render(out *bytes.Buffer, c *Config, group, normal node, indent string) error {
	for i, n := range group.children() {
		usual := normal.children()[i]
		if indent == "" {
			out.WriteByte('\n')
		}
		comment(out, indent, n.doc)
		var err error
		switch {
		case n.group():
			fmt.Fprintf(out, "%s%s:\n", indent, n.key)
			err = render(out, c, n, usual, indent+"  ")
		case n.list():
			err = renderList(out, c, n, indent)
		default:
			if n.oneof != nil {
				comment(out, indent, "Want "+alternatives(n.oneof)+".")
			}
			comment(out, indent, origin(n, usual))
			err = renderSetting(out, c, n, indent)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func renderList(out *bytes.Buffer, c *Config, list node, indent string) error {
	if list.value.Len() == 0 {
		fmt.Fprintf(out, "%s%s: []\n", indent, list.key)
		return nil
	}
	fmt.Fprintf(out, "%s%s:\n", indent, list.key)
	normal := Default()
	usual, _ := root(&normal).child(list.key)
	for _, entry := range list.children() {
		fmt.Fprintf(out, "%s  -\n", indent)
		if err := render(out, c, entry, usual.entry(0), indent+"    "); err != nil {
			return err
		}
	}
	return nil
}

func renderSetting(out *bytes.Buffer, c *Config, n node, indent string) error {
	if texts, ok := n.value.Interface().([]string); ok && len(texts) > 0 {
		fmt.Fprintf(out, "%s%s:\n", indent, n.key)
		for _, t := range texts {
			shown, err := quoted(t)
			if err != nil {
				return fmt.Errorf("show %s: %w", n.path, err)
			}
			fmt.Fprintf(out, "%s  - %s\n", indent, shown)
		}
		return nil
	}
	shown, err := value(c, n)
	if err != nil {
		return fmt.Errorf("show %s: %w", n.path, err)
	}
	fmt.Fprintf(out, "%s%s: %s\n", indent, n.key, shown)
	return nil
}

// value is a single setting as YAML. A secret that came from its file is left to
// the file.
func value(c *Config, n node) (string, error) {
	switch n.value.Interface().(type) {
	case []string:
		return "[]", nil
	case bool, int:
		return show(n.value), nil
	case Secret:
		if c.fileOf(n) != "" {
			return `""`, nil
		}
	}
	return quoted(show(n.value))
}

// quoted is a text as YAML reads it back.
func quoted(s string) (string, error) {
	b, err := yaml.MarshalWithOptions(s, yaml.JSON())
	if err == nil && plain(s) {
		return s, nil
	}
	return strings.TrimSpace(string(b)), err
}

// plain tells whether a text needs no quotes: it begins with a letter or digit and
// holds nothing that YAML gives a meaning.
func plain(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && (i == 0 || !strings.ContainsRune("._-/:", r)) {
			return false
		}
	}
	return s != "" && !strings.HasSuffix(s, ":")
}

// origin says what a setting is by default and which variable overrides it.
func origin(n, usual node) string {
	if n.secret() {
		return EnvName(n.path)
	}
	shown := show(usual.value)
	if shown == "" {
		shown = `""`
	}
	return "Default " + shown + "; " + EnvName(n.path)
}

// comment writes text as lines of a comment.
func comment(out *bytes.Buffer, indent, s string) {
	const width = 96
	for line := range strings.Lines(text.WrapSoft(s, width-len(indent))) {
		out.WriteString(indent + "# " + strings.TrimSpace(line) + "\n")
	}
}
