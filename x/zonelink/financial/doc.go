// Package financial is the Financial Zone's end of the zone links: the zonelink module, its channel, and the middleware
// above the ICS-20 transfer module.
package financial
