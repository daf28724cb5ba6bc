package advice

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed messages/*.yaml
var files embed.FS

// catalogue holds the texts of one language.
type catalogue struct {
	Language string            `yaml:"language"` // BCP 47, as in the file's name
	Decimal  string            `yaml:"decimal"`  // between a number's whole and its decimals
	Messages map[string]string `yaml:"messages"`
}

// English is the language that has every message.
const English = "en"

var catalogues = sync.OnceValue(func() map[string]catalogue {
	all, err := readCatalogues(files)
	if err != nil {
		panic("advice: " + err.Error()) // they are part of the program, and a test reads them
	}
	return all
})

func readCatalogues(from fs.FS) (map[string]catalogue, error) {
	names, err := fs.Glob(from, "messages/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list catalogues of messages: %w", err)
	}
	all := make(map[string]catalogue, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, fmt.Errorf("read messages: %w", err)
		}
		var c catalogue
		if err := yaml.UnmarshalWithOptions(text, &c, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("read messages of %s: %w", name, err)
		}
		if want := strings.TrimSuffix(path.Base(name), ".yaml"); c.Language != want {
			return nil, fmt.Errorf("read messages of %s: its language is %q", name, c.Language)
		}
		all[c.Language] = c
	}
	return all, nil
}

// Languages lists those that there are texts in.
func Languages() []string {
	var out []string
	for l := range catalogues() {
		out = append(out, l)
	}
	slices.Sort(out)
	return out
}

// Text gives a message in a language: in English where that one does not have it. It is
// false for an id that no catalogue has, and where a parameter that the text needs is not
// given.
func Text(language, id string, params map[string]float64) (string, bool) {
	for _, l := range [...]string{language, English} {
		c := catalogues()[l]
		if text, ok := c.Messages[id]; ok {
			return c.fill(text, params)
		}
	}
	return "", false
}

var (
	optional    = regexp.MustCompile(`\[[^\]]*\]`)
	placeholder = regexp.MustCompile(`\{([a-z0-9_]+)(?::([0-9]))?\}`)
)

// fill puts parameters into a text.
func (c catalogue) fill(text string, params map[string]float64) (string, bool) {
	text = optional.ReplaceAllStringFunc(text, func(part string) string {
		filled, ok := c.put(part[1:len(part)-1], params)
		if !ok {
			return ""
		}
		return filled
	})
	return c.put(text, params)
}

// put is fill of a text without optional parts.
func (c catalogue) put(text string, params map[string]float64) (string, bool) {
	all := true
	text = placeholder.ReplaceAllStringFunc(text, func(at string) string {
		name := placeholder.FindStringSubmatch(at)
		x, ok := params[name[1]]
		all = all && ok
		decimals, _ := strconv.Atoi(name[2]) // none is 0, as the pattern has it
		return strings.Replace(strconv.FormatFloat(x, 'f', decimals, 64), ".", c.Decimal, 1)
	})
	return text, all
}
