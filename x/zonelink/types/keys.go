package types

const (
	// ModuleName names the module, its codespace and its section of genesis, in every zone.
	ModuleName = "zonelink"
	// StoreKey names the module's store.
	StoreKey = ModuleName
	// PortID is the port of the zonelink channel, at both ends.
	PortID = ModuleName
	// Version is the version of the zonelink channel.
	Version = "azukari-zonelink-1"
)
