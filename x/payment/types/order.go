package types

import (
	"encoding/binary"
	"time"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/address"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// OrderDomain starts what a payer signs, so that no signature for anything else is one of an order.
	OrderDomain = "azukari/payment-order/1"
	// SignatureLength is the length of a signature in bytes, for all types of keys.
	SignatureLength = 64

	maxKeyIDLength = registrytypes.MaxOrderKeyIDLength
)

// Payment returns the payment that the order asks for, in yen if it names no denom.
func (m PaymentOrder) Payment(yen string) Payment {
	return Payment{
		Payer: m.Payer, Payee: m.Payee, Amount: sdk.Coin{Denom: m.denom(yen), Amount: math.NewIntFromUint64(m.Amount)},
		Reference: m.Reference, Invoice: m.Invoice, MemoHash: m.MemoHash, MaxFee: math.NewIntFromUint64(m.MaxFee),
		Method: PaymentMethodOrder, Nonce: m.Nonce,
	}
}

func (m PaymentOrder) denom(yen string) string {
	if m.Denom == "" {
		return yen
	}
	return m.Denom
}

// Validate checks what needs no state: lengths of addresses and of the key's id, amount, references and hash, and that the
// order names a registered key or brings the key of its address. It returns ErrInvalidOrder, ErrInvalidPayment or the
// registry's ErrInvalidReference.
func (m PaymentOrder) Validate(yen string) error {
	for _, party := range []struct {
		name    string
		address []byte
	}{{"payer", m.Payer}, {"payee", m.Payee}} {
		if len(party.address) == 0 || len(party.address) > address.MaxAddrLen {
			return ErrInvalidOrder.Wrapf("expected a %s of 1 to %d bytes, got %d", party.name, address.MaxAddrLen, len(party.address))
		}
	}
	if m.denom(yen) == "" {
		return ErrInvalidOrder.Wrap("expected a denom on a zone that has no yen yet, got none")
	}
	if len(m.KeyId) > maxKeyIDLength {
		return ErrInvalidOrder.Wrapf("expected a key_id of at most %d bytes, got %d", maxKeyIDLength, len(m.KeyId))
	}
	if (m.KeyId == "") != (len(m.PublicKey) > 0) {
		return ErrInvalidOrder.Wrapf("expected either key_id or public_key, got %q and %d bytes", m.KeyId, len(m.PublicKey))
	}
	return m.Payment(yen).Validate()
}

// CheckTime returns ErrOrderExpired from the order's expiry on.
func (m PaymentOrder) CheckTime(now time.Time) error {
	if seconds := now.Unix(); seconds >= 0 && uint64(seconds) >= m.ExpiresAt {
		return ErrOrderExpired.Wrapf("expected an order that expires after %s, got one that expired at Unix time %d; sign a new one",
			now.UTC().Format(time.RFC3339), m.ExpiresAt)
	}
	return nil
}

// SignBytes returns what the payer of an order signs on the zone with a chain id whose yen has a denom. It is every field of
// the order behind the domain and the chain id: texts and byte strings after their length in two bytes, numbers in eight,
// all most significant byte first:
//
//	domain, chain id, payer, payee, denom, amount, reference, invoice, memo hash, max fee, expires at, nonce, key id, public key
//
// Ed25519 signs these bytes; secp256r1 and secp256k1 sign their SHA-256.
func (m PaymentOrder) SignBytes(chainID, yen string) []byte {
	denom := m.denom(yen)
	const numbers, lengths = 4 * 8, 10 * 2
	size := numbers + lengths + len(OrderDomain) + len(chainID) + len(m.Payer) + len(m.Payee) + len(denom) +
		len(m.Reference) + len(m.Invoice) + len(m.MemoHash) + len(m.KeyId) + len(m.PublicKey)
	out := make([]byte, 0, size)
	out = appendText(out, OrderDomain)
	out = appendText(out, chainID)
	out = appendText(out, m.Payer)
	out = appendText(out, m.Payee)
	out = appendText(out, denom)
	out = binary.BigEndian.AppendUint64(out, m.Amount)
	out = appendText(out, m.Reference)
	out = appendText(out, m.Invoice)
	out = appendText(out, m.MemoHash)
	out = binary.BigEndian.AppendUint64(out, m.MaxFee)
	out = binary.BigEndian.AppendUint64(out, m.ExpiresAt)
	out = binary.BigEndian.AppendUint64(out, m.Nonce)
	out = appendText(out, m.KeyId)
	return appendText(out, m.PublicKey)
}

// appendText appends a text after its length. Validate keeps every field below 2^16 bytes.
func appendText[T string | []byte](out []byte, text T) []byte {
	out = binary.BigEndian.AppendUint16(out, uint16(len(text))) //nolint:gosec // see above
	return append(out, text...)
}
