package devnet

import (
	"encoding/json"
	"os"
	"sync"

	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"

	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/base/encoding"
	"github.com/azukari-network/azukari/app/business"
	"github.com/azukari-network/azukari/app/financial"
)

// application is what the network needs to know of a zone's application: its codecs and its empty genesis.
type application struct {
	encoding encoding.Config
	genesis  map[string]json.RawMessage
}

var (
	financialApplication = sync.OnceValue(func() application {
		options := simtestutil.NewAppOptionsWithFlagHome(os.TempDir())
		return applicationFrom(financial.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, options).App)
	})
	businessApplication = sync.OnceValue(func() application {
		options := simtestutil.NewAppOptionsWithFlagHome(os.TempDir())
		return applicationFrom(business.New(log.NewNopLogger(), dbm.NewMemDB(), nil, true, options).App)
	})
)

func applicationFrom(app *base.App) application {
	return application{encoding: app.Encoding, genesis: app.DefaultGenesis()}
}

func applicationOf(zone string) application {
	if zone == FinancialID {
		return financialApplication()
	}
	return businessApplication()
}
