package avl

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sys/unix"
)

// populate has all pages of a mapping in memory now: at the first touch of each it would cost a payment some microseconds. Nothing is said of
// the order of reads: Linux does not count those of a mapping that is read at random when it chooses what leaves memory (vma_has_recency,
// since 6.3), and logs and blocks that are written once would take the place of state that every payment reads.
func populate(mapped []byte) error {
	const chunk = 64 << 20 // meanwhile this process gets no other memory mapped
	for part := range slices.Chunk(mapped, chunk) {
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
