package types

import (
	errorsmod "cosmossdk.io/errors"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// NonceWindow is how many nonces, the highest used one among them, a payer may use in any order. RFC 4303 (3.4.3) keeps
	// replayed packets out by the same means.
	NonceWindow = registrytypes.OrderNonceBytes * bitsPerByte
	// NonceJumpMax is how far above the highest used nonce the next one may be: milliseconds of Unix time are fine until the
	// year 2527, and a slip of the pen does not use up all nonces of an account.
	NonceJumpMax = 1 << 44

	bitsPerByte = 8
)

// Validate checks that the window is one that Use can have left. It returns ErrInvalidOrder.
func (m OrderNonces) Validate() error {
	if _, err := registrytypes.ParseAddress(m.Payer); err != nil {
		return errorsmod.Wrap(err, "payer")
	}
	if m.Highest == 0 || len(m.Window) != registrytypes.OrderNonceBytes || m.Window[0]&1 == 0 || m.Height < 0 || m.Count == 0 {
		return ErrInvalidOrder.Wrapf("nonces of %s: expected a highest nonce that is used, a window of %d bytes and a last order, got %d, %x, %d orders at %d",
			m.Payer, registrytypes.OrderNonceBytes, m.Highest, m.Window, m.Count, m.Height)
	}
	return nil
}

// Next returns the lowest nonce above all used ones.
func (m OrderNonces) Next() uint64 {
	return m.Highest + 1
}

// OrderNoncesOf returns the nonces of a payer as queries and the genesis tell them.
func OrderNoncesOf(payer string, kept registrytypes.OrderNonces) OrderNonces {
	if kept.Highest == 0 {
		return OrderNonces{Payer: payer}
	}
	return OrderNonces{
		Payer: payer, Highest: kept.Highest, Window: kept.Window[:],
		Height: int64(kept.Height), Count: kept.Count, //nolint:gosec // the height of a block
	}
}

// Kept returns the nonces as the registry keeps them. They are valid.
func (m OrderNonces) Kept() registrytypes.OrderNonces {
	kept := registrytypes.OrderNonces{Highest: m.Highest, Height: uint64(m.Height), Count: m.Count} //nolint:gosec // not negative
	copy(kept.Window[:], m.Window)
	return kept
}

// Use is UseNonce for nonces as they are told.
func (m OrderNonces) Use(nonce uint64) (OrderNonces, error) {
	used, err := UseNonce(m.Kept(), nonce)
	if err != nil {
		return m, err
	}
	return OrderNoncesOf(m.Payer, used), nil
}

// UseNonce returns a payer's nonces after one more is used. It returns ErrNonceUsed for one that is used, or too far below the
// highest to be known, and ErrInvalidOrder for 0 and for one that is too far above it.
func UseNonce(nonces registrytypes.OrderNonces, nonce uint64) (registrytypes.OrderNonces, error) {
	if nonce == 0 {
		return nonces, ErrInvalidOrder.Wrap("expected a nonce of 1 or more, got 0")
	}
	if nonce > nonces.Highest {
		shift := nonce - nonces.Highest
		if shift > NonceJumpMax {
			return nonces, ErrInvalidOrder.Wrapf("expected a nonce of %d to %d, got %d; query order-nonces for the next one",
				nonces.Highest+1, nonces.Highest+NonceJumpMax, nonce)
		}
		nonces.Window = shiftUp(nonces.Window, shift)
		nonces.Window[0] |= 1
		nonces.Highest = nonce
		return nonces, nil
	}
	age := nonces.Highest - nonce
	if age >= NonceWindow {
		return nonces, ErrNonceUsed.Wrapf("expected a nonce above %d, got %d, which is too old to tell whether it is used; sign the order anew",
			nonces.Highest-NonceWindow, nonce)
	}
	mask := byte(1) << (age % bitsPerByte)
	if nonces.Window[age/bitsPerByte]&mask != 0 {
		return nonces, ErrNonceUsed.Wrapf("expected a nonce that the payer has not used, got %d; the order was brought before", nonce)
	}
	nonces.Window[age/bitsPerByte] |= mask
	return nonces, nil
}

// shiftUp returns a window with each bit shift places higher; what goes beyond is dropped.
func shiftUp(window [registrytypes.OrderNonceBytes]byte, shift uint64) (shifted [registrytypes.OrderNonceBytes]byte) {
	if shift >= NonceWindow {
		return shifted
	}
	whole, rest := int(shift/bitsPerByte), shift%bitsPerByte
	for i := len(window) - 1 - whole; i >= 0; i-- {
		shifted[i+whole] |= window[i] << rest
		if i+whole+1 < len(shifted) {
			shifted[i+whole+1] |= byte(uint16(window[i]) << rest >> bitsPerByte)
		}
	}
	return shifted
}
