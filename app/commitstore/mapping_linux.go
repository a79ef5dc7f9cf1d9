package commitstore

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"
)

// adviseFiles takes back that memiavl says of mapped files that they are read at random. Linux then reads ahead nothing, and does not count such
// reads when it chooses what leaves memory (vma_has_recency, since 6.3): logs and blocks that are written once would take the place of state
// that every payment reads. And all pages are mapped now: at the first touch of each it would cost a payment some microseconds.
func adviseFiles(region []byte) error {
	if err := unix.Madvise(region, unix.MADV_NORMAL); err != nil {
		return fmt.Errorf("madvise of %d bytes: %w", len(region), err)
	}
	const chunk = 64 << 20 // meanwhile this process gets no other memory mapped
	for part := range slices.Chunk(region, chunk) {
		err := unix.Madvise(part, unix.MADV_POPULATE_READ)
		if errors.Is(err, unix.EINVAL) { // before Linux 5.14
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %d bytes of a mapped file: %w", len(part), err)
		}
	}
	return nil
}

// adviseTable asks for large pages for a table that is read at random; without them it works as well.
func adviseTable(table []byte) {
	_ = unix.Madvise(table, unix.MADV_HUGEPAGE) //nolint:errcheck // a kernel without them says so
}
