package financial_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/azukari-network/azukari/testutil/zones"
	clearingtypes "github.com/azukari-network/azukari/x/clearing/types"
	holdtypes "github.com/azukari-network/azukari/x/hold/types"
)

// The simulation found that reserve of the genesis could not be redeemed: moving it to the module made an ordinary account at the
// module's address, and burning it there then panicked.
func TestModulesHaveTheirAccountsFromTheFirstBlock(t *testing.T) {
	n := zones.New(t, zones.Manifest(1))
	for _, name := range []string{clearingtypes.ModuleName, holdtypes.ModuleName} {
		account := n.Financial.App.Account.GetAccount(n.Financial.Ctx(), authtypes.NewModuleAddress(name))
		require.Implements(t, (*sdk.ModuleAccountI)(nil), account, name)
	}
}
