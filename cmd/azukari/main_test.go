package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// runVariable makes the test binary run as the command itself.
const runVariable = "AZUKARI_TEST_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(runVariable) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// command returns the command as a process of its own. Its binaries are those of the source tree.
func command(t *testing.T, args ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	cmd = exec.CommandContext(t.Context(), os.Args[0], args...) // #nosec G204 -- this very binary
	cmd.Env = append(os.Environ(), runVariable+"=1")
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return cmd, stdout, stderr
}

// smallManifest writes the manifest of one bank alone, with quick blocks.
func smallManifest(t *testing.T) string {
	t.Helper()
	manifest := devnet.DefaultManifest()
	manifest.Name = "small"
	manifest.BlockTimeMS = 200
	manifest.Financial = devnet.FinancialManifest{ChainID: "financial-1", Banks: 1, ValidatorsPerBank: 1}
	manifest.Zones = nil
	return writeManifest(t, manifest)
}

func writeManifest(t *testing.T, manifest devnet.Manifest) string {
	t.Helper()
	raw, err := manifest.Marshal()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "net.yaml")
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	return path
}

func waitReady(t *testing.T, dir string) devnet.Endpoints {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var endpoints devnet.Endpoints
	require.Eventually(t, func() bool {
		_, err := devnet.ReadEndpoints(dir)
		return err == nil
	}, 30*time.Second, 20*time.Millisecond)
	endpoints, err := devnet.Wait(ctx, dir)
	require.NoError(t, err)
	return endpoints
}

func requireGone(t *testing.T, endpoints devnet.Endpoints) {
	t.Helper()
	require.Eventually(t, func() bool { return !endpoints.Running() }, 20*time.Second, 50*time.Millisecond)
}

func TestUpRunsUntilInterrupted(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "network")
	up, stdout, stderr := command(t, "devnet", "up", "--dir", dir, "-m", smallManifest(t))
	require.NoError(t, up.Start())
	endpoints := waitReady(t, dir)
	require.True(t, endpoints.Running())
	require.NoError(t, up.Process.Signal(os.Interrupt))
	require.NoError(t, up.Wait(), stderr.String())
	require.False(t, endpoints.Running())
	require.Contains(t, stdout.String(), "✓ financial-1 makes blocks (1 nodes)")
	require.Contains(t, stdout.String(), "end it with Ctrl-C")
	require.Contains(t, stdout.String(), "✓ stop")
}

func TestUpKilledLeavesNothingBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends children with their parent")
	}
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "network")
	up, _, _ := command(t, "devnet", "up", "--dir", dir, "-m", smallManifest(t))
	require.NoError(t, up.Start())
	endpoints := waitReady(t, dir)
	require.NoError(t, up.Process.Signal(syscall.SIGKILL))
	require.Error(t, up.Wait(), "killed")
	requireGone(t, endpoints)
}

func TestDetachedNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "network")
	expect := func(wantError string, args ...string) string {
		t.Helper()
		cmd, stdout, stderr := command(t, append(args, "--dir", dir)...)
		err := cmd.Run()
		if wantError == "" {
			require.NoError(t, err, stderr.String())
		} else {
			require.Error(t, err)
			require.Equal(t, "Error: "+wantError+"\n", stderr.String())
		}
		return stdout.String()
	}
	expect("no devnet here: "+dir+" has no endpoints.json: start one with 'azukari devnet up'", "devnet", "status")

	expect("", "devnet", "up", "--detach", "-m", smallManifest(t))
	endpoints := waitReady(t, dir)
	t.Cleanup(func() { require.NoError(t, devnet.Down(context.Background(), dir)) })
	expect("", "devnet", "wait")
	status := expect("", "devnet", "status")
	require.Contains(t, status, "financial  bank-a  validator")
	require.Contains(t, expect("", "verify"), "findings hold; ¥")
	require.Contains(t, status, endpoints.Zones[0].Nodes[0].RPC)
	require.Contains(t, expect("", "devnet", "logs", "bank-a"), "committed state")
	expect(`expected one of [financial/bank-a], got "bank-b"`, "devnet", "logs", "bank-b")
	expect("a devnet runs in "+dir+": run 'azukari devnet down' or choose another folder", "devnet", "up")

	expect("", "devnet", "down")
	require.False(t, endpoints.Running())
	expect("the devnet has ended: start it with 'azukari devnet up'", "devnet", "wait")
	expect("", "devnet", "down")
}

func TestWrongInputIsOneLine(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.yaml")
	require.NoError(t, os.WriteFile(bad, []byte("name: bad\nbankz: 3\n"), 0o600))
	alone := devnet.DefaultManifest()
	alone.Relayer = false
	for _, test := range []struct {
		name string
		want string
		args []string
	}{
		{"manifest", "manifest " + bad + `: line 2: unknown field "bankz"`, []string{"devnet", "up", "-m", bad}},
		{"no manifest", "read manifest: open /no/such.yaml: no such file or directory", []string{"devnet", "up", "-m", "/no/such.yaml"}},
		{"demo manifest", "manifest " + bad + `: line 2: unknown field "bankz"`, []string{"demo", "-m", bad}},
		{
			"demo without relayer", "manifest: expected a relayer, got none: set 'relayer: true'",
			[]string{"demo", "-m", writeManifest(t, alone)},
		},
		{"demo output", `--output: expected text or json, got "xml"`, []string{"demo", "-o", "xml"}},
		{"demo files", "read rows: open /no/such.csv: no such file or directory", []string{"demo", "--deposits", "/no/such.csv"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd, _, stderr := command(t, test.args...)
			require.Error(t, cmd.Run())
			require.Equal(t, "Error: "+test.want+"\n", stderr.String())
		})
	}
}

// report is what the demo prints as JSON.
type report struct {
	OK    bool             `json:"ok"`
	Rows  []map[string]any `json:"rows"`
	Proof struct {
		Holds  bool             `json:"holds"`
		Zones  []map[string]any `json:"zones"`
		Checks []map[string]any `json:"checks"`
	} `json:"proof"`
}

// runDemo runs the demo on quick blocks and returns its report, what it told on standard error and how it ended.
func runDemo(t *testing.T, args ...string) (ended report, story string, err error) {
	t.Helper()
	manifest := devnet.DefaultManifest()
	manifest.Name = "demo"
	manifest.BlockTimeMS = 300
	manifest.Financial.Listeners = 0
	cmd, stdout, stderr := command(t, append([]string{
		"demo", "-o", "json", "-m", writeManifest(t, manifest), "--dir", filepath.Join(t.TempDir(), "network"),
	}, args...)...)
	cmd.Dir = filepath.Join("..", "..")
	err = cmd.Run()
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &ended), stderr.String())
	return ended, stderr.String(), err
}

func TestDemo(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	ended, story, err := runDemo(t)
	require.NoError(t, err, story)
	require.True(t, ended.OK)
	require.Len(t, ended.Rows, 51)
	require.True(t, ended.Proof.Holds)
	require.Len(t, ended.Proof.Zones, 3)
	require.NotEmpty(t, ended.Proof.Checks)
	require.NotContains(t, story, "row P13", "between banks in a Business Zone")
}

func TestDemoFailsWhenARowSurprises(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real nodes")
	}
	header := "row,expect,bank,customer,kind,per_payment,per_day,balance,zones,amount,reference,note\n"
	deposits := filepath.Join(t.TempDir(), "deposits.csv")
	require.NoError(t, os.WriteFile(deposits, []byte(header+
		"D1,ok,bank-a,aoi,individual,100,1000,1000,,500,A-1,\nD2,repeated_reference,bank-a,aoi,,,,,,100,A-2,\n"), 0o600))
	payments := filepath.Join(t.TempDir(), "payments.csv")
	require.NoError(t, os.WriteFile(payments, []byte("row,expect,zone,type,from,to,amount,reference,note\n"), 0o600))
	ended, story, err := runDemo(t, "--deposits", deposits, "--payments", payments)
	require.Error(t, err)
	require.False(t, ended.OK)
	require.True(t, strings.HasSuffix(story, "Error: the demo did not end as expected: see the crosses above\n"), story)
	require.Contains(t, story, "deposits.csv:3: row D2: expected it refused as repeated_reference, got it carried out")
}
