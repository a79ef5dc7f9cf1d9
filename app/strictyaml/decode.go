// Package strictyaml reads configuration files that people write: what the file says and nobody asked for is an error with
// its line, not silence.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

var (
	prefix      = regexp.MustCompile(`^yaml: (unmarshal errors:\s*)?`)
	line        = regexp.MustCompile(`^line (\d+): `)
	unknown     = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
	unmarshal   = regexp.MustCompile("^cannot unmarshal \\S+ (`.*`) into (\\S+)$")
	wordsOfType = map[string]string{
		"int": "a whole number", "int64": "a whole number", "bool": "true or false", "string": "text",
		"time.Time": "a time as 2026-04-01T00:00:00Z", "time.Duration": "a duration as 30s",
	}
)

// Decode reads one YAML document into a struct. What the document leaves out stays as it is; an empty document changes
// nothing. Errors are one line, with the document's line where it is known and what was expected.
func Decode(data []byte, into any) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return explain(err)
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return errors.New("expected one YAML document, got more: remove what follows '---'")
	}
	return nil
}

// explain turns the first of the library's messages into one line in our words.
func explain(err error) error {
	text := err.Error()
	var typeError *yaml.TypeError
	if errors.As(err, &typeError) && len(typeError.Errors) > 0 {
		text = typeError.Errors[0]
	}
	text, _, _ = strings.Cut(prefix.ReplaceAllString(text, ""), "\n")
	where := ""
	if match := line.FindStringSubmatch(text); match != nil {
		where, text = "line "+match[1]+": ", strings.TrimPrefix(text, match[0])
	}
	if match := unknown.FindStringSubmatch(text); match != nil {
		return fmt.Errorf("%sunknown field %q", where, match[1])
	}
	if match := unmarshal.FindStringSubmatch(text); match != nil {
		if words, ok := wordsOfType[match[2]]; ok {
			return fmt.Errorf("%sexpected %s, got %s", where, words, match[1])
		}
	}
	return fmt.Errorf("%s%s", where, text)
}
