// Package bench measures what a Financial Zone carries: it builds a zone of real processes with any number of accounts, signs
// payments before the clock starts, sends them over the public API, and says what became of each, how fast, at what cost, and
// whether the sums and all nodes' data agree. The command is `azukari bench`; what is measured how is in docs/performance.md.
package bench
