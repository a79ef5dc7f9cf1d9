// Command fzd runs a node of the Financial Zone and speaks to one.
package main

import (
	"io"
	"os"

	dbm "github.com/cosmos/cosmos-db"

	"cosmossdk.io/log"

	"github.com/cosmos/cosmos-sdk/baseapp"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"

	"github.com/azukari-network/azukari/app/base"
	"github.com/azukari-network/azukari/app/financial"
	"github.com/azukari-network/azukari/cmd/internal/node"
)

func main() {
	os.Exit(node.Execute(node.Spec{Name: financial.Name, Short: "Financial Zone: issue, redeem and pay yen, charge Business Zones", New: newApp}))
}

// newApp builds the zone's application as the shared command line sees it.
func newApp(
	logger log.Logger, db dbm.DB, traceStore io.Writer, loadLatest bool,
	appOptions servertypes.AppOptions, baseAppOptions ...func(*baseapp.BaseApp),
) *base.App {
	return financial.New(logger, db, traceStore, loadLatest, appOptions, baseAppOptions...).App
}
