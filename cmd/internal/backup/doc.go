// Package backup copies a node at one moment between two blocks into an archive, while the node runs or of one that stands,
// checks what an archive holds against the signatures of the zone's validators, and makes a node of it again.
package backup
