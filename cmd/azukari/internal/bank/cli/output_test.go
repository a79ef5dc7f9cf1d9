package cli

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/app/nodeclient"
	"github.com/azukari-network/azukari/cmd/azukari/internal/bank/ops"
)

func TestTable(t *testing.T) {
	rows := newTable("NAME", ">AMOUNT", "NOTE")
	rows.add("青井", "1,000", "")
	rows.add("b", "5", "x")
	var out bytes.Buffer
	rows.write(&out)
	require.Equal(t, "NAME  AMOUNT  NOTE\n青井     1,000\nb          5  x\n", out.String())
}

func TestWords(t *testing.T) {
	for amount, want := range map[string]string{
		"0": "0", "999": "999", "1000": "1,000", "-1234567": "-1,234,567", "-999": "-999", "": "", "100000": "100,000",
	} {
		require.Equal(t, want, yen(amount))
	}
	require.Equal(t, "azu1u2v03tm…fuqe", short("azu1u2v03tmdl7hq08y5fpy4wjkvf2hkznlhgvfuqe"))
	require.Equal(t, "short", short("short"))
	require.Equal(t, "16:18:22", clock("2026-11-22T07:18:22Z"))
	require.Equal(t, "x", clock("x"))
	require.Equal(t, "2026-11-23 00:18", moment("2026-11-22T15:18:22Z"))
	require.Equal(t, "", moment(""))
}

func TestExitCodes(t *testing.T) {
	code := func(err error) int {
		var known *exitError
		if !errors.As(err, &known) {
			return 0
		}
		return known.ExitCode()
	}
	require.NoError(t, coded(nil))
	require.NoError(t, usage(nil))
	require.Equal(t, exitFailed, code(coded(errors.New("no"))))
	require.Equal(t, exitFailed, code(coded(&nodeclient.TxError{Log: "no"})))
	require.Equal(t, exitUsage, code(coded(&ops.InputError{Err: errors.New("no")})))
	require.Equal(t, exitUncertain, code(coded(fmt.Errorf("x: %w", nodeclient.ErrOutcomeUnknown))))
	require.Equal(t, exitPartly, code(coded(partly(errors.New("2 breaks")))))
}
