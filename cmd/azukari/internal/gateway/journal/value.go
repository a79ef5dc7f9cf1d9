package journal

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/azukari-network/azukari/cmd/azukari/gatewaypb"
)

const (
	timeLength   = 8
	headerLength = crc32.Size + timeLength
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Key names an order: its payer, and its nonce, most significant byte first.
func Key(payer []byte, nonce uint64) []byte {
	return binary.BigEndian.AppendUint64(append(make([]byte, 0, len(payer)+timeLength), payer...), nonce)
}

func endedKey(at time.Time, key []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(at.UnixNano())), key...) // #nosec G115 -- after 1970
}

func timeOf(key []byte) time.Time {
	return time.Unix(0, int64(binary.BigEndian.Uint64(key))) // #nosec G115 -- as endedKey wrote it
}

// encode writes the CRC-32C of all that follows, when the order ended or 0, and the entry.
func encode(entry *gatewaypb.JournalEntry, ended time.Time) ([]byte, error) {
	value := make([]byte, headerLength, headerLength+entry.Size())
	if !ended.IsZero() {
		binary.BigEndian.PutUint64(value[crc32.Size:], uint64(ended.UnixNano())) // #nosec G115 -- after 1970
	}
	raw, err := entry.Marshal()
	if err != nil {
		return nil, err
	}
	value = append(value, raw...)
	binary.BigEndian.PutUint32(value, crc32.Checksum(value[crc32.Size:], castagnoli))
	return value, nil
}

func decode(key, value []byte) (entry *gatewaypb.JournalEntry, ended time.Time, err error) {
	if len(value) < headerLength || binary.BigEndian.Uint32(value) != crc32.Checksum(value[crc32.Size:], castagnoli) {
		return nil, ended, fmt.Errorf("%w: expected the order %x as it was written, got %d other bytes", ErrDamaged, key, len(value))
	}
	entry = &gatewaypb.JournalEntry{}
	if err := entry.Unmarshal(value[headerLength:]); err != nil {
		return nil, ended, fmt.Errorf("%w: order %x: %w", ErrDamaged, key, err)
	}
	if nanos := binary.BigEndian.Uint64(value[crc32.Size:]); nanos != 0 {
		ended = time.Unix(0, int64(nanos)) // #nosec G115 -- as encode wrote it
	}
	return entry, ended, nil
}
