package business

import "github.com/azukari-network/azukari/app/base"

// upgrades are the software upgrades that this version carries out, oldest first. The first release has none.
func (*App) upgrades() []base.Upgrade { return nil }
