package base

import (
	"context"

	upgradetypes "cosmossdk.io/x/upgrade/types"

	"github.com/cosmos/cosmos-sdk/types/module"
)

// Upgrade is one software upgrade that a version of the application carries out.
type Upgrade struct {
	// Name is the plan's, for which the members vote.
	Name string
	// Migrate changes state beyond the modules' own migrations, which have run before; nil changes nothing.
	Migrate func(ctx context.Context) error
}

// RegisterUpgrades makes the application ready for software upgrades. Each runs the modules' own migrations first.
func (app *App) RegisterUpgrades(upgrades ...Upgrade) {
	for _, upgrade := range upgrades {
		app.Upgrade.SetUpgradeHandler(upgrade.Name, func(
			ctx context.Context, _ upgradetypes.Plan, versions module.VersionMap,
		) (module.VersionMap, error) {
			migrated, err := app.ModuleManager.RunMigrations(ctx, app.configurator, versions)
			if err != nil || upgrade.Migrate == nil {
				return migrated, err
			}
			return migrated, upgrade.Migrate(ctx)
		})
	}
}
