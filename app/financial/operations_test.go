package financial_test

import (
	"pgregory.net/rapid"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
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
