package terminal

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStepsWithoutTerminalAreLines(t *testing.T) {
	var out bytes.Buffer
	steps := NewSteps(&out)
	steps.Step("find binaries")(nil)
	steps.Step("start nodes")(errors.New("no"))
	require.Equal(t, "✓ find binaries (0.0 s)\n✗ start nodes (0.0 s)\n", out.String())
}

func TestStepsOnATerminalTurnAWheel(t *testing.T) {
	var out bytes.Buffer
	steps := &Steps{out: &out, live: true}
	done := steps.Step("start nodes")
	time.Sleep(2 * spinnerInterval)
	done(nil)
	require.Contains(t, out.String(), ClearLine+"⠋ start nodes (0 s)")
	require.Contains(t, out.String(), ClearLine+"⠙ start nodes (0 s)")
	require.Regexp(t, `✓ start nodes \(0\.\d s\)\n$`, out.String())
}

func TestRegionGoesBackOverWhatItDrew(t *testing.T) {
	var out bytes.Buffer
	region := NewRegion(&out)
	region.Draw("one\ntwo\n")
	require.Equal(t, "one\ntwo\n", out.String())
	out.Reset()
	region.Print("above")
	require.Equal(t, "\x1b[2A\r\x1b[Jabove\n", out.String())
	out.Reset()
	region.Draw("three")
	require.Equal(t, "three\n", out.String())
	out.Reset()
	region.Draw("four")
	require.Equal(t, "\x1b[1A\r\x1b[Jfour\n", out.String())
}

func TestCut(t *testing.T) {
	require.Equal(t, "口座", Cut("口座", 2))
	require.Equal(t, "口…", Cut("口座名", 2))
	require.Equal(t, "abc", Cut("abc", 0))
}

func TestIsTerminal(t *testing.T) {
	require.False(t, IsTerminal(&bytes.Buffer{}))
	require.Equal(t, 80, width(&bytes.Buffer{}))
}
