// Package types is what both ends of a zone link share: the names of the channel, its packets and acknowledgements, and
// the one form of ICS-20 packet that carries yen.
package types
