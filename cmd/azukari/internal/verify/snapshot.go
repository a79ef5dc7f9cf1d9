package verify

import (
	"cosmossdk.io/math"

	financialtypes "github.com/azukari-network/azukari/x/zonelink/financial/types"
)

// Snapshot is what the chains say of the yen at one height each, read from balances and records one by one. Nothing
// in it is a sum that a chain has stored, but for the books, which are to be checked.
type Snapshot struct {
	// Supply of yen on the Financial Zone.
	Supply math.Int
	// Held is the balance of the hold module on the Financial Zone.
	Held math.Int
	// Banks in ascending order of id.
	Banks []BankFigures
	// Zones that are or were linked, in ascending order of id.
	Zones []ZoneFigures
	// Strangers are balances outside accounts, holds and escrows, in any zone.
	Strangers []Balance
}

// BankFigures are one bank's sums on the Financial Zone.
type BankFigures struct {
	Bank string
	// Issued, Redeemed, FlowsIn, FlowsOut and Liability are the bank's book.
	Issued, Redeemed, FlowsIn, FlowsOut, Liability math.Int
	// Balances of its accounts, and Holds of their coins.
	Balances, Holds math.Int
}

// ZoneFigures are one Business Zone's sums.
type ZoneFigures struct {
	Zone string
	// Escrow of the zone on the Financial Zone.
	Escrow math.Int
	// Answered says that the zone was asked: what follows, and all of its banks but their shares, is empty otherwise.
	Answered bool
	// Vouchers is the supply of yen in the zone.
	Vouchers math.Int
	Banks    []ZoneBankFigures
	// Excess are flows that the Financial Zone has booked and the zone has not counted.
	Excess []financialtypes.ZoneFlow
	// Misplaced are accounts with yen in the zone that the Financial Zone does not know for the same bank.
	Misplaced []Misplaced
}

// ZoneBankFigures are one bank's sums in one Business Zone.
type ZoneBankFigures struct {
	Bank string
	// Share is what the Financial Zone says of the bank in this zone.
	Share math.Int
	// Balances and Holds of its customers in the zone.
	Balances, Holds math.Int
	// Charges and Discharges are on their way: sent, and neither credited nor refunded.
	Charges, Discharges math.Int
	// Out and In are flows to and from other banks that the zone has counted and not reported yet.
	Out, In math.Int
	// Reserved is what the Financial Zone has set aside for flows that it does not know yet.
	Reserved math.Int
}

// Balance is what one address has.
type Balance struct {
	Zone    string
	Address string
	Amount  math.Int
}

// Misplaced is an account of one bank here and of another, or none, on the Financial Zone.
type Misplaced struct{ Address, Here, There string }
