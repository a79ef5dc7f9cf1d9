// Package types has the reserves, positions, cycles, obligations and queued payments of clearing, and their rules.
package types

import (
	"strconv"

	"cosmossdk.io/collections"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/address"
)

const (
	// ModuleName names the module, its store and its module account, through which reserve passes at a close.
	ModuleName = "clearing"
	// StoreKey names the module's store.
	StoreKey = ModuleName

	// ReserveDenom is the denom of reserve: settlement money at the settlement agent. Its exponent is 0: one is one yen.
	ReserveDenom = "reserve"

	// QueuePurposePrefix starts the purpose of every hold that serves a queued payment.
	QueuePurposePrefix = "queue/"
)

// Store prefixes. See README.md for the keys and values below them.
var (
	ParamsPrefix              = collections.NewPrefix(0)
	HolidaysPrefix            = collections.NewPrefix(1)
	ReserveAccountsPrefix     = collections.NewPrefix(2)
	ReserveBanksPrefix        = collections.NewPrefix(3)
	ParticipantsPrefix        = collections.NewPrefix(4)
	OpenNumberPrefix          = collections.NewPrefix(5)
	CyclesPrefix              = collections.NewPrefix(6)
	PositionsPrefix           = collections.NewPrefix(7)
	FlowsPrefix               = collections.NewPrefix(8)
	ReserveOrdersPrefix       = collections.NewPrefix(9)
	OrdersByStatusPrefix      = collections.NewPrefix(10)
	ObligationsPrefix         = collections.NewPrefix(11)
	ObligationsDuePrefix      = collections.NewPrefix(12)
	ObligationsByCyclePrefix  = collections.NewPrefix(13)
	ObligationsByDebtorPrefix = collections.NewPrefix(14)
	NextObligationPrefix      = collections.NewPrefix(15)
	ClaimsPrefix              = collections.NewPrefix(16)
	LossSharesPrefix          = collections.NewPrefix(17)
	QueuePrefix               = collections.NewPrefix(18)
	QueueBanksPrefix          = collections.NewPrefix(19)
	QueueTotalsPrefix         = collections.NewPrefix(20)
	NextPaymentPrefix         = collections.NewPrefix(21)
	PaymentReferencesPrefix   = collections.NewPrefix(22)
	DirtyBanksPrefix          = collections.NewPrefix(23)
	LastServedPrefix          = collections.NewPrefix(24)
)

// ReserveAddress returns where a bank's reserve is. Nobody has a key for it.
func ReserveAddress(bank string) sdk.AccAddress {
	return address.Module(ModuleName, []byte("reserve/"+bank))
}

// PledgeAddress returns where the reserve is that a bank has pledged. Nobody has a key for it.
func PledgeAddress(bank string) sdk.AccAddress {
	return address.Module(ModuleName, []byte("pledge/"+bank))
}

// QueuePurpose returns the purpose of the hold of a queued payment.
func QueuePurpose(id uint64) string {
	return QueuePurposePrefix + strconv.FormatUint(id, 10)
}
