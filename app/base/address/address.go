// Package address fixes how addresses look in every zone: one bech32 prefix and one coin type, so that a key has
// the same address in the Financial Zone and in every Business Zone.
package address

import (
	"sync"

	coreaddress "cosmossdk.io/core/address"

	"github.com/cosmos/cosmos-sdk/codec/address"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	// Prefix is the human-readable part of account addresses.
	Prefix = "azu"
	// ValidatorPrefix is the human-readable part of validator operator addresses.
	ValidatorPrefix = Prefix + sdk.PrefixValidator + sdk.PrefixOperator
	// ConsensusPrefix is the human-readable part of consensus addresses.
	ConsensusPrefix = Prefix + sdk.PrefixValidator + sdk.PrefixConsensus
	// CoinType is the SLIP-44 number in key derivation paths: that of the Cosmos SDK.
	CoinType = sdk.CoinType
)

var once sync.Once

// Configure sets the SDK's global address configuration and seals it. Calling it again does nothing.
func Configure() {
	once.Do(func() {
		config := sdk.GetConfig()
		config.SetBech32PrefixForAccount(Prefix, Prefix+sdk.PrefixPublic)
		config.SetBech32PrefixForValidator(ValidatorPrefix, ValidatorPrefix+sdk.PrefixPublic)
		config.SetBech32PrefixForConsensusNode(ConsensusPrefix, ConsensusPrefix+sdk.PrefixPublic)
		config.SetCoinType(CoinType)
		config.SetPurpose(sdk.Purpose)
		config.Seal()
	})
}

// Codec returns the codec of account addresses.
func Codec() coreaddress.Codec {
	return address.NewBech32Codec(Prefix)
}

// ValidatorCodec returns the codec of validator operator addresses.
func ValidatorCodec() coreaddress.Codec {
	return address.NewBech32Codec(ValidatorPrefix)
}

// ConsensusCodec returns the codec of consensus addresses.
func ConsensusCodec() coreaddress.Codec {
	return address.NewBech32Codec(ConsensusPrefix)
}
