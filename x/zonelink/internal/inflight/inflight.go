// Package inflight keeps the ICS-20 packets of yen that a zone has sent and whose outcome it does not know yet.
package inflight

import (
	"context"
	"errors"

	transfertypes "github.com/cosmos/ibc-go/v8/modules/apps/transfer/types"

	"cosmossdk.io/collections"
	"cosmossdk.io/collections/indexes"
	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/query"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	"github.com/azukari-network/azukari/x/zonelink/types"
)

type key = collections.Pair[string, uint64]

type byAccount struct {
	account *indexes.Multi[sdk.AccAddress, key, types.Transfer]
}

// IndexesList returns the indexes, for collections.
func (i byAccount) IndexesList() []collections.Index[key, types.Transfer] {
	return []collections.Index[key, types.Transfer]{i.account}
}

// Transfers are the transfers in flight by (channel, sequence).
type Transfers struct {
	records *collections.IndexedMap[key, types.Transfer, byAccount]
}

// New puts transfers under one prefix and their index by account under another.
func New(builder *collections.SchemaBuilder, cdc codec.BinaryCodec, prefix, accountPrefix collections.Prefix) Transfers {
	keyCodec := collections.PairKeyCodec(collections.StringKey, collections.Uint64Key)
	return Transfers{records: collections.NewIndexedMap(
		builder, prefix, "transfers", keyCodec, codec.CollValue[types.Transfer](cdc),
		byAccount{account: indexes.NewMulti(
			builder, accountPrefix, "transfers_by_account", sdk.AccAddressKey, keyCodec,
			func(_ key, transfer types.Transfer) (sdk.AccAddress, error) {
				return registrytypes.ParseAddress(transfer.Account)
			},
		)},
	)}
}

// Add records a transfer that has just been sent.
func (t Transfers) Add(ctx context.Context, transfer types.Transfer) error {
	return t.records.Set(ctx, collections.Join(transfer.ChannelId, transfer.Sequence), transfer)
}

// Take removes a transfer and returns it. It returns ErrTransferNotFound for one that is not in flight, so that no
// outcome is applied twice.
func (t Transfers) Take(ctx context.Context, channelID string, sequence uint64) (types.Transfer, error) {
	transfer, err := t.records.Get(ctx, collections.Join(channelID, sequence))
	if errors.Is(err, collections.ErrNotFound) {
		return types.Transfer{}, errorsmod.Wrapf(types.ErrTransferNotFound, "expected a transfer in flight, got %s/%d", channelID, sequence)
	}
	if err != nil {
		return types.Transfer{}, err
	}
	return transfer, t.records.Remove(ctx, collections.Join(channelID, sequence))
}

// HasAccount says whether a transfer of the account is in flight.
func (t Transfers) HasAccount(ctx context.Context, account sdk.AccAddress) (bool, error) {
	iterator, err := t.records.Indexes.account.MatchExact(ctx, account)
	if err != nil {
		return false, err
	}
	return iterator.Valid(), iterator.Close()
}

// Walk visits transfers in ascending order of channel, then sequence, until it is told to stop.
func (t Transfers) Walk(ctx context.Context, visit func(types.Transfer) (stop bool, err error)) error {
	return t.records.Walk(ctx, nil, func(_ key, transfer types.Transfer) (bool, error) {
		return visit(transfer)
	})
}

// All returns every transfer, in ascending order of channel, then sequence.
func (t Transfers) All(ctx context.Context) ([]types.Transfer, error) {
	var all []types.Transfer
	err := t.Walk(ctx, func(transfer types.Transfer) (bool, error) {
		all = append(all, transfer)
		return false, nil
	})
	return all, err
}

// Page returns one page of transfers.
func (t Transfers) Page(ctx context.Context, request *query.PageRequest) ([]types.Transfer, *query.PageResponse, error) {
	return query.CollectionPaginate(ctx, t.records, request, func(_ key, transfer types.Transfer) (types.Transfer, error) {
		return transfer, nil
	})
}

// CheckCommitments compares a channel's transfers with the packets that IBC itself has in flight on it, and returns
// ErrInvalidGenesis unless they are the same: a transfer without packet would never settle, and a packet without
// transfer could not.
func (t Transfers) CheckCommitments(ctx sdk.Context, channels types.ChannelKeeper, channelID string) error {
	committed := map[uint64]bool{}
	for _, packet := range channels.GetAllPacketCommitmentsAtChannel(ctx, transfertypes.PortID, channelID) {
		committed[packet.Sequence] = true
	}
	known := 0
	err := t.Walk(ctx, func(transfer types.Transfer) (bool, error) {
		if transfer.ChannelId != channelID {
			return false, nil
		}
		known++
		if !committed[transfer.Sequence] {
			return true, errorsmod.Wrapf(types.ErrInvalidGenesis,
				"expected an IBC packet commitment for transfer %s/%d, got none", channelID, transfer.Sequence)
		}
		return false, nil
	})
	if err == nil && known != len(committed) {
		err = errorsmod.Wrapf(types.ErrInvalidGenesis,
			"expected %d transfers for as many IBC packet commitments on %s, got %d", len(committed), channelID, known)
	}
	return err
}
