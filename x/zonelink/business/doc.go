// Package business is a Business Zone's end of its link with the Financial Zone: the zonelink module, its channel, and
// the middleware above the ICS-20 transfer module.
package business
