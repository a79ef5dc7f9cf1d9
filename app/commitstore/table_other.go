//go:build !linux

package commitstore

// adviseTable leaves it to the system how a table is in memory.
func adviseTable([]byte) {}
