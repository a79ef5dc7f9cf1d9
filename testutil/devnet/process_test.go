package devnet

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func shell(t *testing.T, script string) *process {
	t.Helper()
	started, err := startProcess(processSpec{
		name: "test", path: "/bin/sh", args: []string{"-c", script}, log: filepath.Join(t.TempDir(), "log"),
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, started.kill()) })
	return started
}

func waitLog(t *testing.T, p *process, text string) []string {
	t.Helper()
	var lines []string
	require.Eventually(t, func() bool {
		var err error
		lines, err = TailLog(p.spec.log, 5)
		return err == nil && strings.Contains(strings.Join(lines, "\n"), text)
	}, 10*time.Second, 10*time.Millisecond)
	return lines
}

func TestStopEndsTheWholeGroup(t *testing.T) {
	p := shell(t, "sleep 61 & echo child $!; wait")
	child, err := strconv.Atoi(strings.TrimPrefix(waitLog(t, p, "child ")[0], "child "))
	require.NoError(t, err)
	require.True(t, p.running())
	require.True(t, processAlive(p.pid(), "sleep 61"))
	require.False(t, processAlive(p.pid(), "something else"))

	require.NoError(t, p.stop(5*time.Second))
	require.False(t, p.running())
	require.Eventually(t, func() bool { return !processAlive(child, "sleep") }, 5*time.Second, 10*time.Millisecond)
	require.NoError(t, p.stop(time.Second), "a second stop does nothing")
}

func TestStopKillsWhatDoesNotEnd(t *testing.T) {
	p := shell(t, "trap '' TERM; echo ready; while true; do sleep 0.1; done")
	waitLog(t, p, "ready")
	begin := time.Now()
	require.NoError(t, p.stop(300*time.Millisecond))
	require.False(t, p.running())
	require.Less(t, time.Since(begin), 5*time.Second)
}

func TestStartProcessErrors(t *testing.T) {
	_, err := startProcess(processSpec{name: "ghost", path: "/no/such/binary", log: filepath.Join(t.TempDir(), "log")})
	require.ErrorContains(t, err, "start ghost: ")
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = startProcess(processSpec{name: "ghost", path: "/bin/sh", log: "/no/such/folder/log"})
	require.ErrorContains(t, err, "open log of ghost")
}

func TestWaitAliveTellsWhyAProcessEnded(t *testing.T) {
	p := shell(t, "echo starting; echo 'Error: genesis refused: supply is wrong'; exit 1")
	err := waitAlive(t.Context(), p, func(ctx context.Context) error {
		return poll(ctx, "a block", func() (bool, error) { return false, errors.New("refused") })
	})
	var failed *ProcessError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "ended: genesis refused: supply is wrong", failed.Reason)
	require.Equal(t, "test: ended: genesis refused: supply is wrong (log: "+p.spec.log+")", err.Error())
}

func TestWaitAliveTimesOut(t *testing.T) {
	p := shell(t, "sleep 62")
	ctx, cancel := context.WithTimeout(t.Context(), 120*time.Millisecond)
	defer cancel()
	err := waitAlive(ctx, p, func(ctx context.Context) error {
		return poll(ctx, "a block", func() (bool, error) { return false, errors.New("no answer") })
	})
	var failed *ProcessError
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "wait for a block: context deadline exceeded (last answer: no answer)", failed.Reason)
}

func TestReasonOf(t *testing.T) {
	for _, test := range []struct {
		name  string
		lines []string
		exit  error
		want  string
	}{
		{"error line", []string{"a", "Error: port is in use", "goodbye"}, nil, "port is in use"},
		{"panic", []string{"panic: oh", "", "goroutine 1 [running]:"}, nil, "panic: oh"},
		{"last line", []string{"a", "b ", ""}, nil, "b"},
		{"exit only", []string{""}, errors.New("exit status 2"), "exit status 2"},
		{"nothing", nil, nil, "without a word"},
	} {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.want, reasonOf(test.lines, test.exit)) })
	}
}

func TestTailLogAndCopyLog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	_, err := TailLog(path, 1)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, os.WriteFile(path, []byte("one\ntwo\nthree\n"), 0o600))
	lines, err := TailLog(path, 2)
	require.NoError(t, err)
	require.Equal(t, []string{"two", "three"}, lines)

	var whole bytes.Buffer
	require.NoError(t, CopyLog(t.Context(), path, &whole, false))
	require.Equal(t, "one\ntwo\nthree\n", whole.String())

	ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
	defer cancel()
	time.AfterFunc(50*time.Millisecond, func() {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = file.WriteString("four\n")
			err = errors.Join(err, file.Close())
		}
		if err != nil {
			t.Error(err)
		}
	})
	var followed bytes.Buffer
	require.NoError(t, CopyLog(ctx, path, &followed, true))
	require.Equal(t, "one\ntwo\nthree\nfour\n", followed.String())
}
