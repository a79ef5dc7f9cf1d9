package financial_test

import (
	"bytes"

	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

func sdkInt(amount int64) math.Int { return math.NewInt(amount) }

func paymentOperations() operations {
	return operations{
		"pay": func(s *simulation, r *rapid.T) sdk.Msg {
			_, payer := s.party(r)
			_, payee := s.party(r)
			return &banktypes.MsgSend{FromAddress: payer, ToAddress: payee, Amount: sdk.Coins{yen(r)}}
		},
	}
}

func limits(r *rapid.T) registrytypes.Limits {
	draw := func(name string) math.Int {
		return sdkInt(rapid.SampledFrom([]int64{0, 10_000, 1_000_000, 1_000_000_000}).Draw(r, name))
	}
	return registrytypes.Limits{PerPayment: draw("per payment"), PerDay: draw("per day"), Balance: draw("balance")}
}

func registryOperations() operations {
	return operations{
		"open account": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			if rapid.Bool().Draw(r, "new") {
				account = s.accounts[bank][len(s.accounts[bank])-1]
			}
			return &registrytypes.MsgOpenAccount{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Address: account,
				Kind: registrytypes.AccountKindBusiness, IdentityHash: bytes.Repeat([]byte{7}, 32), Limits: limits(r),
			}
		},
		"freeze account": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &registrytypes.MsgFreezeAccount{
				Operator: s.operator(r, bank, membershiptypes.RoleCompliance), Address: account, Reason: "court order",
			}
		},
		"unfreeze account": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &registrytypes.MsgUnfreezeAccount{
				Operator: s.operator(r, bank, membershiptypes.RoleCompliance), Address: account, Reason: "order lifted",
			}
		},
		"close account": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			if rapid.Bool().Draw(r, "new") {
				account = s.accounts[bank][len(s.accounts[bank])-1]
			}
			return &registrytypes.MsgCloseAccount{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Address: account, Reason: "asked by the holder",
			}
		},
		"set limits": func(s *simulation, r *rapid.T) sdk.Msg {
			bank, account := s.party(r)
			return &registrytypes.MsgSetLimits{
				Operator: s.operator(r, bank, membershiptypes.RoleMaker), Address: account, Limits: limits(r),
			}
		},
	}
}
