// Package receipt makes receipts of rows of a zone's state and verifies them without a node: each is one file with the row, its
// ICS-23 proof, and the light blocks that lead from a header that the verifier has pinned to the one whose app hash is the
// proof's root. docs/receipt.md describes the files. It is `azukari notarize`, `azukari receipt`, `azukari trust` and `azukari
// verify receipt`.
package receipt
