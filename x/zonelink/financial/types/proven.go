package types

import (
	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"
	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"
	host "github.com/cosmos/ibc-go/v8/modules/core/24-host"
	"github.com/cosmos/ibc-go/v8/modules/core/exported"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// What a state of a Business Zone shows, by the keys of the stores that every Business Zone has. A channel is always that
// zone's end of the ICS-20 channel.

const (
	// MaxClaims bounds the claims of one message.
	MaxClaims = 100
	// MaxFlowProofs bounds the flows of one message.
	MaxFlowProofs = 1000
)

// VoucherDenom returns the denom of the yen in the zone that has the channel.
func VoucherDenom(channelID string) string {
	return businesstypes.FinancialZone{TransferChannelId: channelID}.YenDenom()
}

// BalanceKey returns where x/bank keeps the yen of an account.
func BalanceKey(channelID string, address sdk.AccAddress) ([]byte, error) {
	codec := collections.PairKeyCodec(sdk.AccAddressKey, collections.StringKey)
	return collections.EncodeKeyWithPrefix(banktypes.BalancesPrefix, codec, collections.Join(address, VoucherDenom(channelID)))
}

// BroughtKey returns where the zone keeps what an account has brought.
func BroughtKey(address sdk.AccAddress) ([]byte, error) {
	return collections.EncodeKeyWithPrefix(businesstypes.BroughtPrefix, sdk.AccAddressKey, address)
}

// HoldKey returns where the zone keeps a hold.
func HoldKey(id uint64) ([]byte, error) {
	return collections.EncodeKeyWithPrefix(holdtypes.HoldsPrefix, collections.Uint64Key, id)
}

// FlowKey returns where the zone keeps a total between two banks.
func FlowKey(payerBank, payeeBank string) ([]byte, error) {
	codec := collections.PairKeyCodec(collections.StringKey, collections.StringKey)
	return collections.EncodeKeyWithPrefix(businesstypes.FlowsPrefix, codec, collections.Join(payerBank, payeeBank))
}

// ProvenBalance returns the yen of an account. It returns ErrInvalidProof.
func ProvenBalance(root []byte, channelID string, address sdk.AccAddress, proof StoreProof) (math.Int, error) {
	key, err := BalanceKey(channelID, address)
	if err != nil {
		return math.Int{}, err
	}
	if err := zonelinktypes.VerifyStored(root, banktypes.StoreKey, key, proof.Value, proof.Proof); err != nil || len(proof.Value) == 0 {
		return math.ZeroInt(), err
	}
	return decodeAmount(banktypes.BalanceValueCodec.Decode(proof.Value))
}

// ProvenBrought returns what an account has brought. It returns ErrInvalidProof.
func ProvenBrought(root []byte, address sdk.AccAddress, proof StoreProof) (math.Int, error) {
	key, err := BroughtKey(address)
	if err != nil {
		return math.Int{}, err
	}
	if err := zonelinktypes.VerifyStored(root, zonelinktypes.StoreKey, key, proof.Value, proof.Proof); err != nil || len(proof.Value) == 0 {
		return math.ZeroInt(), err
	}
	return decodeAmount(sdk.IntValue.Decode(proof.Value))
}

func decodeAmount(amount math.Int, err error) (math.Int, error) {
	if err != nil || amount.IsNil() {
		return math.Int{}, errorsmod.Wrap(zonelinktypes.ErrInvalidProof, "expected an amount of yen, got other bytes; the zone has another layout")
	}
	return amount, nil
}

// ProvenHold returns an open hold of yen. It returns ErrInvalidProof, or ErrInvalidClaim for a hold of other coins.
func ProvenHold(root []byte, channelID string, claim HoldClaim) (holdtypes.Hold, error) {
	key, err := HoldKey(claim.Id)
	if err != nil {
		return holdtypes.Hold{}, err
	}
	if len(claim.Hold.Value) == 0 {
		return holdtypes.Hold{}, errorsmod.Wrapf(zonelinktypes.ErrInvalidClaim, "expected an open hold, got none with id %d", claim.Id)
	}
	if err := zonelinktypes.VerifyStored(root, holdtypes.StoreKey, key, claim.Hold.Value, claim.Hold.Proof); err != nil {
		return holdtypes.Hold{}, err
	}
	var hold holdtypes.Hold
	if err := hold.Unmarshal(claim.Hold.Value); err != nil || hold.Id != claim.Id || hold.Validate() != nil {
		return holdtypes.Hold{}, errorsmod.Wrap(zonelinktypes.ErrInvalidProof, "expected a hold, got other bytes; the zone has another layout")
	}
	if denom := VoucherDenom(channelID); hold.Amount.Denom != denom {
		return holdtypes.Hold{}, errorsmod.Wrapf(zonelinktypes.ErrInvalidClaim, "expected a hold of yen (%s), got %s", denom, hold.Amount)
	}
	return hold, nil
}

// ProvenFlow returns a total between two banks in yen. It returns ErrInvalidProof or ErrInvalidClaim.
func ProvenFlow(root []byte, claim FlowProof) (math.Int, error) {
	key, err := FlowKey(claim.PayerBank, claim.PayeeBank)
	if err != nil {
		return math.Int{}, err
	}
	if len(claim.Flow.Value) == 0 {
		return math.Int{}, errorsmod.Wrapf(zonelinktypes.ErrInvalidClaim, "expected a flow from %q to %q, got none", claim.PayerBank, claim.PayeeBank)
	}
	if err := zonelinktypes.VerifyStored(root, zonelinktypes.StoreKey, key, claim.Flow.Value, claim.Flow.Proof); err != nil {
		return math.Int{}, err
	}
	var total businesstypes.FlowTotal
	if err := total.Unmarshal(claim.Flow.Value); err != nil {
		return math.Int{}, errorsmod.Wrap(zonelinktypes.ErrInvalidProof, "expected a flow, got other bytes; the zone has another layout")
	}
	flow := zonelinktypes.Flow{PayerBank: claim.PayerBank, PayeeBank: claim.PayeeBank, Total: total.Total}
	if err := flow.Validate(); err != nil {
		return math.Int{}, errorsmod.Wrap(zonelinktypes.ErrInvalidClaim, err.Error())
	}
	return total.Total, nil
}

// VerifyCharge checks that the zone had acknowledged a charge so, or had not received it. It returns ErrInvalidProof.
func VerifyCharge(root []byte, channelID string, claim ChargeClaim) error {
	key := host.PacketReceiptKey(transfertypes.PortID, channelID, claim.Sequence)
	var value []byte
	if len(claim.Acknowledgement) > 0 {
		key = host.PacketAcknowledgementKey(transfertypes.PortID, channelID, claim.Sequence)
		value = channeltypes.CommitAcknowledgement(claim.Acknowledgement)
	}
	return zonelinktypes.VerifyStored(root, exported.StoreKey, key, value, claim.Proof)
}
