package commitstore

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"

	"github.com/crypto-org-chain/cronos/memiavl"

	"cosmossdk.io/store/types"
)

// A log file is a header and then one record for each commit, in order of version without a gap.
//
//	header: magic 8, base version 8, checksum of both 4
//	record: payload's length 4, version 8, payload's checksum 4, checksum of these 16 bytes 4, payload
//
// Integers are little endian, checksums CRC-32C. A payload is the commit info, with its length before it, and memiavl's changes.
const (
	logMagic     = "AZSTLOG1"
	headerBytes  = 20
	checkedBytes = headerBytes - 4
)

// record is one commit.
type record struct {
	info  types.CommitInfo
	entry memiavl.WALEntry
}

func (r record) encode() ([]byte, error) {
	infoBytes, entryBytes := r.info.Size(), r.entry.Size()
	payload := binary.AppendUvarint(make([]byte, headerBytes, headerBytes+binary.MaxVarintLen64+infoBytes+entryBytes), uint64(infoBytes)) //nolint:gosec // lengths and versions are positive
	start := len(payload)
	payload = payload[:start+infoBytes+entryBytes]
	if _, err := r.info.MarshalToSizedBuffer(payload[start : start+infoBytes]); err != nil {
		return nil, err
	}
	if _, err := r.entry.MarshalToSizedBuffer(payload[start+infoBytes:]); err != nil {
		return nil, err
	}
	length := len(payload) - headerBytes
	if length > math.MaxUint32 {
		return nil, fmt.Errorf("expected a commit below 4 GiB, got %d bytes: commit less at a time", length)
	}
	binary.LittleEndian.PutUint32(payload, uint32(length))
	binary.LittleEndian.PutUint64(payload[4:], uint64(r.info.Version)) //nolint:gosec // lengths and versions are positive
	binary.LittleEndian.PutUint32(payload[12:], crc32.Checksum(payload[headerBytes:], castagnoli))
	seal(payload[:headerBytes])
	return payload, nil
}

func decodeRecord(payload []byte) (record, error) {
	length, read := binary.Uvarint(payload)
	if read <= 0 || length > uint64(len(payload)-read) { //nolint:gosec // lengths and versions are positive
		return record{}, errors.New("expected commit info, got less")
	}
	var decoded record
	end := read + int(length) //nolint:gosec // lengths and versions are positive
	if err := decoded.info.Unmarshal(payload[read:end]); err != nil {
		return record{}, err
	}
	return decoded, decoded.entry.Unmarshal(payload[end:])
}

// seal writes the checksum of a header into its last bytes, and sealed checks it.
func seal(header []byte) {
	binary.LittleEndian.PutUint32(header[checkedBytes:], crc32.Checksum(header[:checkedBytes], castagnoli))
}

func sealed(header []byte) bool {
	return binary.LittleEndian.Uint32(header[checkedBytes:headerBytes]) == crc32.Checksum(header[:checkedBytes], castagnoli)
}

// logWriter appends to the newest log.
type logWriter struct {
	file *os.File
	base int64
	size int64
}

// createLog begins a log behind a version, in place of one of the same name that has no records.
func createLog(dir string, base int64) (*logWriter, error) {
	header := make([]byte, headerBytes)
	copy(header, logMagic)
	binary.LittleEndian.PutUint64(header[8:], uint64(base)) //nolint:gosec // lengths and versions are positive
	seal(header)
	file, err := os.OpenFile(logPath(dir, base), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = file.Write(header)
	if err = errors.Join(err, file.Sync(), syncDir(dir)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &logWriter{file: file, base: base, size: headerBytes}, nil
}

// openLog goes on with a log behind its first size bytes; what is behind them is dropped.
func openLog(dir string, base, size int64) (*logWriter, error) {
	file, err := os.OpenFile(logPath(dir, base), os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	if err = file.Truncate(size); err == nil {
		_, err = file.Seek(size, io.SeekStart)
	}
	if err = errors.Join(err, file.Sync()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return &logWriter{file: file, base: base, size: size}, nil
}

// append writes a record and returns when it is on the disk.
func (w *logWriter) append(r record) error {
	encoded, err := r.encode()
	if err != nil {
		return err
	}
	if _, err := w.file.Write(encoded); err != nil {
		return err
	}
	w.size += int64(len(encoded))
	return w.file.Sync()
}

// errTorn is a record that a crash has cut off.
var errTorn = errors.New("torn record")

// logReader reads a log from its start.
type logReader struct {
	file *os.File
	in   *bufio.Reader
	// version is that of the last record that was read, or the base; end is behind it.
	version int64
	end     int64
	size    int64
}

// readLog opens a log. It returns errTorn for one that was begun and has not even its header.
func readLog(dir string, base int64) (reader *logReader, err error) {
	file, err := os.Open(logPath(dir, base))
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil {
		reader, err = newLogReader(file, base, info.Size())
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return reader, nil
}

// newLogReader reads the first size bytes of a log that is open.
func newLogReader(file *os.File, base, size int64) (*logReader, error) {
	const buffer = 1 << 20
	in := bufio.NewReaderSize(io.NewSectionReader(file, 0, size), buffer)
	reader := &logReader{file: file, in: in, version: base, end: headerBytes, size: size}
	header := make([]byte, headerBytes)
	if _, err := io.ReadFull(reader.in, header); err != nil {
		return nil, reader.fault(0, nil)
	}
	if !sealed(header) || string(header[:8]) != logMagic || int64(binary.LittleEndian.Uint64(header[8:])) != base { //nolint:gosec // lengths and versions are positive
		return nil, reader.fault(0, header)
	}
	return reader, nil
}

func (r *logReader) close() error { return r.file.Close() }

// next returns the next record's version and payload, io.EOF behind the last, and errTorn at one that was cut off. The payload
// is the caller's.
func (r *logReader) next() (version int64, payload []byte, err error) {
	header, err := r.header()
	if err != nil {
		return 0, nil, err
	}
	length := int64(binary.LittleEndian.Uint32(header))
	if r.end+headerBytes+length > r.size {
		return 0, nil, errTorn
	}
	payload = make([]byte, length)
	if _, err := io.ReadFull(r.in, payload); err != nil {
		return 0, nil, err
	}
	if crc32.Checksum(payload, castagnoli) != binary.LittleEndian.Uint32(header[12:]) {
		if r.end+headerBytes+length == r.size {
			return 0, nil, errTorn
		}
		return 0, nil, damaged("%s: the record at byte %d has another checksum than when it was written", filepath.Base(r.file.Name()), r.end)
	}
	return r.pass(header, length), payload, nil
}

// skip is next without the payload.
func (r *logReader) skip() error {
	header, err := r.header()
	if err != nil {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(header))
	if r.end+headerBytes+length > r.size {
		return errTorn
	}
	if _, err := r.in.Discard(int(length)); err != nil {
		return err
	}
	r.pass(header, length)
	return nil
}

func (r *logReader) pass(header []byte, length int64) int64 {
	r.version = int64(binary.LittleEndian.Uint64(header[4:])) //nolint:gosec // lengths and versions are positive
	r.end += headerBytes + length
	return r.version
}

func (r *logReader) header() ([]byte, error) {
	if r.end == r.size {
		return nil, io.EOF
	}
	header := make([]byte, headerBytes)
	if _, err := io.ReadFull(r.in, header); err != nil {
		return nil, errTorn // fewer bytes than a header has
	}
	if !sealed(header) {
		return nil, r.fault(r.end, header)
	}
	return header, nil
}

// fault says whether what is at an offset, of which the first bytes are at hand, was cut off by a crash, or damaged: a crash
// leaves no record behind the one that it cuts off.
func (r *logReader) fault(offset int64, first []byte) error {
	rest, err := io.ReadAll(r.in)
	if err != nil {
		return err
	}
	rest = append(first, rest...)
	for i := 1; i+headerBytes <= len(rest); i++ {
		header := rest[i : i+headerBytes]
		if sealed(header) && int64(binary.LittleEndian.Uint64(header[4:])) > r.version { //nolint:gosec // lengths and versions are positive
			return damaged("%s: expected a record at byte %d, got none, and one at byte %d", filepath.Base(r.file.Name()), offset, offset+int64(i))
		}
	}
	return errTorn
}
