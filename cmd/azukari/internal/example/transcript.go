package example

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/cockroachdb/datadriven"
)

// TranscriptFile is the transcript in the folder of an example.
const TranscriptFile = "scenario.txt"

// Directive is one step of a transcript.
type Directive struct {
	// Line is where it stands, counted from 1.
	Line int
	// Comment is what the transcript says above it, without the marks.
	Comment []string
	// Text is the line itself.
	Text string
	Word string
	Args []datadriven.CmdArg
	// Input is what stands between the line and its answer.
	Input string
	// Expected is the answer.
	Expected string
}

const separator = "----"

// ReadTranscript reads a transcript: blocks of a directive, its input, "----" and the answer, which ends with an empty line.
// It is the format of datadriven, which tests read it with.
func ReadTranscript(path string) ([]Directive, error) {
	raw, err := os.ReadFile(path) // #nosec G304 -- the user names the file
	if err != nil {
		return nil, fmt.Errorf("read transcript: %w", err)
	}
	lines := strings.Split(string(raw), "\n")
	var directives []Directive
	var comment []string
	for at := 0; at < len(lines); at++ {
		line := strings.TrimSpace(lines[at])
		if line == "" {
			comment = nil
			continue
		}
		if text, is := strings.CutPrefix(line, "#"); is {
			comment = append(comment, strings.TrimSpace(text))
			continue
		}
		word, args, err := datadriven.ParseLine(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, at+1, err)
		}
		one := Directive{Line: at + 1, Comment: comment, Text: line, Word: word, Args: args}
		input, next := until(lines, at+1, func(line string) bool { return line == separator })
		if next >= len(lines) {
			return nil, fmt.Errorf("%s:%d: expected %q and an answer below %q, got the end of the file", path, one.Line, separator, word)
		}
		answer, end := until(lines, next+1, func(line string) bool { return strings.TrimSpace(line) == "" })
		one.Input, one.Expected = strings.TrimSpace(strings.Join(input, "\n")), strings.Join(answer, "\n")
		directives, comment, at = append(directives, one), nil, end
	}
	return directives, nil
}

// until returns the lines from a place up to the first that ends them, and where that is.
func until(lines []string, from int, ends func(string) bool) (part []string, end int) {
	for end = from; end < len(lines) && !ends(lines[end]); end++ {
		part = append(part, lines[end])
	}
	return part, end
}

// Title is the first heading of an example's README.
func Title(dir string) (string, error) {
	raw, err := os.ReadFile(filepath.Join(dir, "README.md")) // #nosec G304 -- the user names the folder
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	return strings.TrimPrefix(line, "# "), nil
}
