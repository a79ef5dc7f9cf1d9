//go:build !linux

package commitstore

// adviseFiles leaves it to the system what of a mapping is in memory.
func adviseFiles([]byte) error { return nil }

// adviseTable leaves it to the system how a table is in memory.
func adviseTable([]byte) {}
