package types

import (
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	registrytypes "github.com/azukari-network/azukari/x/registry/types"
)

const (
	// MaxLines bounds the lines of one issue, and the entries of one change of an allow list.
	MaxLines = 1_000
	// MaxCoins bounds the coins of one transfer, redemption or recall.
	MaxCoins = 100
	// MaxExpiriesPerBlock is how many holdings, or units, the begin of one block looks at to destroy what expired. See
	// BenchmarkExpiry for what that takes.
	MaxExpiriesPerBlock = 500
)

// ValidateCoins checks what a transfer, a redemption or a recall moves: assets only. It returns ErrInvalidOperation.
func ValidateCoins(coins sdk.Coins) error {
	if len(coins) == 0 || len(coins) > MaxCoins {
		return ErrInvalidOperation.Wrapf("expected 1 to %d coins, got %d", MaxCoins, len(coins))
	}
	if err := coins.Validate(); err != nil {
		return ErrInvalidOperation.Wrapf("expected positive amounts in ascending order of denom, got %s: %s", coins, err)
	}
	for _, coin := range coins {
		if err := ValidateCoin(coin); err != nil {
			return err
		}
	}
	return nil
}

// ValidateCoin checks an amount of one asset; of a unique unit there is one. It returns ErrInvalidOperation.
func ValidateCoin(coin sdk.Coin) error {
	_, unit, err := ParseDenom(coin.Denom)
	if err != nil {
		return err
	}
	if err := ValidateAmount(coin.Amount); err != nil {
		return err
	}
	if unit != "" && !coin.Amount.Equal(math.OneInt()) {
		return ErrInvalidOperation.Wrapf("expected 1 of a unique unit, got %s", coin)
	}
	return nil
}

// ValidateAmount returns ErrInvalidOperation unless there can be so many units.
func ValidateAmount(amount math.Int) error {
	if amount.IsNil() || !amount.IsPositive() || amount.GT(MaxSupply) {
		return ErrInvalidOperation.Wrapf("expected 1 to %s units, got %s", MaxSupply, amount)
	}
	return nil
}

// ValidateLineCount returns ErrInvalidOperation unless a batch has a line, and not too many.
func ValidateLineCount(lines int) error {
	if lines == 0 || lines > MaxLines {
		return ErrInvalidOperation.Wrapf("expected 1 to %d lines, got %d; split them into several messages", MaxLines, lines)
	}
	return nil
}

// Validate checks an operation that was remembered. It returns ErrInvalidOperation, or the registry's ErrInvalidReference.
func (o Operation) Validate() error {
	if _, err := registrytypes.ParseAddress(o.Signer); err != nil {
		return ErrInvalidOperation.Wrapf("signer: %s", err)
	}
	if err := registrytypes.ValidateReference(o.Reference); err != nil {
		return err
	}
	switch o.Kind {
	case OperationKindTransfer, OperationKindRecall:
		if _, err := registrytypes.ParseAddress(o.Counterparty); err != nil {
			return ErrInvalidOperation.Wrapf("counterparty: %s", err)
		}
	case OperationKindIssue, OperationKindRedemption:
		if o.Counterparty != "" {
			return ErrInvalidOperation.Wrapf("expected no counterparty of kind %s, got %s", o.Kind, o.Counterparty)
		}
	case OperationKindUnspecified:
		return ErrInvalidOperation.Wrap("expected a kind, got none")
	default:
		return ErrInvalidOperation.Wrapf("expected a known kind, got %s", o.Kind)
	}
	if err := ValidateCoins(o.Amount); err != nil {
		return err
	}
	return checkHash(ErrInvalidOperation, "document hash", o.DocumentHash)
}
