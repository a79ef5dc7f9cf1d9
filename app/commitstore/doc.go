// Package commitstore keeps an application's state in memory, and on disk in memiavl's files: the trees, hashes and proofs are IAVL's, and so
// a node with it agrees with one that keeps its state by the SDK's rootmulti. The README says what is decided and why.
package commitstore
