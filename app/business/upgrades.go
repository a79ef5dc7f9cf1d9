package business

// upgradePlans names the software upgrades that this version carries out, oldest first. The first release has none.
var upgradePlans = []string{}
