package node

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// heap keeps Go's heap at a size. Without it the heap grows with what is in use, for minutes under load, and each page that it gets
// from the operating system makes a payment wait: on virtual machines whose host takes back what is not used, 5 to 12 µs for 4 KiB. The
// heap that a node will need is so taken when it starts, and is not collected before it is full.
type heap struct {
	// size is how many bytes the heap has when it is collected, if what is in use leaves as much room as percent says; else it grows.
	size    uint64
	percent int
	// set is what Go was told last.
	set     int
	lock    sync.Mutex
	stopped bool
}

// holdHeap takes the heap's memory now, and keeps it at the size until stop is called. What Go was told before, as GOGC, is the room in
// percent of what is in use that there is in any case.
func holdHeap(size uint64) (stop func()) {
	h := &heap{size: size, percent: debug.SetGCPercent(-1)}
	touch(size)
	if h.percent < 0 { // the environment says that nothing is ever collected
		return func() {}
	}
	// What was touched counts as in use until the end of this collection. Go gives back to the operating system only what is above a tenth
	// more than the heap had then, in the proportion of its next size to that one's: so the size is told before it and corrected behind it.
	h.adjust()
	runtime.GC()
	h.adjust()
	h.watch()
	return func() {
		h.lock.Lock()
		defer h.lock.Unlock()
		h.stopped = true
		debug.SetGCPercent(h.percent)
	}
}

// touch makes the operating system give the process so much memory. Go keeps it for the heap when it is collected.
func touch(size uint64) {
	const chunk = 4 << 20
	page := os.Getpagesize()
	taken := make([][]byte, 0, size/chunk)
	for range size / chunk {
		memory := make([]byte, chunk)
		for at := 0; at < len(memory); at += page {
			memory[at] = 1
		}
		taken = append(taken, memory)
	}
	runtime.KeepAlive(taken)
}

// watch adjusts the heap behind every collection.
func (h *heap) watch() {
	// The collector finds this to be out of use, and calls back.
	runtime.AddCleanup(&struct{ _ [32]byte }{}, func(h *heap) {
		h.lock.Lock()
		defer h.lock.Unlock()
		if !h.stopped {
			h.adjust()
			h.watch()
		}
	}, h)
}

// adjust says to Go by how much the heap may grow from what is in use.
func (h *heap) adjust() {
	// GOGC counts from what is in use on the heap, on stacks and in globals.
	found := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(found)
	live := found[0].Value.Uint64()
	if percent := h.room(live, live+found[1].Value.Uint64()+found[2].Value.Uint64()); percent != h.set {
		h.set = percent
		debug.SetGCPercent(percent)
	}
}

// room returns by how many percent of a base the heap may grow when so many bytes of it are in use.
func (h *heap) room(live, base uint64) int {
	const percentMax = 100_000
	if live >= h.size {
		return h.percent
	}
	return int(min(max((h.size-live)*100/max(base, 1), uint64(h.percent)), percentMax)) // #nosec G115 -- at most percentMax
}
