package devnet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	yamlPrefix      = regexp.MustCompile(`^yaml: (unmarshal errors:\s*)?`)
	yamlLine        = regexp.MustCompile(`^line (\d+): `)
	yamlUnknown     = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
	yamlUnmarshal   = regexp.MustCompile("^cannot unmarshal \\S+ (`.*`) into (\\S+)$")
	yamlWordsOfType = map[string]string{
		"int": "a whole number", "int64": "a whole number", "bool": "true or false", "string": "text",
		"time.Time": "a time as 2026-04-01T00:00:00Z",
	}
)

// LoadManifest reads a manifest file. What the file leaves out is as in [DefaultManifest]; a list replaces the
// default list. Errors are one line, with the file, the line where it is known, and what was expected.
func LoadManifest(path string) (Manifest, error) {
	data, err := os.ReadFile(path) // #nosec G304 -- the user names the file
	if err != nil {
		return Manifest{}, fmt.Errorf("read manifest: %w", err)
	}
	manifest, err := ParseManifest(data)
	if err != nil {
		return Manifest{}, fmt.Errorf("manifest %s: %w", path, err)
	}
	return manifest, nil
}

// ParseManifest is [LoadManifest] on bytes.
func ParseManifest(data []byte) (Manifest, error) {
	manifest := DefaultManifest()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&manifest); err != nil && !errors.Is(err, io.EOF) {
		return Manifest{}, yamlError(err)
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return Manifest{}, errors.New("expected one YAML document, got more: remove what follows '---'")
	}
	for i := range manifest.Zones {
		manifest.Zones[i].ChainID = manifest.Zones[i].chainID()
	}
	if err := manifest.Validate(); err != nil {
		return Manifest{}, err
	}
	return manifest, nil
}

// Marshal writes the manifest so that ParseManifest reads it back.
func (m Manifest) Marshal() ([]byte, error) { return yaml.Marshal(m) }

// yamlError turns the first of the library's messages into one line in our words.
func yamlError(err error) error {
	text := err.Error()
	var typeError *yaml.TypeError
	if errors.As(err, &typeError) && len(typeError.Errors) > 0 {
		text = typeError.Errors[0]
	}
	text, _, _ = strings.Cut(yamlPrefix.ReplaceAllString(text, ""), "\n")
	prefix := ""
	if match := yamlLine.FindStringSubmatch(text); match != nil {
		prefix, text = "line "+match[1]+": ", strings.TrimPrefix(text, match[0])
	}
	if match := yamlUnknown.FindStringSubmatch(text); match != nil {
		return fmt.Errorf("%sunknown field %q", prefix, match[1])
	}
	if match := yamlUnmarshal.FindStringSubmatch(text); match != nil {
		if words, ok := yamlWordsOfType[match[2]]; ok {
			return fmt.Errorf("%sexpected %s, got %s", prefix, words, match[1])
		}
	}
	return fmt.Errorf("%s%s", prefix, text)
}
