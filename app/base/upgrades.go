package base

import (
	"context"

	upgradetypes "cosmossdk.io/x/upgrade/types"

	"github.com/cosmos/cosmos-sdk/types/module"
)

// RegisterUpgrades makes the application ready for software upgrades of the given plan names, each of which runs the
// modules' own migrations.
func (app *App) RegisterUpgrades(plans ...string) {
	for _, plan := range plans {
		app.Upgrade.SetUpgradeHandler(plan, func(
			ctx context.Context, _ upgradetypes.Plan, versions module.VersionMap,
		) (module.VersionMap, error) {
			return app.ModuleManager.RunMigrations(ctx, app.configurator, versions)
		})
	}
}
