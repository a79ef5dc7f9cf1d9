// Package avl has the trees of a state in memory: IAVL's, with its shapes, hashes and proofs, over the files of a snapshot that are mapped
// into memory, in memiavl's format. What is written makes new nodes beside those of the snapshot. A node takes 80 bytes with its hash, and
// computing hashes takes none: with millions of accounts, most of what a node of the chain leaves to its garbage collector was memiavl's
// nodes, of 160 bytes and as many again for the computation of a hash.
package avl
