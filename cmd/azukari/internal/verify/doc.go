// Package verify proves the laws of money (DESIGN §3) for a whole network: it asks the nodes of every zone at heights that
// belong together, counts the packets between them, and compares. It is the command `azukari verify`.
package verify
