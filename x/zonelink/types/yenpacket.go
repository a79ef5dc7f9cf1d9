package types

import (
	"context"
	"time"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"

	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// MaxTimeout bounds how long a packet may be in flight before it times out.
const MaxTimeout = 24 * time.Hour

// YenPacket is an ICS-20 packet that moves an account's own yen between two zones.
type YenPacket struct {
	// Account is sender and receiver at once.
	Account sdk.AccAddress
	// Amount is a number of yen from 1 to registrytypes.MaxLimit.
	Amount math.Int
}

// ParseYenPacket reads ICS-20 packet data just as the transfer module does, and refuses all but one form: the given
// denom in full, sender equal to receiver, no memo. It returns ErrInvalidTransfer.
func ParseYenPacket(data []byte, denom string) (YenPacket, error) {
	var packet transfertypes.FungibleTokenPacketData
	if err := transfertypes.ModuleCdc.UnmarshalJSON(data, &packet); err != nil {
		return YenPacket{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected ICS-20 packet data, got %d other bytes", len(data))
	}
	if packet.Denom != denom {
		return YenPacket{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected denom %s, got %q; only yen passes between zones", denom, packet.Denom)
	}
	if packet.Sender != packet.Receiver {
		return YenPacket{}, errorsmod.Wrapf(ErrInvalidTransfer,
			"expected receiver %s, got %q; an account moves its own yen only", packet.Sender, packet.Receiver)
	}
	account, err := registrytypes.ParseAddress(packet.Sender)
	if err != nil {
		return YenPacket{}, errorsmod.Wrap(ErrInvalidTransfer, err.Error())
	}
	if packet.Memo != "" {
		return YenPacket{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected no memo, got %d bytes", len(packet.Memo))
	}
	amount, ok := math.NewIntFromString(packet.Amount)
	if !ok || amount.String() != packet.Amount {
		return YenPacket{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected a decimal number of yen, got %q", packet.Amount)
	}
	return YenPacket{Account: account, Amount: amount}, ValidateAmount(amount)
}

// ValidateAmount returns ErrInvalidTransfer unless the amount is from 1 to registrytypes.MaxLimit yen, which is as much
// as an account may ever be allowed to have.
func ValidateAmount(amount math.Int) error {
	if amount.IsNil() {
		return errorsmod.Wrapf(ErrInvalidTransfer, "expected 1 to %s yen, got none", registrytypes.MaxLimit)
	}
	if !amount.IsPositive() || amount.GT(registrytypes.MaxLimit) {
		return errorsmod.Wrapf(ErrInvalidTransfer, "expected 1 to %s yen, got %s", registrytypes.MaxLimit, amount)
	}
	return nil
}

// CheckTimeout returns ErrInvalidTransfer unless a packet that this block sends has a timeout by time, at most MaxTimeout
// away, in nanoseconds since 1970: a packet to a zone that has halted would else stay in flight for ever.
func CheckTimeout(ctx context.Context, timestamp uint64) error {
	if timestamp == 0 || timestamp > TimeoutAfter(ctx, MaxTimeout) {
		return errorsmod.Wrapf(ErrInvalidTransfer, "expected a timeout timestamp within %s, got %d", MaxTimeout, timestamp)
	}
	return nil
}

// TimeoutAfter returns the timeout of a packet that this block sends, in nanoseconds since 1970.
func TimeoutAfter(ctx context.Context, wait time.Duration) uint64 {
	// Block times are after 1970, so the conversion loses nothing.
	return uint64(sdk.UnwrapSDKContext(ctx).BlockTime().Add(wait).UnixNano())
}
