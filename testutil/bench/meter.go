package bench

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/azukari-network/azukari/testutil/devnet"
)

// process is a node as the meter sees it.
type process struct {
	name, log, home string
	// pid is 0 while it does not run.
	pid func() int
}

// processesOf returns the processes of nodes.
func processesOf(nodes []*devnet.Node) []process {
	list := make([]process, len(nodes))
	for i, node := range nodes {
		list[i] = process{name: node.Name(), log: node.Endpoints().Log, home: node.Endpoints().Home, pid: func() int { return node.Endpoints().PID }}
	}
	return list
}

// meter adds up what nodes use, also when they stop and start again.
type meter struct {
	mu    sync.Mutex
	nodes map[string]*use
	own   time.Duration
	begun time.Duration
}

// use is what one node has used since the meter began.
type use struct {
	pid        int
	last, used time.Duration
	peak       int64
}

func newMeter() (*meter, error) {
	own, err := ownCPU()
	return &meter{nodes: map[string]*use{}, begun: own}, err
}

// read reads what every running node has used. The first reading of a node that runs already is its zero.
func (m *meter) read(nodes []process) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	own, err := ownCPU()
	if err != nil {
		return err
	}
	m.own = own - m.begun
	for _, node := range nodes {
		pid := node.pid()
		if pid == 0 {
			continue
		}
		cpu, err := cpuOf(pid)
		if errors.Is(err, fs.ErrNotExist) {
			continue // it has just ended
		}
		if err != nil {
			return err
		}
		_, peak, err := memoryOf(pid)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		one := m.nodes[node.name]
		switch {
		case one == nil:
			one = &use{pid: pid, last: cpu}
			m.nodes[node.name] = one
		case one.pid != pid:
			one.pid, one.last, one.used = pid, 0, one.used+cpu
			one.last = cpu
		default:
			one.used, one.last = one.used+cpu-one.last, cpu
		}
		one.peak = max(one.peak, peak)
	}
	return nil
}

// of returns what a node has used.
func (m *meter) of(node string) (cpu time.Duration, peak int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if one := m.nodes[node]; one != nil {
		return one.used, one.peak
	}
	return 0, 0
}

// diskOf returns what the files below a node's data take, in bytes, by the name of the folder or file in it.
func diskOf(home string) (map[string]int64, error) {
	root := filepath.Join(home, dataFolder)
	entries, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	sizes := map[string]int64{}
	for _, entry := range entries {
		err := filepath.WalkDir(filepath.Join(root, entry.Name()), func(_ string, file fs.DirEntry, err error) error {
			if err == nil && !file.IsDir() {
				var info fs.FileInfo
				if info, err = file.Info(); err == nil {
					sizes[entry.Name()] += blocksOf(info)
				}
			}
			if errors.Is(err, fs.ErrNotExist) {
				return nil // a store has just compacted it away
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return sizes, nil
}
