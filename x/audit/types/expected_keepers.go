package types

import (
	"context"

	channeltypes "github.com/cosmos/ibc-go/v8/modules/core/04-channel/types"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	assettypes "github.com/azukari-network/azukari/x/asset/types"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	deposittypes "github.com/azukari-network/azukari/x/deposit/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
	paymenttypes "github.com/azukari-network/azukari/x/payment/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
	settlementtypes "github.com/azukari-network/azukari/x/settlement/types"
	businesstypes "github.com/azukari-network/azukari/x/zonelink/business/types"
	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
	zonelinktypes "github.com/azukari-network/azukari/x/zonelink/types"
)

// BankKeeper knows every balance.
type BankKeeper interface {
	GetSupply(ctx context.Context, denom string) sdk.Coin
	IterateTotalSupply(ctx context.Context, visit func(coin sdk.Coin) (stop bool))
	IterateAllBalances(ctx context.Context, visit func(address sdk.AccAddress, coin sdk.Coin) (stop bool))
}

// AccountKeeper knows the module accounts.
type AccountKeeper interface {
	GetModulePermissions() map[string]authtypes.PermissionsForAddress
}

// RegistryKeeper knows whose an address is.
type RegistryKeeper interface {
	GetAccount(ctx context.Context, address sdk.AccAddress) (registrytypes.Account, error)
	IterateScreenedPayments(ctx context.Context, visit func(registrytypes.ScreenedPayment) (stop bool, err error)) error
}

// HoldKeeper knows the open holds.
type HoldKeeper interface {
	IterateHolds(ctx context.Context, visit func(holdtypes.Hold) (stop bool, err error)) error
}

// ChannelKeeper knows which packets wait for an acknowledgement or a timeout.
type ChannelKeeper interface {
	GetAllPacketCommitmentsAtChannel(ctx sdk.Context, portID, channelID string) []channeltypes.PacketState
}

// DepositKeeper knows orders, what each bank says that it owes, and what it has attested.
type DepositKeeper interface {
	IterateOrders(ctx context.Context, visit func(deposittypes.Order) (stop bool, err error)) error
	IterateBooks(ctx context.Context, visit func(deposittypes.BankBook) (stop bool, err error)) error
	IterateFlows(ctx context.Context, visit func(deposittypes.Flow) (stop bool, err error)) error
	IterateBatches(ctx context.Context, visit func(deposittypes.Batch) (stop bool, err error)) error
	IterateBusinessDays(ctx context.Context, visit func(deposittypes.BusinessDay) (stop bool, err error)) error
	IterateOpenCounts(ctx context.Context, visit func(bank, batch string, count uint64) (stop bool, err error)) error
	NewestAttestation(ctx context.Context, bank string) (deposittypes.Attestation, error)
}

// ClearingKeeper knows what banks owe each other and what they have for it.
type ClearingKeeper interface {
	OpenCycle(ctx context.Context) (clearingtypes.Cycle, error)
	IterateReserveBanks(ctx context.Context, visit func(bank string) (stop bool, err error)) error
	IterateParticipants(ctx context.Context, visit func(clearingtypes.Participant) (stop bool, err error)) error
	IterateCycles(ctx context.Context, visit func(clearingtypes.Cycle) (stop bool, err error)) error
	IteratePositions(ctx context.Context, visit func(clearingtypes.CyclePosition) (stop bool, err error)) error
	IterateFlows(ctx context.Context, visit func(clearingtypes.CycleFlow) (stop bool, err error)) error
	IterateReserveOrders(ctx context.Context, visit func(clearingtypes.ReserveOrder) (stop bool, err error)) error
	IterateObligations(ctx context.Context, visit func(clearingtypes.Obligation) (stop bool, err error)) error
	IterateQueue(ctx context.Context, visit func(clearingtypes.QueuedPayment) (stop bool, err error)) error
}

// PaymentKeeper knows the recalls of payments, and the payments that wait for their payees.
type PaymentKeeper interface {
	IterateWaitingPayments(ctx context.Context, visit func(paymenttypes.WaitingPayment) (stop bool, err error)) error
	IterateRecalls(ctx context.Context, visit func(paymenttypes.Recall) (stop bool, err error)) error
}

// FinancialKeeper is the Financial Zone's side of the zone links.
type FinancialKeeper interface {
	Zones(ctx context.Context) ([]financialtypes.Zone, error)
	IterateShares(ctx context.Context, visit func(financialtypes.Share) (stop bool, err error)) error
	IterateBanks(ctx context.Context, visit func(financialtypes.ZoneBank) (stop bool, err error)) error
	IterateFlows(ctx context.Context, visit func(financialtypes.ZoneFlow) (stop bool, err error)) error
	ReservedFor(ctx context.Context, bank string) (math.Int, error)
	IterateTransfers(ctx context.Context, visit func(zonelinktypes.Transfer) (stop bool, err error)) error
	IterateBrought(ctx context.Context, visit func(financialtypes.Brought) (stop bool, err error)) error
}

// AssetKeeper knows the classes of assets of a Business Zone, and its unique units.
type AssetKeeper interface {
	IterateClasses(ctx context.Context, visit func(class assettypes.Class, book assettypes.Book) (stop bool, err error)) error
	IterateUnits(ctx context.Context, visit func(unit assettypes.Unit) (stop bool, err error)) error
}

// SettlementKeeper knows what parties of open trades have set aside.
type SettlementKeeper interface {
	IterateCommitments(ctx context.Context, visit func(settlementtypes.Commitment) (stop bool, err error)) error
}

// BusinessKeeper is a Business Zone's side of its link.
type BusinessKeeper interface {
	YenDenom(ctx context.Context) string
	FinancialZone(ctx context.Context) (businesstypes.FinancialZone, error)
	IterateBrought(ctx context.Context, visit func(businesstypes.Brought) (stop bool, err error)) error
	IterateReserved(ctx context.Context, visit func(businesstypes.ReservedFlow) (stop bool, err error)) error
	IterateTransfers(ctx context.Context, visit func(zonelinktypes.Transfer) (stop bool, err error)) error
}
