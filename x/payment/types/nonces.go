package types

import (
	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// NonceWindow is how many nonces, the highest used one among them, a payer may use in any order. RFC 4303 (3.4.3) keeps
	// replayed packets out by the same means.
	NonceWindow = 128
	// NonceJumpMax is how far above the highest used nonce the next one may be: milliseconds of Unix time are fine until the
	// year 2527, and a slip of the pen does not use up all nonces of an account.
	NonceJumpMax = 1 << 44

	nonceWindowBytes = NonceWindow / 8
	bitsPerByte      = 8
)

// Validate checks that the window is one that Use can have left. It returns ErrInvalidOrder.
func (m OrderNonces) Validate() error {
	if _, err := registrytypes.ParseAddress(m.Payer); err != nil {
		return errorsmod.Wrap(err, "payer")
	}
	if m.Highest == 0 || len(m.Window) != nonceWindowBytes || m.Window[0]&1 == 0 || m.Height < 0 || m.Count == 0 {
		return ErrInvalidOrder.Wrapf("nonces of %s: expected a highest nonce that is used, a window of %d bytes and a last order, got %d, %x, %d orders at %d",
			m.Payer, nonceWindowBytes, m.Highest, m.Window, m.Count, m.Height)
	}
	return nil
}

// Next returns the lowest nonce above all used ones.
func (m OrderNonces) Next() uint64 {
	return m.Highest + 1
}

// Use returns the window after a nonce is used. It returns ErrNonceUsed for one that is used, or too far below the highest to
// be known, and ErrInvalidOrder for 0 and for one that is too far above it.
func (m OrderNonces) Use(nonce uint64) (OrderNonces, error) {
	if nonce == 0 {
		return m, ErrInvalidOrder.Wrap("expected a nonce of 1 or more, got 0")
	}
	window := make([]byte, nonceWindowBytes)
	if nonce > m.Highest {
		shift := nonce - m.Highest
		if shift > NonceJumpMax {
			return m, ErrInvalidOrder.Wrapf("expected a nonce of %d to %d, got %d; query order-nonces for the next one", m.Highest+1, m.Highest+NonceJumpMax, nonce)
		}
		shiftUp(window, m.Window, shift)
		window[0] |= 1
		m.Highest, m.Window = nonce, window
		return m, nil
	}
	age := m.Highest - nonce
	if age >= NonceWindow {
		return m, ErrNonceUsed.Wrapf("expected a nonce above %d, got %d, which is too old to tell whether it is used; sign the order anew", m.Highest-NonceWindow, nonce)
	}
	mask := byte(1) << (age % bitsPerByte)
	if m.Window[age/bitsPerByte]&mask != 0 {
		return m, ErrNonceUsed.Wrapf("expected a nonce that %s has not used, got %d; the order was brought before", m.Payer, nonce)
	}
	copy(window, m.Window)
	window[age/bitsPerByte] |= mask
	m.Window = window
	return m, nil
}

// shiftUp writes the bits of from into to, each shift places higher; what goes beyond is dropped. from may be empty.
func shiftUp(to, from []byte, shift uint64) {
	if shift >= NonceWindow {
		return
	}
	whole, rest := int(shift/bitsPerByte), shift%bitsPerByte
	for i := len(from) - 1 - whole; i >= 0; i-- {
		to[i+whole] |= from[i] << rest
		if i+whole+1 < len(to) {
			to[i+whole+1] |= byte(uint16(from[i]) << rest >> bitsPerByte)
		}
	}
}
