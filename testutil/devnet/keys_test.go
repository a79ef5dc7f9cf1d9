package devnet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cosmos/cosmos-sdk/crypto/hd"

	membershiptypes "github.com/azukari-network/azukari/x/membership/types"
)

func TestKeysFollowTheSeed(t *testing.T) {
	keys, same, other := NewKeys("one"), NewKeys("one"), NewKeys("two")
	maker := keys.Operator("bank-a", membershiptypes.RoleMaker)
	require.Equal(t, "bank-a/maker", maker.Name)
	require.Regexp(t, "^azu1", maker.String())
	require.Equal(t, maker.String(), same.Operator("bank-a", membershiptypes.RoleMaker).String())
	require.NotEqual(t, maker.String(), other.Operator("bank-a", membershiptypes.RoleMaker).String())
	require.NotEqual(t, maker.String(), keys.Operator("bank-a", membershiptypes.RoleChecker).String())
	require.NotEqual(t, keys.Account("bank-a", 0).String(), keys.Account("bank-a", 1).String())
	require.Equal(t, keys.Holder("aoi").PrivateHex(), same.Holder("aoi").PrivateHex())
	require.Empty(t, keys.Holder("aoi").Mnemonic)
}

func TestMnemonicGivesTheSameKey(t *testing.T) {
	key := NewKeys("one").Relayer()
	private, err := hd.Secp256k1.Derive()(key.Mnemonic, "", "m/44'/118'/0'/0/0")
	require.NoError(t, err)
	require.Equal(t, key.PrivKey().Key, private)
	require.Len(t, key.PrivateHex(), 64)
}
