package devnet

import (
	"encoding/json"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

// clearingModes are the manifest's words for how banks settle.
var clearingModes = map[string]clearingtypes.SettlementMode{
	"gross":  clearingtypes.SettlementModeGross,
	"net":    clearingtypes.SettlementModeNet,
	"hybrid": clearingtypes.SettlementModeHybrid,
}

// setClearing gives every bank its net debit cap and its reserve. The reserve comes from approved orders of the settlement
// agent, so that the laws of money hold from the first block on.
func (b genesisBuilder) setClearing(state map[string]json.RawMessage) error {
	shape := b.manifest.Clearing
	err := amend(b.cdc, state, clearingtypes.ModuleName, func(genesis *clearingtypes.GenesisState) {
		genesis.Params.Mode = clearingModes[shape.Mode]
		genesis.Params.DefaultNetDebitCap = math.NewInt(shape.NetDebitCapYen)
		if shape.ReserveYen == 0 {
			return
		}
		for _, bank := range b.manifest.BankIDs() {
			genesis.ReserveBanks = append(genesis.ReserveBanks, bank)
			genesis.ReserveOrders = append(genesis.ReserveOrders, b.reserveOrder(bank, shape.ReserveYen))
		}
	})
	if err != nil || shape.ReserveYen == 0 {
		return err
	}
	return amend(b.cdc, state, banktypes.ModuleName, func(genesis *banktypes.GenesisState) {
		for _, bank := range b.manifest.BankIDs() {
			reserve := sdk.NewInt64Coin(clearingtypes.ReserveDenom, shape.ReserveYen)
			genesis.Balances = append(genesis.Balances, banktypes.Balance{
				Address: clearingtypes.ReserveAddress(bank).String(), Coins: sdk.NewCoins(reserve),
			})
			genesis.Supply = genesis.Supply.Add(reserve)
		}
	})
}

func (b genesisBuilder) reserveOrder(bank string, amount int64) clearingtypes.ReserveOrder {
	at := b.time
	return clearingtypes.ReserveOrder{
		Organization: SettlementAgentID, Reference: "genesis/" + bank, Kind: clearingtypes.ReserveOrderKindIssue,
		Bank: bank, Amount: math.NewInt(amount), Status: clearingtypes.ReserveOrderStatusApproved,
		RequestedBy: b.keys.Operator(SettlementAgentID, membershiptypes.RoleMaker).String(), RequestedAt: at,
		DecidedBy: b.keys.Operator(SettlementAgentID, membershiptypes.RoleChecker).String(), DecidedAt: &at,
	}
}
