// Package devnet runs a whole Azukari network on one machine: a Financial Zone, any number of Business Zones and
// the relayer between them, each node a real process that listens on loopback only.
//
// A test asks for one with [Start]; the command `azukari devnet` and the demo use [New]:
//
//	network := devnet.Start(t, devnet.DefaultManifest())
//	bank := network.Keys().Operator("bank-a", membershiptypes.RoleMaker)
//	result, err := network.Financial().Client().Send(ctx, bank, &registrytypes.MsgApplyAccount{...})
//
// Networks of one machine never share a port, so tests may start several at once. Keys are derived from the
// manifest's seed and are public: never use them on a network that matters.
package devnet
