package config

import (
	"fmt"
	"os"
	"strings"
)

// Load reads the settings: the defaults, over them the file at path (none where
// path is empty), over that the environment, as os.Environ gives it, and at last
// the files that hold secrets. Its error is Problems, all there are, or says that
// the file could not be read; the configuration then must not be used.
func Load(path string, environ []string) (Config, error) {
	if path == "" {
		return Parse("", nil, environ)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(path, text, environ)
}

// Parse is Load for a file's text; its name stands in messages.
func Parse(name string, text []byte, environ []string) (Config, error) {
	c := Default()
	r := &reading{file: name, from: map[string]string{}}
	r.yamlText(&c, text)
	r.environ(&c, environ)
	r.choose(&c)
	r.secrets(&c)
	c.check(func(path, format string, args ...any) { r.add(r.source(path), path, format, args...) })
	return c, r.err()
}

// choose drops the default directory of the state where a bucket was chosen.
func (r *reading) choose(c *Config) {
	if _, given := r.from["state.dir"]; !given && c.State.S3.Bucket != "" {
		c.State.Dir = ""
	}
}

// secrets fills each secret that has a file from it. A trailing line break is not
// part of the secret.
func (r *reading) secrets(c *Config) {
	for _, s := range root(c).settings() {
		if !s.secret() {
			continue
		}
		file := c.fileOf(s)
		if file == "" {
			continue
		}
		source, path := r.source(s.path+fileSuffix), s.path+fileSuffix
		if s.value.String() != "" {
			r.add(source, path, "%s is set too: want one of them", s.path)
			continue
		}
		text, err := os.ReadFile(file)
		secret := strings.TrimRight(string(text), "\r\n")
		switch {
		case err != nil:
			r.add(source, path, "%v", err)
		case secret == "":
			r.add(source, path, "%s is empty", file)
		}
		s.value.SetString(secret)
	}
}

const fileSuffix = "_file"

// fileOf gives the file that a secret is to be read from: the setting beside it.
func (c *Config) fileOf(secret node) string {
	for _, s := range root(c).settings() {
		if s.path == secret.path+fileSuffix {
			return s.value.String()
		}
	}
	return ""
}

// source is where a setting, or what it is part of, was set.
func (r *reading) source(path string) string {
	for path != "" {
		if from, ok := r.from[path]; ok {
			return from
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return ""
}
