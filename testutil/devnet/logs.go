package devnet

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"
)

// tailWindow is how much of a log's end is read to find its last lines.
const tailWindow = 64 << 10

// TailLog returns up to n last lines of a log.
func TailLog(path string, n int) (lines []string, err error) {
	file, err := os.Open(path) // #nosec G304 -- a log of this network
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	data := make([]byte, min(info.Size(), tailWindow))
	if _, err := file.ReadAt(data, info.Size()-int64(len(data))); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	lines = strings.Split(strings.TrimRight(string(data), "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return lines, nil
}

// CopyLog writes a log to out and, if follow is set, goes on with what is appended until the context ends.
func CopyLog(ctx context.Context, path string, out io.Writer, follow bool) (err error) {
	file, err := os.Open(path) // #nosec G304 -- a log of this network
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	for {
		if _, err := io.Copy(out, file); err != nil {
			return err
		}
		if !follow {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(200 * time.Millisecond):
		}
	}
}
