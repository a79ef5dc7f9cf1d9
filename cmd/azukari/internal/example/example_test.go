package example

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
	"github.com/azukari-network/azukari/testutil/keepertest"
)

var (
	folder     = filepath.Join("..", "..", "..", "..", DefaultFolder)
	writeWords = flag.Bool("write-words", false, "write the words into the page of the examples")
)

// Every example answers as its transcript says, on one network for all of them. With -rewrite the transcripts are written anew.
func TestExamples(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	names, err := Names(folder)
	require.NoError(t, err)
	network := devnet.Start(t, Manifest())
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stage, err := NewStage(t.Context(), network, name)
			require.NoError(t, err)
			datadriven.RunTest(t, filepath.Join(folder, name, TranscriptFile), func(t *testing.T, data *datadriven.TestData) string {
				t.Helper()
				answer, err := stage.Do(t.Context(), Directive{Word: data.Cmd, Args: data.CmdArgs, Input: data.Input})
				require.NoError(t, err, data.Pos)
				return answer
			})
		})
	}
}

// The page of the examples lists the words as they are, and names every example.
func TestReadme(t *testing.T) {
	path := filepath.Join(folder, "README.md")
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	before, _, found := strings.Cut(string(raw), "## Words\n")
	require.True(t, found)
	var table strings.Builder
	table.WriteString(before + "## Words\n\n| Word | Does |\n| --- | --- |\n")
	for _, one := range vocabulary() {
		usage := strings.TrimSpace(one.name + " " + strings.ReplaceAll(one.usage, "|", `\|`))
		fmt.Fprintf(&table, "| `%s` | %s |\n", usage, one.help)
	}
	if *writeWords {
		require.NoError(t, os.WriteFile(path, []byte(table.String()), 0o600))
	}
	require.Equal(t, table.String(), string(raw), "run go test ./cmd/azukari/internal/example -run TestReadme -write-words")
	names, err := Names(folder)
	require.NoError(t, err)
	for _, name := range names {
		require.Contains(t, before, "| ["+name+"]("+name+") |")
		title, err := Title(filepath.Join(folder, name))
		require.NoError(t, err)
		require.NotEmpty(t, title)
	}
}

// The command reads transcripts as the test does.
func TestTranscriptsReadAlike(t *testing.T) {
	names, err := Names(folder)
	require.NoError(t, err)
	for _, name := range names {
		path := filepath.Join(folder, name, TranscriptFile)
		directives, err := ReadTranscript(path)
		require.NoError(t, err)
		at := 0
		datadriven.RunTest(t, path, func(t *testing.T, data *datadriven.TestData) string {
			t.Helper()
			one := directives[at]
			at++
			require.Equal(t, data.Pos, fmt.Sprintf("%s:%d", path, one.Line))
			require.Equal(t, data.Cmd, one.Word)
			require.Equal(t, data.CmdArgs, one.Args)
			require.Equal(t, data.Input, one.Input)
			require.Equal(t, strings.TrimSuffix(data.Expected, "\n"), one.Expected)
			return data.Expected
		})
		require.Equal(t, len(directives), at)
	}
}

func TestReadTranscriptRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), TranscriptFile)
	for _, test := range []struct{ name, text, want string }{
		{"no answer", "pay a b 1yen\n", path + `:1: expected "----" and an answer below "pay", got the end of the file`},
		{"no end", "\n\npay reason=(a\n----\n", path + ":3: cannot parse directive"},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.NoError(t, os.WriteFile(path, []byte(test.text), 0o600))
			_, err := ReadTranscript(path)
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err := ReadTranscript(path + ".none")
	require.ErrorContains(t, err, "read transcript: ")
}

// What a module says is told with names, so that it is the same in every run.
func TestPlain(t *testing.T) {
	known, stranger := keepertest.Address("aoi").String(), keepertest.Address("stranger").String()
	s := &Stage{yenDenom: "ibc/27394FB092D2ECCD56123C74F36E4C1F926001CEADA9CA97EA622B25F41E5EB2", names: map[string]string{known: "aoi"}}
	require.Equal(t, "trade ID: expected 5yen of aoi before TIME, got 3yen of somebody at TIME",
		s.plain("trade 17: expected 5"+s.yenDenom+" of "+known+" before 2026-04-01 00:00:00 +0000 UTC, got 3"+s.yenDenom+" of "+stranger+" at 2026-04-01T00:00:01.5Z"))
	for text, want := range map[string]string{
		"1200yen": "1,200 yen", "12points": "12 points", "coffee/lot-7": "coffee/lot-7",
	} {
		coin, err := s.coin(text)
		require.NoError(t, err)
		require.Equal(t, want, s.words(coin))
	}
	for _, text := range []string{"", "yen", "12", "-1yen", "1.5yen", "coffee/", "/lot"} {
		_, err := s.coin(text)
		require.ErrorContains(t, err, "expected an amount as 300yen", text)
	}
}
