package types

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// reader takes an encoded record apart. After the first fault everything reads as zero.
type reader struct {
	rest   []byte
	broken bool
}

func (r *reader) byte() byte {
	if taken := r.bytes(1); taken != nil {
		return taken[0]
	}
	return 0
}

func (r *reader) bytes(n int) []byte {
	if r.broken || len(r.rest) < n {
		r.broken = true
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) uvarint() uint64 {
	if r.broken {
		return 0
	}
	number, n := binary.Uvarint(r.rest)
	if n <= 0 {
		r.broken = true
		return 0
	}
	r.rest = r.rest[n:]
	return number
}

// text reads a text after its length.
func (r *reader) text() string {
	length := r.uvarint()
	if length > uint64(len(r.rest)) {
		r.broken = true
		return ""
	}
	return string(r.bytes(int(length))) // #nosec G115 -- at most what is left
}

func (r *reader) bounds() Bounds {
	return Bounds{PerPayment: r.uvarint(), PerDay: r.uvarint(), Balance: r.uvarint()}
}

func (r *reader) orderNonces() OrderNonces {
	nonces := OrderNonces{Highest: r.uvarint(), Height: r.uvarint()}
	count, window := r.uvarint(), r.bytes(int(r.byte()))
	if count > math.MaxUint32 || len(window) > OrderNonceBytes {
		r.broken = true
		return OrderNonces{}
	}
	nonces.Count = uint32(count)
	copy(nonces.Window[:], window)
	return nonces
}

// err returns an error if the record was cut short or has bytes left.
func (r *reader) err(what string, raw []byte) error {
	if r.broken || len(r.rest) > 0 {
		return fmt.Errorf("decode %s: expected a whole record and no more, got %x", what, raw)
	}
	return nil
}

func (r *reader) screening() Screening {
	screening := Screening{Amount: r.uvarint(), DecisionTime: time.Duration(r.uvarint()) * time.Second} //nolint:gosec // as written: 30 days at most
	for range min(r.uvarint(), MaxVelocityRules) {
		screening.Velocity = append(screening.Velocity, Velocity{WindowHours: r.uvarint(), Payments: r.uvarint(), Amount: r.uvarint()})
	}
	return screening
}

func appendScreening(out []byte, screening Screening) []byte {
	out = binary.AppendUvarint(out, screening.Amount)
	out = binary.AppendUvarint(out, uint64(screening.DecisionTime/time.Second)) //nolint:gosec // positive
	out = binary.AppendUvarint(out, uint64(len(screening.Velocity)))
	for _, rule := range screening.Velocity {
		out = binary.AppendUvarint(out, rule.WindowHours)
		out = binary.AppendUvarint(out, rule.Payments)
		out = binary.AppendUvarint(out, rule.Amount)
	}
	return out
}

func appendBounds(out []byte, bounds Bounds) []byte {
	out = binary.AppendUvarint(out, bounds.PerPayment)
	out = binary.AppendUvarint(out, bounds.PerDay)
	return binary.AppendUvarint(out, bounds.Balance)
}
