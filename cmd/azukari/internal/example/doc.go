// Package example runs the worked scenarios of examples/: transcripts of directives, each a real transaction or query to a
// Business Zone of a devnet, with what it answered. It is `azukari example`; examples/README.md lists the words.
package example
