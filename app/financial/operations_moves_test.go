package financial_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrykeeper "github.com/azukari-network/azukari/x/registry/keeper"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

// moving is a move that is open and that fits, if there is one.
func (s *simulation) moving(r *rapid.T, fits func(registrytypes.AccountMove) bool) registrytypes.AccountMove {
	found := registrytypes.AccountMove{NewBank: s.bank(r), OldBank: s.bank(r), Reference: s.known(r), Account: s.account(r, s.bank(r))}
	for _, bank := range s.banks {
		response, err := registrykeeper.NewQueryServer(s.app.Registry).AccountMoves(s.ctx, &registrytypes.QueryAccountMovesRequest{NewBank: bank})
		require.NoError(r, err)
		for _, move := range response.Moves {
			if move.IsOpen() && fits(move) {
				found = move
			}
		}
	}
	return found
}

// prepareMovers leaves the fifth account of each bank so little that its bank can settle for it when it moves.
func (s *simulation) prepareMovers(t *testing.T) {
	t.Helper()
	for _, bank := range s.banks {
		s.must(t, &banktypes.MsgSend{
			FromAddress: s.accounts[bank][4], ToAddress: s.accounts[bank][5], Amount: sdk.NewCoins(sdk.NewInt64Coin("jpy", 97_000)),
		})
	}
}

func anyMove(registrytypes.AccountMove) bool { return true }

func moveOperations() operations {
	return operations{
		"request move": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			if rapid.IntRange(0, 3).Draw(r, "mover") > 0 {
				account = s.accounts[bank][4]
			}
			limits := registrytypes.Limits{PerPayment: sdkInt(1_000_000), PerDay: sdkInt(10_000_000), Balance: sdkInt(10_000_000)}
			return &registrytypes.MsgRequestMove{
				Operator: s.operator(r, s.bank(r), membershiptypes.RoleMaker), Reference: s.reference(r), Address: account,
				IdentityHash: bytes.Repeat([]byte{8}, registrytypes.IdentityHashLength), Limits: &limits, Reason: "asked by the holder",
			}
		},
		"consent move": func(s *simulation, r *rapid.T) sdk.Msg {
			move := s.moving(r, func(move registrytypes.AccountMove) bool { return !move.Consented })
			return &registrytypes.MsgConsentMove{Holder: move.Account, NewBank: move.NewBank, Reference: move.Reference}
		},
		"acknowledge move": func(s *simulation, r *rapid.T) sdk.Msg {
			move := s.moving(r, func(move registrytypes.AccountMove) bool { return move.AcknowledgedBy == "" })
			return &registrytypes.MsgAcknowledgeMove{
				Operator: s.operator(r, move.OldBank, membershiptypes.RoleChecker), NewBank: move.NewBank, Reference: move.Reference,
			}
		},
		"refuse move": func(s *simulation, r *rapid.T) sdk.Msg {
			move := s.moving(r, anyMove)
			bank := move.OldBank
			if rapid.Bool().Draw(r, "new bank") {
				bank = move.NewBank
			}
			return &registrytypes.MsgRefuseMove{Operator: s.officer(r, bank), NewBank: move.NewBank, Reference: move.Reference, Reason: "why not"}
		},
		"decline move": func(s *simulation, r *rapid.T) sdk.Msg {
			move := s.moving(r, anyMove)
			return &registrytypes.MsgDeclineMove{Holder: move.Account, NewBank: move.NewBank, Reference: move.Reference, Reason: "no"}
		},
		"complete move": func(s *simulation, r *rapid.T) sdk.Msg {
			move := s.moving(r, func(move registrytypes.AccountMove) bool { return move.Consented && move.AcknowledgedBy != "" })
			return &registrytypes.MsgCompleteMove{
				Operator: s.operator(r, move.NewBank, membershiptypes.RoleMaker), Reference: move.Reference,
			}
		},
	}
}
