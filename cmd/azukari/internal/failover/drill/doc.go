// Package drill has no code of its own: its tests lose a region and bring the zone back, with real nodes, signers and stores.
package drill
