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
	// Account sends it, and is the receiver, too, unless there is a Payee.
	Account sdk.AccAddress
	// Payee is the receiver of a hop's second leg; nil for the account's own yen.
	Payee sdk.AccAddress
	// Amount is a number of yen from 1 to registrytypes.MaxLimit.
	Amount math.Int
	// Memo is as in the packet, unread.
	Memo string
}

// ParseYenPacket reads ICS-20 packet data just as the transfer module does, and refuses every denom but the given one in
// full. What the memo and another receiver mean is for the caller to say. It returns ErrInvalidTransfer.
func ParseYenPacket(data []byte, denom string) (YenPacket, error) {
	var packet transfertypes.FungibleTokenPacketData
	if err := transfertypes.ModuleCdc.UnmarshalJSON(data, &packet); err != nil {
		return YenPacket{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected ICS-20 packet data, got %d other bytes", len(data))
	}
	if packet.Denom != denom {
		return YenPacket{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected denom %s, got %q; only yen passes between zones", denom, packet.Denom)
	}
	account, err := registrytypes.ParseAddress(packet.Sender)
	if err != nil {
		return YenPacket{}, errorsmod.Wrap(ErrInvalidTransfer, err.Error())
	}
	var payee sdk.AccAddress
	if packet.Receiver != packet.Sender {
		if payee, err = registrytypes.ParseAddress(packet.Receiver); err != nil {
			return YenPacket{}, errorsmod.Wrap(ErrInvalidTransfer, err.Error())
		}
	}
	amount, ok := math.NewIntFromString(packet.Amount)
	if !ok || amount.String() != packet.Amount {
		return YenPacket{}, errorsmod.Wrapf(ErrInvalidTransfer, "expected a decimal number of yen, got %q", packet.Amount)
	}
	return YenPacket{Account: account, Payee: payee, Amount: amount, Memo: packet.Memo}, ValidateAmount(amount)
}

// Receiver returns the account that gets the yen.
func (p YenPacket) Receiver() sdk.AccAddress {
	if p.Payee != nil {
		return p.Payee
	}
	return p.Account
}

// CheckOwn returns ErrInvalidTransfer if the yen goes to another account.
func (p YenPacket) CheckOwn() error {
	if p.Payee != nil {
		return errorsmod.Wrapf(ErrInvalidTransfer, "expected receiver %s, got %s; an account moves its own yen only", p.Account, p.Payee)
	}
	return nil
}

// CheckPlain returns ErrInvalidTransfer if the yen goes to another account or there is a memo.
func (p YenPacket) CheckPlain() error {
	if p.Memo != "" {
		return errorsmod.Wrapf(ErrInvalidTransfer, "expected no memo, got %d bytes", len(p.Memo))
	}
	return p.CheckOwn()
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

// WithMemo returns the data of an ICS-20 packet with another memo. It returns ErrInvalidTransfer.
func WithMemo(data []byte, memo string) ([]byte, error) {
	var packet transfertypes.FungibleTokenPacketData
	if err := transfertypes.ModuleCdc.UnmarshalJSON(data, &packet); err != nil {
		return nil, errorsmod.Wrapf(ErrInvalidTransfer, "expected ICS-20 packet data, got %d other bytes", len(data))
	}
	packet.Memo = memo
	return packet.GetBytes(), nil
}
